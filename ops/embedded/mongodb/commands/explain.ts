import { CommandError, failedToParse } from '../errors.ts';
import { type PreparedPipeline, preparePipeline } from '../pipeline/run.ts';
import { parseStages } from '../pipeline/stage-spec.ts';
import { explainPlan } from '../query/explain-plan.ts';
import { type FindRequest, type PreparedFind, prepareFind } from '../query/find.ts';
import type { ReadStats } from '../query/read-plan.ts';
import { type Doc, isDoc } from '../values/value.ts';
import { checkAggregate } from './aggregate.ts';
import { type Call, findCollection, type Handler, onlyFields, scopeOf } from './command.ts';
import { parseCount } from './count.ts';
import { deleteRequest, parseDeletes } from './delete.ts';
import { parseDistinct } from './distinct.ts';
import { parseFind } from './find.ts';
import { parseFindAndModify } from './find-and-modify.ts';
import { parseStatement, parseUpdates, updateRequest } from './update.ts';
import { VERSION_TEXT } from './version.ts';

const VERBOSITIES: readonly unknown[] = ['queryPlanner', 'executionStats', 'allPlansExecution'];

/** Tells how a command would be carried out; a write is not. */
export const explain: Handler = (call) => {
  onlyFields(call, 'verbosity');
  const verbosity = call.body.verbosity ?? 'allPlansExecution';
  if (!VERBOSITIES.includes(verbosity))
    throw failedToParse(`verbosity string must be one of ${VERBOSITIES.join(', ')}`);
  const command = call.body.explain;
  if (!isDoc(command)) throw failedToParse('explain takes a command');
  const [name = ''] = Object.keys(command);
  const inner: Call = { ...call, name, body: { ...command, $db: call.database } };
  const run = verbosity !== 'queryPlanner';
  return {
    ...(name === 'aggregate' ? explainAggregate(inner, run) : explainQuery(inner, run)),
    command,
    serverInfo: { host: 'embedded', port: call.node.port(), version: VERSION_TEXT },
  };
};

function explainQuery(call: Call, run: boolean): Doc {
  const { request, projection } = requestOf(call);
  const collection = findCollection(call);
  const find = collection && prepareFind(call.node.store, collection, request, scopeOf(call.body));
  const winningPlan = explainPlan(find?.plan, request, projection);
  return {
    explainVersion: '1',
    queryPlanner: planner(call, request, winningPlan),
    ...(run ? { executionStats: measure((stats) => read(call, find, stats), winningPlan) } : {}),
  };
}

function read(call: Call, find: PreparedFind | undefined, stats: ReadStats): Iterable<readonly unknown[]> {
  if (!find) return [];
  return call.name === 'count' ? Array.from(find.count(stats), () => []) : find.records(stats);
}

function requestOf(call: Call): { request: FindRequest; projection: Doc | undefined } {
  if (call.name === 'find') return parseFind(call);
  return { request: requestWithoutProjection(call), projection: undefined };
}

/** What is looked for, read as the command itself reads it: what that refuses is refused here too. */
function requestWithoutProjection(call: Call): FindRequest {
  switch (call.name) {
    case 'count':
      return parseCount(call);
    case 'distinct':
      return parseDistinct(call).request;
    case 'findAndModify':
      return parseFindAndModify(call);
    case 'update':
      return updateRequest(parseStatement(call, only(parseUpdates(call))));
    case 'delete':
      return deleteRequest(only(parseDeletes(call)));
    default:
      throw new CommandError(59, `Explain failed due to unknown command: ${call.name}`);
  }
}

function only(statements: readonly unknown[]): unknown {
  if (statements.length > 1) throw new CommandError(72, 'explained write batches must be of size 1');
  return statements[0];
}

function explainAggregate(call: Call, run: boolean): Doc {
  const { node, database, body } = call;
  checkAggregate(call);
  if (typeof body.aggregate !== 'string') throw failedToParse('explain takes an aggregation on a collection');
  const context = { store: node.store, catalog: node.catalog, database, scope: scopeOf(body) };
  const prepared = preparePipeline(context, body.aggregate, parseStages(body.pipeline), body.hint);
  const winningPlan = explainPlan(prepared.plan, prepared.request);
  const query = {
    queryPlanner: planner(call, prepared.request, winningPlan),
    ...(run ? { executionStats: measureAll(prepared, winningPlan) } : {}),
  };
  if (prepared.rest.length === 0) return { explainVersion: '1', ...query };
  const stages = prepared.rest.map(({ name, argument }) => ({ [name]: argument }));
  return { explainVersion: '1', stages: [{ $cursor: query }, ...stages] };
}

const planner = (call: Call, request: FindRequest, winningPlan: Doc): Doc => ({
  namespace: `${call.database}.${String(call.body[call.name])}`,
  indexFilterSet: false,
  parsedQuery: request.filter,
  winningPlan,
  rejectedPlans: [],
});

function measureAll(prepared: PreparedPipeline, winningPlan: Doc): Doc {
  return measure((stats) => prepared.results(stats), winningPlan);
}

function measure(read: (stats: ReadStats) => Iterable<readonly unknown[]>, executionStages: Doc): Doc {
  const stats: ReadStats = { keysExamined: 0, docsExamined: 0 };
  const started = performance.now();
  let nReturned = 0;
  for (const chunk of read(stats)) nReturned += chunk.length;
  return {
    executionSuccess: true,
    nReturned,
    executionTimeMillis: Math.round(performance.now() - started),
    totalKeysExamined: stats.keysExamined,
    totalDocsExamined: stats.docsExamined,
    executionStages,
  };
}
