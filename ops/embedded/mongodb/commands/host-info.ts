import { hostname } from 'node:os';
import type { Handler } from './command.ts';

export const hostInfo: Handler = () => ({
  system: { hostname: hostname(), cpuAddrSize: 64 },
  os: { type: process.platform, name: process.platform },
});
