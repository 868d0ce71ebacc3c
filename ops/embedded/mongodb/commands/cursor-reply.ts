import { Long } from 'bson';
import { FIRST_BATCH, type ResultCursor, type Source } from '../query/cursors.ts';
import type { Doc } from '../values/value.ts';
import { RawDocument } from '../values/write.ts';
import { type Call, deadlineOf, flag, optionalCount, sessionOf } from './command.ts';

type FirstBatch = {
  readonly namespace: string;
  readonly batchSize?: number | undefined;
  readonly singleBatch?: boolean;
};

/** Reads the first batch of a result and keeps the cursor when there is more. */
export async function firstBatch(call: Call, source: Source, options: FirstBatch): Promise<Doc> {
  const { node, body } = call;
  const cursor = node.cursors.create(source, {
    namespace: options.namespace,
    noTimeout: flag(body, 'noCursorTimeout'),
    session: sessionOf(body),
  });
  const batch = await cursor.next(options.batchSize ?? FIRST_BATCH, deadlineOf(body));
  const more = !options.singleBatch && !cursor.exhausted;
  if (more) node.cursors.keep(cursor);
  else cursor.close();
  return reply(more ? cursor : undefined, options.namespace, 'firstBatch', batch);
}

/** Reads the next batch of a cursor that was kept. */
export async function nextBatch(call: Call, cursor: ResultCursor): Promise<Doc> {
  const size = optionalCount(call.body, 'batchSize');
  try {
    const batch = await cursor.next(size || Number.POSITIVE_INFINITY, deadlineOf(call.body));
    if (cursor.exhausted) call.node.cursors.kill(cursor.id);
    else call.node.cursors.keep(cursor);
    return reply(cursor.exhausted ? undefined : cursor, cursor.options.namespace, 'nextBatch', batch);
  } catch (error) {
    call.node.cursors.kill(cursor.id);
    throw error;
  }
}

function reply(cursor: ResultCursor | undefined, ns: string, name: string, batch: readonly Buffer[]): Doc {
  const documents = batch.map((bytes) => new RawDocument(bytes));
  return { cursor: { [name]: documents, id: cursor?.id ?? Long.ZERO, ns } };
}

/** A result that is known as a whole. */
export function listReply(ns: string, documents: readonly Doc[]): Doc {
  return { cursor: { firstBatch: documents, id: Long.ZERO, ns } };
}
