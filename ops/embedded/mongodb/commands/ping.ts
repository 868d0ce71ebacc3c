import type { Handler } from './command.ts';

export const ping: Handler = () => ({});
