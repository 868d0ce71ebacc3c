import { CommandError, notImplemented } from '../errors.ts';
import { collectionName, type Handler, namespace, onlyFields } from './command.ts';

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
