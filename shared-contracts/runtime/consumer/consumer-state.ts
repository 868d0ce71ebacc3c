/** How one instance of a group is getting on. */
export type ConsumerState = {
  readonly group: string;
  /**
   * `connecting`: there is no connection to the group, another one is tried. `paused`: what the handlers depend on is
   * down. `stalled`: connected, with something waiting, and nothing has come on for a minute.
   */
  readonly condition: 'connecting' | 'connected' | 'paused' | 'stalled';
  /** Why, for people; empty where all is well. */
  readonly reason: string;
  readonly inFlight: number;
  readonly blockedStreams: number;
};
