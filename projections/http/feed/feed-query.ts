// What somebody wants of the event feed, as it stands in the URL.
import { type Static, Type } from 'typebox';
import { categoryOf } from '../../../shared-contracts/messages/names.ts';
import { STREAMS } from '../../../shared-contracts/messages/streams.ts';
import { MOMENT_FORM, momentOf } from '../filters/moments.ts';
import { RequestProblem } from '../request-problem.ts';

/** Streams that analysts may follow; accounts and keys are not among them. */
const FEED_CATEGORIES = {
  issue: categoryOf.issue,
  ticket: categoryOf.ticket,
  failures: categoryOf.failures,
} as const;
type Category = keyof typeof FEED_CATEGORIES;

const CATEGORIES: readonly Category[] = ['issue', 'ticket', 'failures'];
const TYPES = CATEGORIES.flatMap((category) =>
  STREAMS[category].holds.flatMap(({ types }) => types.map(({ type }) => type)),
);

const MomentText = (description: string) =>
  Type.Optional(
    Type.Union([Type.String({ format: 'date' }), Type.String({ format: 'date-time' })], {
      description,
      mustBe: MOMENT_FORM,
    }),
  );
const YesNo = (description: string) => Type.Optional(Type.Enum(['yes', 'no'], { description }));

export const FeedParameters = Type.Object({
  after: Type.Optional(
    Type.String({
      pattern: '^\\d{1,18}-\\d{1,18}$',
      description:
        'Only what stands behind this position: the last one that you were given. The beginning when it is left out.',
      mustBe: 'a position that the feed has given',
    }),
  ),
  category: Type.Optional(
    Type.Enum([...CATEGORIES], { description: 'Only events of these streams. All of them when left out.' }),
  ),
  type: Type.Optional(
    Type.Enum([...TYPES], {
      description: 'Only events of this type, of the event catalogue.',
      mustBe: 'a type of event in these streams',
    }),
  ),
  since: MomentText('Only events that were appended at this moment or later.'),
  until: MomentText('Only events that were appended before; the feed ends at the first that was not.'),
  follow: YesNo(
    'With `yes` the feed goes on when it has reached the end, with what comes, for an hour at most.',
  ),
  personal: YesNo('With `yes` personal fields are not masked. For tokens and employees that may read them.'),
});

export type FeedQuery = {
  /** Events behind this position; undefined for the beginning. */
  readonly after: FeedPosition | undefined;
  /** Prefixes of the streams. */
  readonly categories: readonly string[];
  readonly type: string | undefined;
  /** When events were appended: from the first moment on, and before the second. */
  readonly since: Date | undefined;
  readonly until: Date | undefined;
  readonly follow: boolean;
  readonly personal: boolean;
};

export type FeedPosition = { readonly commit: bigint; readonly prepare: bigint };

/** @throws RequestProblem 400 for a span or a moment that is none. */
export function feedQueryOf(given: Static<typeof FeedParameters>): FeedQuery {
  const since = momentOf('since', given.since);
  const until = momentOf('until', given.until);
  if (since !== undefined && until !== undefined && since >= until) {
    throw new RequestProblem('bad-span', '“since” must be before “until”.', { parameter: 'since' });
  }
  return {
    after: given.after === undefined ? undefined : positionOf(given.after),
    categories: (given.category === undefined ? CATEGORIES : [given.category]).map(
      (category) => FEED_CATEGORIES[category],
    ),
    type: given.type,
    ...{ since, until },
    follow: given.follow === 'yes',
    personal: given.personal === 'yes',
  };
}

/** A position as text that the feed gives and takes. */
export function positionText({ commit, prepare }: FeedPosition): string {
  return `${commit}-${prepare}`;
}

function positionOf(text: string): FeedPosition {
  const [commit = '', prepare = ''] = text.split('-');
  return { commit: BigInt(commit), prepare: BigInt(prepare) };
}
