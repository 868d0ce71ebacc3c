import { TYPE } from '../values/key-writer.ts';
import type { Doc } from '../values/value.ts';
import type { FindRequest } from './find.ts';
import type { Candidate } from './index-candidate.ts';
import type { Interval } from './intervals.ts';
import type { Plan } from './plan.ts';

/** A plan as MongoDB's `explain` shows one: stages, each with the stage that it reads from. */
export function explainPlan(plan: Plan | undefined, request: FindRequest, projection?: Doc): Doc {
  if (!plan) return { stage: 'EOF' };
  let stage = readStage(plan, request.filter);
  if (request.sort && !plan.sorted) {
    const sortPattern = Object.fromEntries(
      request.sort.map(({ field, descending }) => [field, descending ? -1 : 1]),
    );
    const limited = request.limit !== Number.POSITIVE_INFINITY;
    stage = {
      stage: 'SORT',
      sortPattern,
      ...(limited ? { limitAmount: request.skip + request.limit } : {}),
      inputStage: stage,
    };
  }
  if (request.skip > 0) stage = { stage: 'SKIP', skipAmount: request.skip, inputStage: stage };
  if (request.limit !== Number.POSITIVE_INFINITY) {
    stage = { stage: 'LIMIT', limitAmount: request.limit, inputStage: stage };
  }
  return projection ? { stage: 'PROJECTION_DEFAULT', transformBy: projection, inputStage: stage } : stage;
}

function readStage(plan: Plan, filter: Doc): Doc {
  const tested = Object.keys(filter).length > 0 ? { filter } : {};
  switch (plan.kind) {
    case 'collection':
      return { stage: 'COLLSCAN', ...tested, direction: plan.reverse ? 'backward' : 'forward' };
    case 'union':
      return {
        stage: 'FETCH',
        ...tested,
        inputStage: { stage: plan.order ? 'SORT_MERGE' : 'OR', inputStages: plan.plans.map(indexStage) },
      };
    case 'index': {
      const parts = { stage: 'SORT_MERGE', inputStages: plan.streams.map(() => indexStage(plan)) };
      const inputStage = plan.merged ? parts : indexStage(plan);
      return { stage: 'FETCH', ...(plan.exact ? {} : tested), inputStage };
    }
  }
}

function indexStage(plan: Candidate): Doc {
  const { spec, multikey, multikeyFields } = plan.index;
  return {
    stage: 'IXSCAN',
    keyPattern: { ...spec.key },
    indexName: spec.name,
    isMultiKey: multikey,
    multiKeyPaths: Object.fromEntries(
      Object.keys(spec.key).map((field) => [field, multikeyFields.has(field) ? [field] : []]),
    ),
    isUnique: spec.unique,
    isSparse: spec.sparse,
    isPartial: spec.partialFilterExpression !== undefined,
    indexVersion: 2,
    direction: plan.reverse ? 'backward' : 'forward',
    indexBounds: Object.fromEntries(
      Object.keys(spec.key).map((field) => [field, plan.intervals[field]?.map(show) ?? ['[MinKey, MaxKey]']]),
    ),
  };
}

const TYPE_NAMES = new Map<number, string>(Object.entries(TYPE).map(([name, byte]) => [byte, name]));

/** An interval for people: the type of its values, and whether it is one value or a range. */
function show({ low, lowInclusive, high, highInclusive }: Interval): string {
  const name = (end: Buffer): string => TYPE_NAMES.get(end[0] ?? 0) ?? '';
  if (low.length > 1 && low.equals(high))
    return `[${name(low)} ${readable(low)}, ${name(high)} ${readable(high)}]`;
  return `${lowInclusive ? '[' : '('}${name(low)} ${readable(low)}, ${name(high)} ${readable(high)}${highInclusive ? ']' : ')'}`;
}

function readable(end: Buffer): string {
  if (end.length <= 1) return '*';
  if (end[0] === TYPE.string) return JSON.stringify(end.toString('utf8', 1).replace(/\0+$/, ''));
  return `0x${end.toString('hex', 1, 17)}`;
}
