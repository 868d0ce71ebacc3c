import { stat } from 'node:fs/promises';
import { flag, type Handler, onlyFields, requiredCollection } from './command.ts';

/**
 * Gives the space of what was deleted back. All collections are in one file, so all of it is written anew; nothing of what was
 * deleted is on disk afterwards.
 */
export const compact: Handler = async (call) => {
  onlyFields(call, 'force');
  flag(call.body, 'force');
  requiredCollection(call);
  const { store, sweep } = call.node;
  await sweep();
  const before = await stat(store.path());
  await store.compact();
  const after = await stat(store.path());
  return { bytesFreed: Math.max(0, before.size - after.size) };
};
