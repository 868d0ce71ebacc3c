import { CommandError, failedToParse } from '../errors.ts';
import { compileExpression } from '../expressions/expression.ts';
import { MEMORY_LIMIT, outOfMemory } from '../query/sort.ts';
import { estimateBytes } from '../values/estimate.ts';
import { someValue, splitPath } from '../values/paths.ts';
import { setPath } from '../values/set-path.ts';
import { type Doc, isDoc } from '../values/value.ts';
import { perDocument, type Stage, type StageContext } from './stage.ts';
import { parseStages, type StageSpec } from './stage-spec.ts';

/** Adds to each document those of another collection that belong to it: each time a query, through an index if one fits. */
export function lookup(argument: unknown, context: StageContext): () => Stage {
  if (!isDoc(argument)) throw failedToParse('the $lookup specification must be an Object');
  const { from, as, localField, foreignField, pipeline, let: variables, ...others } = argument;
  const [unknown] = Object.keys(others);
  if (unknown) throw failedToParse(`unknown argument to $lookup: ${unknown}`);
  if (typeof from !== 'string' || typeof as !== 'string') {
    throw failedToParse('$lookup needs the names of a collection (from) and a field (as)');
  }
  const stages = pipeline === undefined ? [] : parseStages(pipeline);
  const matchFor = equalityMatch(localField, foreignField, pipeline !== undefined);
  const bind = Object.entries(isDoc(variables) ? variables : {}).map(
    ([name, expression]) => [name, compileExpression(expression, context.scope)] as const,
  );
  context.compile(stages);
  const target = as.split('.');
  return () =>
    perDocument((documents) => {
      for (const doc of documents) {
        const values = Object.fromEntries(
          bind.map(([name, expression]) => [name, expression.evaluate(doc) ?? null]),
        );
        const found = collect(context.read(from, [...matchFor(doc), ...stages], values));
        setPath(doc, target, () => found);
      }
      return documents;
    });
}

/** The `$match` that equality of a local and a foreign field asks for. */
function equalityMatch(local: unknown, foreign: unknown, optional: boolean): (doc: Doc) => StageSpec[] {
  if (local === undefined && foreign === undefined && optional) return () => [];
  if (typeof local !== 'string' || typeof foreign !== 'string') {
    throw failedToParse('$lookup requires both or neither of localField and foreignField to be strings');
  }
  const path = splitPath(local);
  return (doc) => {
    const values: unknown[] = [];
    someValue(doc, path, (value) => {
      if (Array.isArray(value)) values.push(...value);
      else values.push(value ?? null);
      return false;
    });
    const condition = values.length === 1 ? { $eq: values[0] } : { $in: values };
    return [{ name: '$match', argument: { [foreign]: condition } }];
  };
}

function collect(chunks: Iterable<Doc[]>): Doc[] {
  const all: Doc[] = [];
  let bytes = 0;
  for (const chunk of chunks) {
    for (const doc of chunk) {
      bytes += estimateBytes(doc);
      all.push(doc);
    }
    if (bytes > MEMORY_LIMIT) throw outOfMemory('$lookup');
  }
  return all;
}

/** Appends the documents of another collection. */
export function unionWith(argument: unknown, context: StageContext): () => Stage {
  const name = isDoc(argument) ? argument.coll : argument;
  if (typeof name !== 'string') throw new CommandError(9, '$unionWith needs the name of a collection');
  const stages = isDoc(argument) && argument.pipeline !== undefined ? parseStages(argument.pipeline) : [];
  context.compile(stages);
  return () => ({ push: (documents) => documents, end: () => context.read(name, stages) });
}
