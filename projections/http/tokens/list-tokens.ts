import { streamOf } from '../../../shared-contracts/messages/names.ts';
import type { EventStore } from '../../../shared-contracts/runtime/event-store/event-store.ts';
import { type AccessToken, accessTokens } from '../../access-token/access-token-decider.ts';

const MOST_LISTED = 100;

/** The newest tokens of an employee, revoked ones last. */
export async function listTokens(
  store: Pick<EventStore, 'read'>,
  employeeId: string,
): Promise<readonly (AccessToken & { readonly madeAt: string })[]> {
  const { decider, isEvent } = accessTokens;
  const madeAt = new Map<string, string>();
  let state = decider.initial;
  for await (const { event, metadata } of store.read(streamOf.tokens(employeeId))) {
    if (!isEvent(event)) continue;
    state = decider.evolve(state, event);
    if (event.type === 'AccessTokenMade') madeAt.set(event.data.tokenId, metadata.occurredAt);
  }
  return state.tokens
    .map((token) => ({ ...token, madeAt: madeAt.get(token.tokenId) ?? '' }))
    .toReversed()
    .sort((left, right) => Number(left.revoked) - Number(right.revoked))
    .slice(0, MOST_LISTED);
}
