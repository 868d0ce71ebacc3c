import { type Handler, onlyFields, requireAdmin } from './command.ts';

/** Shells look for how the server was started; this one has no command line of that kind. */
export const getCmdLineOpts: Handler = (call) => {
  onlyFields(call);
  requireAdmin(call);
  const { dataDir } = call.node;
  return {
    argv: ['embedded'],
    parsed: { net: { port: call.node.port() }, storage: { dbPath: dataDir } },
  };
};
