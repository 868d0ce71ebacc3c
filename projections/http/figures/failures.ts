// Failed messages by group and step: when they first failed, and when they recovered.
import type { Collection } from 'mongodb';
import type { FailedMessageDocument } from '../../../shared-contracts/documents/failed-message-document.ts';
import { DAY_MS, startOf, within } from '../filters/days.ts';
import type { Period } from '../filters/period.ts';

export type FailureStep = {
  readonly from: string;
  readonly to: string;
  readonly group: string;
  readonly failed: number;
  readonly recovered: number;
};

type Counted = { readonly _id: { readonly group: string; readonly step: number }; readonly count: number };

/**
 * Steps and groups in which nothing failed or recovered are left out. A message that failed again after a recovery
 * counts as what it is now.
 */
export async function failuresOf(
  messages: Collection<FailedMessageDocument>,
  period: Period,
): Promise<readonly FailureStep[]> {
  const span = within(period.from, period.to);
  const [failed, recovered] = await Promise.all([
    count(messages, period, 'firstFailedAt', { firstFailedAt: span }),
    count(messages, period, 'stateSince', { state: 'recovered' as const, stateSince: span }),
  ]);
  const steps = new Map<string, FailureStep>();
  const put = ({ _id, count }: Counted, what: 'failed' | 'recovered') => {
    const step = period.steps[_id.step];
    if (step === undefined) return;
    const key = `${step.from} ${_id.group}`;
    const known = steps.get(key) ?? { ...step, group: _id.group, failed: 0, recovered: 0 };
    steps.set(key, { ...known, [what]: count });
  };
  for (const each of failed) put(each, 'failed');
  for (const each of recovered) put(each, 'recovered');
  return [...steps].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, step]) => step);
}

async function count(
  messages: Collection<FailedMessageDocument>,
  { from, stepDays }: Period,
  field: 'firstFailedAt' | 'stateSince',
  match: Parameters<Collection<FailedMessageDocument>['find']>[0],
): Promise<readonly Counted[]> {
  const step = {
    $floor: { $divide: [{ $subtract: [`$${field}`, startOf(from)] }, stepDays * DAY_MS] },
  };
  return messages
    .aggregate<Counted>([
      { $match: match },
      { $group: { _id: { group: '$group', step }, count: { $sum: 1 } } },
    ])
    .toArray();
}
