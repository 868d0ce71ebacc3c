import { asFilter, compileFilter } from '../filter/match.ts';
import type { Doc } from '../values/value.ts';
import { type Call, flag, type Handler, onlyFields, requireAdmin } from './command.ts';

export const listDatabases: Handler = (call) => {
  onlyFields(call, 'filter', 'nameOnly', 'authorizedDatabases');
  requireAdmin(call);
  const filter = compileFilter(asFilter(call.body.filter));
  const nameOnly = flag(call.body, 'nameOnly');
  const databases = call.node.catalog
    .databaseNames()
    .map((name): Doc => ({ name, sizeOnDisk: sizeOf(call, name), empty: false }))
    .filter((database) => filter.test(database));
  if (nameOnly) return { databases: databases.map(({ name }) => ({ name })) };
  const totalSize = databases.reduce((sum, { sizeOnDisk }) => sum + Number(sizeOnDisk), 0);
  return { databases, totalSize, totalSizeMb: Math.floor(totalSize / 1024 / 1024) };
};

const sizeOf = (call: Call, database: string): number =>
  call.node.catalog.collections(database).reduce((sum, { bytes }) => sum + bytes, 0);
