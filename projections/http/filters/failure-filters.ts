// Which failed messages somebody asks for, as it stands in the URL: the same for the page and the API.
import type { Filter } from 'mongodb';
import { type Static, Type } from 'typebox';
import type { FailedMessageDocument } from '../../../shared-contracts/documents/failed-message-document.ts';
import { within } from './days.ts';
import { checkSpan, dayField } from './ticket-filters.ts';

export const FAILURE_FILTERS = {
  group: Type.Optional(
    Type.String({
      pattern: '^[a-z0-9.-]{1,100}$',
      description: 'The subscription group whose handler failed.',
      mustBe: 'the name of a group',
    }),
  ),
  what: Type.Optional(
    Type.Enum(['failed', 'recovered'], {
      description:
        'Messages that failed (also where they recovered since), or those that are recovered. Failed when it is left out.',
    }),
  ),
  from: dayField('Failed first, or recovered, on this day or later.'),
  to: dayField('Failed first, or recovered, on this day or before.'),
};

export const FailureFilterQuery = Type.Object(FAILURE_FILTERS);
type FailureFilters = Static<typeof FailureFilterQuery>;

/** @throws RequestProblem 400 where the span ends before it begins. */
export function failuresMatch({ group, what, from, to }: FailureFilters): Filter<FailedMessageDocument> {
  checkSpan('from', from, 'to', to);
  const span = from === undefined && to === undefined ? undefined : within(from, to);
  const inGroup = group === undefined ? {} : { group };
  if (what !== 'recovered') return { ...inGroup, ...(span === undefined ? {} : { firstFailedAt: span }) };
  return { ...inGroup, state: 'recovered', ...(span === undefined ? {} : { stateSince: span }) };
}
