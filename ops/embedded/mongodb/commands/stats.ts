import { stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { CommandError } from '../errors.ts';
import type { Doc } from '../values/value.ts';
import { requireAdmin } from './collections.ts';
import { type Call, flag, type Handler, onlyFields, optionalNumber } from './command.ts';
import { VERSION } from './hello.ts';
import { required } from './indexes.ts';

export const collStats: Handler = (call) => {
  onlyFields(call, 'scale');
  const scale = scaleOf(call);
  const collection = required(call);
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

export const serverStatus: Handler = async (call) => {
  const { node } = call;
  const { connections, connectionsCreated, operations } = node.counters;
  const uptimeMillis = node.now() - node.startedAt;
  const { rss, heapUsed } = process.memoryUsage();
  const file = await stat(join(node.dataDir, 'data.lmdb'));
  const done = (...names: string[]): number =>
    names.reduce((sum, name) => sum + (operations.get(name) ?? 0), 0);
  return {
    host: hostname(),
    version: VERSION.slice(0, 3).join('.'),
    process: 'embedded',
    pid: process.pid,
    uptime: Math.floor(uptimeMillis / 1000),
    uptimeMillis,
    localTime: new Date(node.now()),
    connections: { current: connections, totalCreated: connectionsCreated },
    opcounters: {
      insert: done('insert'),
      query: done('find', 'aggregate', 'count', 'distinct'),
      update: done('update', 'findAndModify', 'findandmodify'),
      delete: done('delete'),
      getmore: done('getMore'),
      command: [...operations.values()].reduce((sum, count) => sum + count, 0),
    },
    metrics: { cursor: { open: { total: node.cursors.size } } },
    mem: { bits: 64, resident: Math.round(rss / 1048576), heapUsed: Math.round(heapUsed / 1048576) },
    storageEngine: { name: 'lmdb', fileSize: file.size },
  };
};

export const renameCollection: Handler = async (call) => {
  onlyFields(call, 'to', 'dropTarget');
  requireAdmin(call);
  const { node, body } = call;
  const from = splitNamespace(body.renameCollection);
  const to = splitNamespace(body.to);
  if (from.database !== to.database) {
    throw new CommandError(20, 'The embedded node renames within a database only.');
  }
  await node.catalog.find(from.database, from.name)?.building;
  await node.store.write(() => {
    const collection = node.catalog.find(from.database, from.name);
    if (!collection)
      throw new CommandError(26, `Source collection ${from.database}.${from.name} does not exist`);
    const target = node.catalog.find(to.database, to.name);
    if (target === collection) throw new CommandError(20, "Can't rename a collection to itself");
    if (target && !flag(body, 'dropTarget')) throw new CommandError(48, 'target namespace exists');
    if (target) node.catalog.drop(target);
    node.catalog.rename(collection, to.name);
  });
  node.sweep();
  return {};
};

function splitNamespace(value: unknown): { database: string; name: string } {
  const [, database, name] = typeof value === 'string' ? (/^([^.]+)\.(.+)$/.exec(value) ?? []) : [];
  if (!database || !name) throw new CommandError(73, `Invalid namespace specified '${String(value)}'`);
  return { database, name };
}

/** What shells ask for when they connect. */
export const getParameter: Handler = (call) => {
  const known: Doc = { featureCompatibilityVersion: { version: '7.0' } };
  const asked = Object.keys(call.body).filter((field) => field in known);
  if (asked.length === 0) throw new CommandError(72, 'no option found to get');
  return Object.fromEntries(asked.map((field) => [field, known[field]]));
};

export const getLog: Handler = (call) => {
  if (call.body.getLog === '*') return { names: ['global', 'startupWarnings'] };
  return { totalLinesWritten: 0, log: [] };
};

export const whatsMyUri: Handler = () => ({ you: '127.0.0.1' });

function scaleOf(call: Call): number {
  const scale = optionalNumber(call.body, 'scale') ?? 1;
  if (!(scale >= 1)) throw new CommandError(2, 'scale has to be a number >= 1');
  return scale;
}

const scaled = (bytes: number, scale: number): number => Math.floor(bytes / scale);
