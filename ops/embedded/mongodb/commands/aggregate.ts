import { CommandError, failedToParse } from '../errors.ts';
import { compileExpression } from '../expressions/expression.ts';
import { preparePipeline, runOnDocuments } from '../pipeline/run.ts';
import { parseStages, type StageSpec } from '../pipeline/stage-spec.ts';
import type { Source } from '../query/cursors.ts';
import { isDoc } from '../values/value.ts';
import { collStatsDocument } from './coll-stats-stage.ts';
import {
  type Call,
  flag,
  type Handler,
  onlyFields,
  optionalCount,
  optionalDoc,
  refuseCollation,
  scopeOf,
} from './command.ts';
import { firstBatch } from './cursor-reply.ts';

export const aggregate: Handler = (call) => {
  const { body, database } = call;
  checkAggregate(call);
  if (flag(body, 'explain'))
    throw failedToParse('Ask for the plan of an aggregation with the explain command.');
  const cursor = optionalDoc(body, 'cursor');
  if (!cursor)
    throw failedToParse("The 'cursor' option is required, except for aggregate with the explain argument");
  const name = body.aggregate;
  return firstBatch(call, resultsOf(call, parseStages(body.pipeline)), {
    namespace: typeof name === 'string' ? `${database}.${name}` : `${database}.$cmd.aggregate`,
    batchSize: optionalCount(cursor, 'batchSize'),
  });
};

/** Refuses what an aggregation does not take. */
export function checkAggregate(call: Call): void {
  onlyFields(
    call,
    ...[
      'pipeline',
      'cursor',
      'explain',
      'allowDiskUse',
      'hint',
      'let',
      'collation',
      'bypassDocumentValidation',
    ],
  );
  refuseCollation(call.body);
}

function resultsOf(call: Call, stages: readonly StageSpec[]): Source {
  const { node, database, body } = call;
  const scope = scopeOf(body);
  const context = { store: node.store, catalog: node.catalog, database, scope };
  if (typeof body.aggregate === 'string') {
    const [start, ...others] = stages;
    if (start?.name === '$collStats')
      return runOnDocuments(context, [collStatsDocument(call, start)], others);
    return preparePipeline(context, body.aggregate, stages, body.hint).results();
  }
  const [first, ...rest] = stages;
  if (first?.name !== '$documents') {
    throw new CommandError(73, 'An aggregation on a database has to begin with $documents.');
  }
  const documents = compileExpression(first.argument, scope).evaluate({});
  if (!Array.isArray(documents) || !documents.every(isDoc)) {
    throw new CommandError(5858203, 'The argument of $documents must be an array of objects.');
  }
  return runOnDocuments(context, documents, rest);
}
