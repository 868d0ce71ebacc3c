import { arch, availableParallelism, hostname, release, totalmem } from 'node:os';
import { type Handler, onlyFields } from './command.ts';

export const hostInfo: Handler = (call) => {
  onlyFields(call);
  return {
    system: {
      currentTime: new Date(call.node.now()),
      hostname: hostname(),
      cpuAddrSize: 64,
      memSizeMB: Math.floor(totalmem() / 1048576),
      numCores: availableParallelism(),
      cpuArch: arch(),
    },
    os: { type: process.platform, name: process.platform, version: release() },
    extra: {},
  };
};
