// How a group is, from what the store, its service and its ledger say. Pure.

export const GROUP_STATES = ['paused', 'stalled', 'failing', 'behind', 'healthy'] as const;

/**
 * `paused`: what its handlers need is down, and it waits. `stalled`: events wait, and nothing comes on. `failing`: messages
 * wait for a person. `behind`: events wait longer than they should.
 */
export type GroupState = (typeof GROUP_STATES)[number];

/** What the store says of a group. */
export type GroupFigures = {
  /** False as long as no service has made the group. */
  readonly exists: boolean;
  /** Instances that take messages of the group. */
  readonly instances: number;
  readonly inFlight: number;
  /** Events behind what is settled; `lagIsMore` where there are more than were counted. */
  readonly lag: number;
  readonly lagIsMore: boolean;
  /** Milliseconds that the oldest of them has waited. */
  readonly lagMs: number;
  /** Milliseconds that events have waited while the group did not come on; 0 where nobody has watched. */
  readonly stillForMs: number;
};

export type JudgedGroup = { readonly state: GroupState; readonly reason: string };

const BEHIND_FROM_MS = 10_000;
const STALLED_FROM_MS = 60_000;
const UNATTENDED_FROM_MS = 5000;

/**
 * @param said what the service says is wrong with the group, as `/health/ready` has it: `paused: …`
 * @param waiting messages that wait for a person
 */
export function judgeGroup(
  { exists, instances, lag, lagMs, stillForMs }: GroupFigures,
  said: string | undefined,
  waiting: number,
): JudgedGroup {
  if (said?.startsWith('paused')) return { state: 'paused', reason: afterColon(said) };
  if (said?.startsWith('stalled')) return { state: 'stalled', reason: afterColon(said) };
  if (!exists) return { state: 'stalled', reason: 'The store has no such group: its service never ran.' };
  if (instances === 0 && (lag === 0 || lagMs >= UNATTENDED_FROM_MS))
    return { state: 'stalled', reason: 'No instance takes its messages. Start its service.' };
  if (lag > 0 && stillForMs >= STALLED_FROM_MS) {
    const seconds = Math.round(stillForMs / 1000);
    return { state: 'stalled', reason: `Events wait, and nothing has come on for ${seconds} s.` };
  }
  if (waiting > 0) return { state: 'failing', reason: 'Messages wait for a person.' };
  if (lag > 0 && lagMs >= BEHIND_FROM_MS) {
    return { state: 'behind', reason: `The oldest event has waited ${Math.round(lagMs / 1000)} s.` };
  }
  return { state: 'healthy', reason: '' };
}

function afterColon(said: string): string {
  return said.slice(said.indexOf(':') + 1).trim();
}
