import type { GroupDeclaration } from '../../messages/names.ts';
import { prefixOf } from '../../messages/streams.ts';
import { handledBy, SUBSCRIPTIONS } from '../../messages/subscriptions.ts';
import type { SubscriptionGroup } from '../consumer/subscription-group.ts';

/** What a group hears and handles, in the order of the alphabet. */
export type Hearing = {
  readonly group: string;
  readonly prefixes: readonly string[];
  readonly handles: readonly string[];
};

/** What the contracts say about the groups of one service. */
export function agreedHearings(service: GroupDeclaration['service']): readonly Hearing[] {
  return SUBSCRIPTIONS.filter(({ group }) => group.service === service).map((subscription) => ({
    group: subscription.group.name,
    prefixes: subscription.hears.map(prefixOf).sort(),
    handles: handledBy(subscription)
      .map(({ type }) => type)
      .sort(),
  }));
}

/** What the groups of a service really do. */
export function hearingsOf(groups: readonly SubscriptionGroup[]): readonly Hearing[] {
  return groups.map(({ declaration, prefixes, handlers }) => ({
    group: declaration.name,
    prefixes: prefixes.toSorted(),
    handles: handlers.map(({ eventType }) => eventType).sort(),
  }));
}
