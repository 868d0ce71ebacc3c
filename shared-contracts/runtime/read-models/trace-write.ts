// The span of one write to the database that the read models are in.

import { attribute, databaseSystem } from '../telemetry/names.ts';
import type { SpanReference } from '../telemetry/spans.ts';
import { inSpan } from '../telemetry/spans.ts';

/** Where something is written: a collection, as the driver knows it. */
export type Written = { readonly dbName: string; readonly collectionName: string };

export type WriteFacts = {
  readonly operation: 'insert' | 'update' | 'BATCH';
  /** How many documents or changes it is, by one command or more. */
  readonly size: number;
  /** The spans of the messages that led to it; it is a part of the step that it is made in. */
  readonly ledTo?: readonly SpanReference[] | undefined;
};

/** Writes inside a span of its own: what is written where and how much of it, and nothing of what it says. */
export function traceWrite<Result>(
  { dbName, collectionName }: Written,
  { operation, size, ledTo = [] }: WriteFacts,
  write: () => Promise<Result>,
): Promise<Result> {
  return inSpan(
    `${operation} ${collectionName}`,
    {
      kind: 'client',
      // Whoever is the only one is its parent.
      links: ledTo.length < 2 ? [] : ledTo.map((to) => ({ to, as: 'message' })),
      attributes: {
        [attribute.databaseSystem]: databaseSystem,
        [attribute.databaseNamespace]: dbName,
        [attribute.databaseCollection]: collectionName,
        [attribute.databaseOperation]: operation,
        [attribute.databaseBatchSize]: size < 2 ? undefined : size,
      },
    },
    write,
  );
}
