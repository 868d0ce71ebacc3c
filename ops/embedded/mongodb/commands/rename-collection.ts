import { CommandError } from '../errors.ts';
import { flag, type Handler, onlyFields, requireAdmin } from './command.ts';

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
  const moved = [`${from.database}.${from.name}`, `${to.database}.${to.name}`];
  node.cursors.killWhere((cursor) => moved.includes(cursor.namespace));
  void node.sweep();
  return {};
};

function splitNamespace(value: unknown): { database: string; name: string } {
  const [, database, name] = typeof value === 'string' ? (/^([^.]+)\.(.+)$/.exec(value) ?? []) : [];
  if (!database || !name) throw new CommandError(73, `Invalid namespace specified '${String(value)}'`);
  return { database, name };
}
