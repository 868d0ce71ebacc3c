import type { Envelope } from '../../../shared-contracts/runtime/consumer/envelope.ts';
import { PermanentFailure } from '../../../shared-contracts/runtime/consumer/errors.ts';

/** What a handler was given: revision in its stream, how it came, and what was made of it. */
export type Seen = {
  readonly revision: number;
  readonly kind: 'live' | 'replay';
  readonly outcome: 'handled' | 'failed';
};

/** A handler that refuses some revisions for good, as long as they are in the set. */
export function failingAt(...revisions: readonly number[]) {
  const refused = new Set(revisions);
  const seen = new Map<string, Seen[]>();
  return {
    refused,
    of: (stream: string): readonly Seen[] => seen.get(stream) ?? [],
    handle: async ({ origin: { stream, revision }, delivery: { kind } }: Envelope) => {
      const outcome = refused.has(revision) ? 'failed' : 'handled';
      seen.set(stream, [...(seen.get(stream) ?? []), { revision, kind, outcome }]);
      if (outcome === 'failed') throw new PermanentFailure('refused', `Revision ${revision} is refused.`);
    },
  };
}
