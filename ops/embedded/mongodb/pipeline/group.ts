import { CommandError } from '../errors.ts';
import { compileExpression, type Scope } from '../expressions/expression.ts';
import { MEMORY_LIMIT, outOfMemory } from '../query/sort.ts';
import { estimateBytes } from '../values/estimate.ts';
import { KeyWriter } from '../values/key-writer.ts';
import { type Doc, isDoc } from '../values/value.ts';
import { type Accumulator, compileAccumulator } from './accumulators.ts';
import type { Stage } from './stage.ts';

/** Groups are given on in chunks of this size. */
const CHUNK = 512;

type Group = { readonly id: unknown; readonly accumulators: readonly Accumulator[] };

/** Groups documents; of each group only the accumulators are kept, not the documents. */
export function group(argument: unknown, scope: Scope): () => Stage {
  if (!isDoc(argument)) throw new CommandError(15947, "a group's fields must be specified in an object");
  if (!('_id' in argument)) throw new CommandError(15955, 'a group specification must include an _id');
  const id = compileExpression(argument._id, scope);
  const fields = Object.entries(argument).filter(([field]) => field !== '_id');
  const names = fields.map(([field]) => field);
  for (const name of names) {
    if (/[.$]/.test(name))
      throw new CommandError(40235, `The field name '${name}' cannot contain '.' or '$'`);
  }
  const makers = fields.map(([field, accumulator]) => compileAccumulator(field, accumulator, scope));
  return () => {
    const groups = new Map<unknown, Group>();
    let bytes = 0;
    const keyOf = groupKey();
    return {
      push(documents) {
        for (const doc of documents) {
          const value = id.evaluate(doc) ?? null;
          const key = keyOf(value);
          let found = groups.get(key);
          if (!found) {
            found = { id: value, accumulators: makers.map((make) => make()) };
            groups.set(key, found);
            bytes += 200 + estimateBytes(value);
          }
          for (const accumulator of found.accumulators) bytes += accumulator.add(doc);
        }
        if (bytes > MEMORY_LIMIT) throw outOfMemory('$group');
        return [];
      },
      *end() {
        let chunk: Doc[] = [];
        for (const { id: value, accumulators } of groups.values()) {
          const doc: Doc = { _id: value };
          for (const [i, name] of names.entries()) doc[name] = accumulators[i]?.result();
          if (chunk.push(doc) < CHUNK) continue;
          yield chunk;
          chunk = [];
        }
        yield chunk;
      },
    };
  };
}

/** Equal values have the same key, and only they. */
function groupKey(): (value: unknown) => unknown {
  const writer = new KeyWriter();
  return (value) => {
    if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
    if (typeof value === 'number') return value;
    writer.reset();
    writer.value(value);
    return `\0${writer.take().toString('latin1')}`;
  };
}
