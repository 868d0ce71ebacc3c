// Events that only lead to another one: the store writes them for what a group parks, operators for what is to be replayed.
import { binaryEvent, type EventData, type RecordedEvent } from '@eventstore/db-client';

/** The type of a link. */
export const LINK = '$>';

/** Links to links that are followed, at most: more lead nowhere. */
export const MOST_HOPS = 20;

type Place = { readonly stream: string; readonly revision: number | bigint };

/** A link as the store itself writes them, `revision@stream`, with what there is to know about it beside. */
export function linkTo(
  { stream, revision }: Place,
  id: string,
  metadata: Readonly<Record<string, unknown>>,
): EventData {
  return binaryEvent({ id, type: LINK, data: Buffer.from(`${revision}@${stream}`), metadata });
}

/** Where a link leads; undefined for what is no link. */
export function linkTarget({
  type,
  data,
}: Pick<RecordedEvent, 'type' | 'data'>): { readonly stream: string; readonly revision: bigint } | undefined {
  if (type !== LINK || !(data instanceof Uint8Array)) return undefined;
  const [, revision, stream] = /^(\d+)@(.+)$/s.exec(Buffer.from(data).toString('utf8')) ?? [];
  return revision === undefined || stream === undefined ? undefined : { stream, revision: BigInt(revision) };
}
