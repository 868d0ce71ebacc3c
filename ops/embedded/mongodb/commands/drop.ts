import { CommandError } from '../errors.ts';
import { collectionName, type Handler, namespace, onlyFields } from './command.ts';

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
  void node.sweep();
  return { nIndexesWas: collection.indexes.length, ns: `${database}.${name}` };
};
