import { type Handler, onlyFields } from './command.ts';

export const dropDatabase: Handler = async (call) => {
  onlyFields(call);
  const { node, database } = call;
  const collections = node.catalog.collections(database);
  for (const collection of collections) await collection.building;
  await node.store.write(() => {
    for (const collection of collections) if (!collection.dropped) node.catalog.drop(collection);
  });
  node.cursors.killWhere((cursor) => cursor.namespace.startsWith(`${database}.`));
  void node.sweep();
  return collections.length > 0 ? { dropped: database } : {};
};
