import { createScope, type Scope } from '../expressions/expression.ts';
import { asFilter } from '../filter/match.ts';
import { type FindRequest, prepareFind } from '../query/find.ts';
import type { Plan } from '../query/plan.ts';
import type { ReadStats } from '../query/read-plan.ts';
import { parseSort } from '../query/sort.ts';
import type { Catalog } from '../storage/catalog.ts';
import type { StoredRecord } from '../storage/collection.ts';
import type { Store } from '../storage/store.ts';
import { DocumentReader } from '../values/read.ts';
import type { Doc } from '../values/value.ts';
import { DocumentWriter } from '../values/write.ts';
import { compileStages } from './compile-stages.ts';
import { countOnly } from './count-only.ts';
import { neededFields } from './needed-fields.ts';
import { runStages, type StageContext } from './stage.ts';
import { type StageSpec, stageCount } from './stage-spec.ts';

/** Where pipelines of one command read. */
export type PipelineContext = {
  readonly store: Store;
  readonly catalog: Catalog;
  readonly database: string;
  readonly scope: Scope;
};

/** A pipeline that is ready to run. */
export type PreparedPipeline = {
  /** How the collection is read; undefined when there is no such collection. */
  readonly plan: Plan | undefined;
  readonly request: FindRequest;
  /** The stages that work on documents in memory, after what the query does. */
  readonly rest: readonly StageSpec[];
  results(stats?: ReadStats): Generator<Buffer[], void>;
  documents(stats?: ReadStats): Generator<Doc[], void>;
};

/** Prepares a pipeline: what its first stages filter, sort and cut is read through an index where one fits. */
export function preparePipeline(
  context: PipelineContext,
  collectionName: string,
  pipeline: readonly StageSpec[],
  hint?: unknown,
): PreparedPipeline {
  const { request, rest } = pushDown(pipeline, hint);
  const stages = compileStages(rest, stageContext(context));
  const collection = context.catalog.find(context.database, collectionName);
  const find = collection && prepareFind(context.store, collection, request, context.scope);
  const fields = rest.length > 0 ? neededFields(rest) : undefined;
  const read = (stats?: ReadStats): Iterable<StoredRecord[]> => find?.records(stats) ?? [];
  const asCount = countOnly(rest[0]);
  const documents = (stats?: ReadStats): Generator<Doc[], void> => {
    if (find && asCount) return runStages(countOf(find.count(stats), asCount), stages().slice(1));
    return runStages(decoded(read(stats), fields), stages());
  };
  return {
    plan: find?.plan,
    request,
    rest,
    documents,
    *results(stats) {
      if (rest.length > 0) yield* encoded(documents(stats));
      else for (const chunk of read(stats)) yield chunk.map(({ bytes }) => bytes);
    },
  };
}

/** Runs a pipeline on documents that are given instead of stored. */
export function* runOnDocuments(
  context: PipelineContext,
  documents: Doc[],
  pipeline: readonly StageSpec[],
): Generator<Buffer[], void> {
  yield* encoded(runStages([documents], compileStages(pipeline, stageContext(context))()));
}

function stageContext(context: PipelineContext): StageContext {
  const self: StageContext = {
    scope: context.scope,
    compile: (stages) => compileStages(stages, self),
    read(collection, stages, variables) {
      const scope = variables ? createScope({ ...context.scope.variables, ...variables }) : context.scope;
      return preparePipeline({ ...context, scope }, collection, stages).documents();
    },
  };
  return self;
}

function* decoded(
  chunks: Iterable<StoredRecord[]>,
  fields: ReadonlySet<string> | undefined,
): Generator<Doc[], void> {
  const reader = new DocumentReader({ fields, plain: true });
  for (const chunk of chunks) yield chunk.map(({ bytes }) => reader.read(bytes));
}

/** The one document that a count gives; none when nothing is found. */
function* countOf(counts: Iterable<number>, asCount: (count: number) => Doc): Generator<Doc[], void> {
  let last = 0;
  for (const count of counts) {
    last = count;
    yield [];
  }
  if (last > 0) yield [asCount(last)];
}

function* encoded(chunks: Iterable<Doc[]>): Generator<Buffer[], void> {
  const writer = new DocumentWriter();
  for (const chunk of chunks) yield chunk.map((doc) => writer.write(doc));
}

/** Splits a pipeline into what a query can do (filter, then sort, then cut) and the stages after that. */
function pushDown(
  pipeline: readonly StageSpec[],
  hint: unknown,
): { request: FindRequest; rest: readonly StageSpec[] } {
  let at = 0;
  const next = (name: string): StageSpec | undefined => {
    const stage = pipeline[at];
    if (stage?.name !== name) return undefined;
    at += 1;
    return stage;
  };
  const filters: Doc[] = [];
  for (let match = next('$match'); match; match = next('$match'))
    filters.push(asFilter(match.argument, '$match'));
  const sort = parseSort(next('$sort')?.argument);
  const skip = next('$skip');
  const limit = next('$limit');
  const [onlyFilter] = filters;
  const request = {
    filter: filters.length > 1 ? { $and: filters } : (onlyFilter ?? {}),
    sort,
    skip: skip ? stageCount(skip) : 0,
    limit: limit ? stageCount(limit) : Number.POSITIVE_INFINITY,
    hint,
  };
  return { request, rest: pipeline.slice(at) };
}
