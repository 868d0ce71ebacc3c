import { stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { Handler } from './command.ts';
import { VERSION_TEXT } from './version.ts';

export const serverStatus: Handler = async (call) => {
  const { node } = call;
  const { connections, connectionsCreated, operations } = node.counters;
  const uptimeMillis = node.now() - node.startedAt;
  const { rss, heapUsed } = process.memoryUsage();
  const file = await stat(node.store.path());
  const done = (...names: string[]): number =>
    names.reduce((sum, name) => sum + (operations.get(name) ?? 0), 0);
  return {
    host: hostname(),
    version: VERSION_TEXT,
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
