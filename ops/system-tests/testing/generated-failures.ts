// Failed messages with what became of them, as entries of the ledgers; and what is known of each besides.
import { MessageParked, originExample } from '../../../shared-contracts/messages/failure-events.ts';
import { GROUPS } from '../../../shared-contracts/messages/names.ts';
import { deterministicId } from '../../../shared-contracts/runtime/ids.ts';

export type GeneratedFailure = {
  readonly group: string;
  readonly entries: readonly {
    readonly event: { type: string; data: Record<string, unknown> };
    readonly at: Date;
  }[];
  readonly firstFailedAt: Date;
  /** Undefined for one that failed again since, or never recovered. */
  readonly recoveredAt: Date | undefined;
};

const FAILING = [
  GROUPS.customerNotifications.name,
  GROUPS.backofficeInbox.name,
  GROUPS.customerIntegration.name,
];
const HOUR_MS = 3_600_000;

export function generateFailures(count: number, first: Date, days: number): readonly GeneratedFailure[] {
  return Array.from({ length: count }, (_, index): GeneratedFailure => {
    const group = FAILING[(index * 7) % FAILING.length] ?? '';
    const eventId = deterministicId('failed', String(index));
    const origin = { ...originExample, eventId };
    const at = (hours: number) =>
      new Date(first.getTime() + ((index * 37) % (days * 24)) * HOUR_MS + hours * HOUR_MS);
    const attempt = (number: number) => (number === 1 ? eventId : deterministicId(eventId, String(number)));
    const parked = (number: number, hours: number) => {
      const facts = { attemptId: attempt(number), attempt: number, occurredAt: at(hours).toISOString() };
      return {
        event: { type: 'MessageParked', data: { ...MessageParked.example, group, origin, ...facts } },
        at: at(hours),
      };
    };
    const recovered = (number: number, hours: number) => ({
      event: { type: 'MessageRecovered', data: { group, origin, attemptId: attempt(number) } },
      at: at(hours),
    });
    const entries = [
      [parked(1, 0)],
      [parked(1, 0), recovered(2, 30)],
      [parked(1, 0), parked(2, 1), recovered(3, 50)],
      [parked(1, 0), recovered(2, 2), parked(3, 40)],
    ][index % 4] ?? [parked(1, 0)];
    const last = entries.at(-1);
    return {
      group,
      entries,
      firstFailedAt: at(0),
      recoveredAt: last?.event.type === 'MessageRecovered' ? last.at : undefined,
    };
  });
}
