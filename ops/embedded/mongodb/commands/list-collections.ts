import { Binary } from 'bson';
import { asFilter, compileFilter } from '../filter/match.ts';
import type { Doc } from '../values/value.ts';
import { flag, type Handler, onlyFields } from './command.ts';
import { listReply } from './cursor-reply.ts';
import { showIndex } from './index-options.ts';

export const listCollections: Handler = (call) => {
  onlyFields(call, 'filter', 'nameOnly', 'authorizedCollections', 'cursor');
  const filter = compileFilter(asFilter(call.body.filter));
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
