import type { Collection } from '../storage/collection.ts';
import type { Doc } from '../values/value.ts';
import { type Handler, onlyFields, requiredCollection, scaleOf } from './command.ts';

export const collStats: Handler = (call) => {
  onlyFields(call, 'scale');
  const scale = scaleOf(call);
  const collection = requiredCollection(call);
  return { ns: collection.namespace, ...storageStats(collection, scale) };
};

/** How much a collection holds, in units of `scale` bytes. */
export function storageStats({ count, bytes, indexes }: Collection, scale: number): Doc {
  const size = Math.floor(bytes / scale);
  return {
    size,
    count,
    ...(count > 0 ? { avgObjSize: Math.round(bytes / count) } : {}),
    storageSize: size,
    nindexes: indexes.length,
    capped: false,
    scaleFactor: scale,
  };
}
