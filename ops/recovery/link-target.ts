import type { RecordedEvent } from '@eventstore/db-client';

/** The type of an event that only leads to another one. */
export const LINK = '$>';

/** Where a link leads; undefined for what is no link. */
export function linkTarget({
  data,
}: Pick<RecordedEvent, 'data'>): { readonly stream: string; readonly revision: bigint } | undefined {
  const text = data instanceof Uint8Array ? Buffer.from(data).toString('utf8') : '';
  const [, revision, stream] = /^(\d+)@(.+)$/s.exec(text) ?? [];
  return revision === undefined || stream === undefined ? undefined : { stream, revision: BigInt(revision) };
}
