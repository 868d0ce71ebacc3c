import { Aggregator } from 'mingo/aggregator';
import { CommandError, notImplemented } from '../errors.ts';
import { toPlain } from '../expressions/expression.ts';
import { asFilter, compileFilter } from '../filter/match.ts';
import { compileProjectStage } from '../query/projection.ts';
import { MEMORY_LIMIT, outOfMemory, parseSort, Sorter, sortKeys } from '../query/sort.ts';
import { estimateBytes } from '../values/estimate.ts';
import type { Doc } from '../values/value.ts';
import { facet } from './facet.ts';
import { group } from './group.ts';
import { lookup, unionWith } from './join.ts';
import { perDocument, type Stage, type StageContext } from './stage.ts';
import { checkExpressions } from './stage-expressions.ts';
import { type StageSpec, stageCount } from './stage-spec.ts';

/** mingo's stages that treat each document by itself, and those that need all of them at once. */
const STREAMING: ReadonlySet<string> = new Set([
  ...['$addFields', '$set', '$unset', '$redact', '$replaceRoot', '$replaceWith', '$unwind'],
]);
const BLOCKING: ReadonlySet<string> = new Set([
  ...['$bucket', '$bucketAuto', '$densify', '$fill', '$sample', '$setWindowFields'],
]);
/** Stages of a real server that are not here. */
const ABSENT: ReadonlySet<string> = new Set([
  ...[
    '$collStats',
    '$currentOp',
    '$documents',
    '$geoNear',
    '$graphLookup',
    '$indexStats',
    '$listLocalSessions',
  ],
  ...['$listSessions', '$merge', '$out', '$planCacheStats', '$search', '$searchMeta', '$vectorSearch'],
]);

/** Compiles stages; what comes back makes them anew for each run. @throws CommandError for stages that are wrong. */
export function compileStages(stages: readonly StageSpec[], context: StageContext): () => Stage[] {
  const makers = stages.map((stage, at) => compileStage(stage, stages.slice(at + 1), context));
  return () => makers.map((make) => make());
}

function compileStage(stage: StageSpec, next: readonly StageSpec[], context: StageContext): () => Stage {
  const { name, argument } = stage;
  switch (name) {
    case '$match': {
      const filter = compileFilter(asFilter(argument, '$match'), context.scope);
      return () => perDocument((documents) => documents.filter((doc) => filter.test(doc)));
    }
    case '$sort':
      return sortStage(argument, next);
    case '$limit': {
      const limit = stageCount(stage);
      return () => limitStage(limit);
    }
    case '$skip': {
      const skip = stageCount(stage);
      return () => skipStage(skip);
    }
    case '$project': {
      checkExpressions(name, argument);
      const project = compileProjectStage(asFilter(argument, name), context.scope);
      return () => perDocument((documents) => documents.map(project));
    }
    case '$count':
      return countStage(argument);
    case '$group':
      return group(argument, context.scope);
    case '$sortByCount': {
      const grouped = group({ _id: argument, count: { $sum: 1 } }, context.scope);
      const sorted = sortStage({ count: -1 }, next);
      return () => chain(grouped(), sorted());
    }
    case '$lookup':
      return lookup(argument, context);
    case '$unionWith':
      return unionWith(argument, context);
    case '$facet':
      return facet(argument, context);
    case '$changeStream':
      throw new CommandError(40573, 'The $changeStream stage is only supported on replica sets');
    default:
      return mingoStage(stage, context);
  }
}

function mingoStage({ name, argument }: StageSpec, context: StageContext): () => Stage {
  if (ABSENT.has(name)) throw notImplemented(`The aggregation stage ${name}`);
  if (!STREAMING.has(name) && !BLOCKING.has(name)) {
    throw new CommandError(40324, `Unrecognized pipeline stage name: '${name}'`);
  }
  checkExpressions(name, argument);
  const aggregator = new Aggregator([{ [name]: toPlain(argument) }], context.scope.options);
  const run = (documents: Doc[]): Doc[] => aggregator.run<Doc>(documents);
  return () => (STREAMING.has(name) ? perDocument(run) : blocking(name, run));
}

function blocking(name: string, run: (documents: Doc[]) => Doc[]): Stage {
  const kept: Doc[] = [];
  let bytes = 0;
  return {
    push(documents) {
      for (const doc of documents) {
        bytes += estimateBytes(doc);
        kept.push(doc);
      }
      if (bytes > MEMORY_LIMIT) throw outOfMemory(name);
      return [];
    },
    end: () => [run(kept)],
  };
}

function sortStage(argument: unknown, next: readonly StageSpec[]): () => Stage {
  const sort = parseSort(argument);
  if (!sort) throw new CommandError(15976, '$sort stage must have at least one sort key');
  const [first] = next;
  const limit = first?.name === '$limit' ? stageCount(first) : Number.POSITIVE_INFINITY;
  return () => {
    const sorter = new Sorter<Doc>(limit);
    const keyOf = sortKeys(sort);
    return {
      push(documents) {
        for (const doc of documents) sorter.add(keyOf(doc), doc, estimateBytes(doc));
        return [];
      },
      end: () => [sorter.finish()],
    };
  };
}

function limitStage(limit: number): Stage {
  let left = limit;
  return {
    push(documents) {
      const taken = documents.slice(0, left);
      left -= taken.length;
      return taken;
    },
    end: () => [],
    full: () => left <= 0,
  };
}

function skipStage(skip: number): Stage {
  let left = skip;
  return perDocument((documents) => {
    const skipped = Math.min(left, documents.length);
    left -= skipped;
    return documents.slice(skipped);
  });
}

function countStage(argument: unknown): () => Stage {
  if (typeof argument !== 'string' || argument === '' || /[$.]/.test(argument)) {
    throw new CommandError(40156, 'the count field must be a non-empty string without $ and .');
  }
  return () => {
    let count = 0;
    return {
      push(documents) {
        count += documents.length;
        return [];
      },
      end: () => (count > 0 ? [[{ [argument]: count }]] : []),
    };
  };
}

/** Two stages as one. */
function chain(first: Stage, second: Stage): Stage {
  return {
    push: (documents) => second.push(first.push(documents)),
    *end() {
      for (const chunk of first.end()) yield second.push(chunk);
      yield* second.end();
    },
  };
}
