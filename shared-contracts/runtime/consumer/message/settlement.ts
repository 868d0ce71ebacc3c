/** How a delivery is to be settled. */
export type Settlement =
  | { readonly kind: 'ack' }
  | { readonly kind: 'park'; readonly reason: string }
  /** Not at all: the service stops, and another consumer will get it. */
  | { readonly kind: 'leave' }
  /** Not at all: what the handler depends on is down, so the whole group pauses. */
  | { readonly kind: 'outage'; readonly error: unknown };

export const ACK: Settlement = { kind: 'ack' };
