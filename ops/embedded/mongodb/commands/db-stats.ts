import { type Handler, onlyFields, scaleOf } from './command.ts';

export const dbStats: Handler = (call) => {
  onlyFields(call, 'scale', 'freeStorage');
  const scale = scaleOf(call);
  const collections = call.node.catalog.collections(call.database);
  const bytes = collections.reduce((sum, collection) => sum + collection.bytes, 0);
  const objects = collections.reduce((sum, collection) => sum + collection.count, 0);
  return {
    db: call.database,
    collections: collections.length,
    views: 0,
    objects,
    avgObjSize: objects > 0 ? bytes / objects : 0,
    dataSize: scaled(bytes, scale),
    storageSize: scaled(bytes, scale),
    indexes: collections.reduce((sum, { indexes }) => sum + indexes.length, 0),
    scaleFactor: scale,
  };
};

const scaled = (bytes: number, scale: number): number => Math.floor(bytes / scale);
