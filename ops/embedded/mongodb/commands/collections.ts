import { Binary } from 'bson';
import { CommandError, notImplemented } from '../errors.ts';
import { createScope } from '../expressions/expression.ts';
import { asFilter, compileFilter } from '../query/match.ts';
import type { Doc } from '../values/value.ts';
import { type Call, collectionName, flag, type Handler, namespace, onlyFields } from './command.ts';
import { listReply } from './cursor-reply.ts';
import { showIndex } from './index-options.ts';

const ABSENT = [
  ...[
    'capped',
    'size',
    'max',
    'timeseries',
    'expireAfterSeconds',
    'clusteredIndex',
    'validator',
    'viewOn',
    'pipeline',
  ],
  ...['collation', 'changeStreamPreAndPostImages', 'encryptedFields', 'storageEngine', 'indexOptionDefaults'],
];

export const create: Handler = async (call) => {
  onlyFields(call, 'validationLevel', 'validationAction', 'idIndex', 'autoIndexId', ...ABSENT);
  for (const option of ABSENT) {
    if (call.body[option] !== undefined && call.body[option] !== false) {
      throw notImplemented(`The collection option ${option}`);
    }
  }
  const { node, database } = call;
  const name = collectionName(call);
  if (node.catalog.find(database, name)) {
    throw new CommandError(48, `Collection ${namespace(call)} already exists.`);
  }
  await node.store.write(() => node.catalog.findOrCreate(database, name));
  return {};
};

export const drop: Handler = async (call) => {
  onlyFields(call);
  const { node, database } = call;
  const collection = node.catalog.find(database, collectionName(call));
  if (!collection) throw new CommandError(26, `ns not found ${namespace(call)}`);
  await collection.building;
  await node.store.write(() => {
    if (!collection.dropped) node.catalog.drop(collection);
  });
  const { name } = collection;
  node.cursors.killWhere((cursor) => cursor.namespace === `${database}.${name}`);
  node.sweep();
  return { nIndexesWas: collection.indexes.length, ns: `${database}.${name}` };
};

export const dropDatabase: Handler = async (call) => {
  onlyFields(call);
  const { node, database } = call;
  const collections = node.catalog.collections(database);
  for (const collection of collections) await collection.building;
  await node.store.write(() => {
    for (const collection of collections) if (!collection.dropped) node.catalog.drop(collection);
  });
  node.cursors.killWhere((cursor) => cursor.namespace.startsWith(`${database}.`));
  node.sweep();
  return collections.length > 0 ? { dropped: database } : {};
};

export const listCollections: Handler = (call) => {
  onlyFields(call, 'filter', 'nameOnly', 'authorizedCollections', 'cursor');
  const filter = compileFilter(asFilter(call.body.filter), createScope());
  const nameOnly = flag(call.body, 'nameOnly');
  const described = call.node.catalog.collections(call.database).map((collection): Doc => {
    const [idIndex] = collection.indexes;
    return {
      name: collection.name,
      type: 'collection',
      options: collection.options,
      info: { readOnly: false, uuid: new Binary(collection.uuid, Binary.SUBTYPE_UUID) },
      ...(idIndex ? { idIndex: showIndex(idIndex.spec) } : {}),
    };
  });
  const found = described.filter((collection) => filter.test(collection));
  const shown = nameOnly ? found.map(({ name, type }) => ({ name, type })) : found;
  return listReply(`${call.database}.$cmd.listCollections`, shown);
};

export const listDatabases: Handler = (call) => {
  onlyFields(call, 'filter', 'nameOnly', 'authorizedDatabases');
  requireAdmin(call);
  const filter = compileFilter(asFilter(call.body.filter), createScope());
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

export function requireAdmin(call: Call): void {
  if (call.database !== 'admin') {
    throw new CommandError(13, `${call.name} may only be run against the admin database.`);
  }
}
