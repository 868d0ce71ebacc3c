import { type Handler, onlyFields, requiredCollection, scaleOf } from './command.ts';

export const collStats: Handler = (call) => {
  onlyFields(call, 'scale');
  const scale = scaleOf(call);
  const collection = requiredCollection(call);
  const { count, bytes, indexes } = collection;
  return {
    ns: collection.namespace,
    size: scaled(bytes, scale),
    count,
    ...(count > 0 ? { avgObjSize: Math.round(bytes / count) } : {}),
    storageSize: scaled(bytes, scale),
    nindexes: indexes.length,
    capped: false,
    scaleFactor: scale,
  };
};

const scaled = (bytes: number, scale: number): number => Math.floor(bytes / scale);
