// What the desk did in the weeks before the day of the pictures, so that lists and charts have something to show.
import type { Visitor } from '../system-tests/testing/visitor.ts';
import type { Cast, Issue, MoveTo, Report } from './story.ts';

type Earlier = Report & {
  /** The day of it in 2026, and the time of day (UTC). */
  readonly at: string;
  readonly by: 'ada' | 'bruno';
  readonly tag: string;
  /** Hours from the report to the start of work, and from there to the resolution; null is still in work. */
  readonly hours: readonly [number, number | null];
  readonly helped?: 'yes' | 'no';
};

const of = (
  at: string,
  kind: Report['kind'],
  subject: string,
  name: string,
  by: Earlier['by'],
  hours: Earlier['hours'],
  tag: string,
  helped?: 'yes' | 'no',
): Earlier => ({
  ...{ at, kind, subject, name, by, hours, tag },
  text: 'Please have a look at it.',
  ...(helped === undefined ? {} : { helped }),
});

const EARLIER: readonly Earlier[] = [
  of('10-26T08:10', 'problem', 'No network in room 12', 'Aino Berg', 'ada', [0.6, 2.5], 'network', 'yes'),
  of('10-26T13:40', 'request', 'A key for the archive', 'Samir Nunes', 'bruno', [1.2, 20], 'keys', 'yes'),
  of('10-27T09:05', 'question', 'Where do old laptops go?', 'Ruth Vance', 'ada', [0.4, 1], 'laptops'),
  of(
    '10-28T07:50',
    'problem',
    'The lift stops between floors',
    'Paulo Reis',
    'bruno',
    [0.2, 29],
    'building',
    'yes',
  ),
  of('10-28T11:15', 'problem', 'My mailbox is full', 'Hana Sato', 'ada', [2, 3], 'mail', 'yes'),
  of(
    '10-29T14:20',
    'request',
    'A lamp for the long table',
    'Zoe Martin',
    'bruno',
    [3, 44],
    'furniture',
    'no',
  ),
  of(
    '10-30T08:45',
    'problem',
    'The printer smells burnt',
    'Nils Andersen',
    'ada',
    [0.3, 5],
    'printers',
    'yes',
  ),
  of(
    '11-02T08:30',
    'question',
    'May I take the screen home?',
    'Eda Yilmaz',
    'bruno',
    [1.5, 2],
    'laptops',
    'yes',
  ),
  of('11-02T10:05', 'problem', 'The phone does not ring', 'Jonas Weber', 'ada', [0.8, 4], 'phones'),
  of(
    '11-03T09:10',
    'request',
    'Access to the payroll folder',
    'Mara Cohen',
    'bruno',
    [2.2, 26],
    'access',
    'yes',
  ),
  of(
    '11-04T12:25',
    'problem',
    'The projector is out of focus',
    'Femi Ade',
    'ada',
    [0.5, 1.5],
    'building',
    'no',
  ),
  of('11-05T08:15', 'problem', 'VPN drops every hour', 'Lena Novak', 'bruno', [0.7, 48], 'network', 'yes'),
  of(
    '11-06T13:00',
    'question',
    'How long is a password valid?',
    'Omar Said',
    'ada',
    [0.3, 0.5],
    'access',
    'yes',
  ),
  of('11-09T09:20', 'request', 'Two more shelves', 'Greta Holm', 'bruno', [4, 30], 'furniture'),
  of(
    '11-10T08:05',
    'problem',
    'The heating is off in room 31',
    'Ivo Marin',
    'ada',
    [0.4, 8],
    'building',
    'yes',
  ),
  of('11-10T15:30', 'problem', 'The camera shows black', 'Yara Lopez', 'bruno', [17, null], 'laptops'),
  of('11-11T09:45', 'request', 'A new starter on Monday', 'Dana Petrov', 'ada', [2, null], 'access'),
];

type Act = { readonly at: number; readonly run: () => Promise<void> };

const HOUR_MS = 3_600_000;

/** Lets all of it happen in the order of time. */
export async function tellEarlier(cast: Cast, moveTo: MoveTo): Promise<void> {
  const acts = EARLIER.flatMap((each) => actsOf(cast, each)).sort((one, other) => one.at - other.at);
  for (const { at, run } of acts) {
    await moveTo(new Date(at).toISOString().slice(0, 16));
    await run();
  }
}

function actsOf(cast: Cast, earlier: Earlier): readonly Act[] {
  const { at, by, tag, helped, hours } = earlier;
  const agent: Visitor = cast[by];
  const reportedAt = Date.parse(`2026-${at}Z`);
  const startedAt = reportedAt + hours[0] * HOUR_MS;
  let issue: Issue | undefined;
  const its = () => {
    if (issue === undefined) throw new Error(`"${earlier.subject}" has not been reported yet.`);
    return issue;
  };
  const { subject, kind, name, text } = earlier;
  const begin: Act[] = [
    {
      at: reportedAt,
      run: async () => {
        issue = await cast.report({ subject, kind, name, text });
      },
    },
    {
      at: startedAt,
      run: async () => {
        await cast.work(agent, its(), '/assign', {}, 1);
        await cast.work(agent, its(), '/start', {}, 1);
        await cast.work(agent, its(), '/tag', { tag });
      },
    },
  ];
  if (hours[1] === null) return begin;
  const resolvedAt = startedAt + hours[1] * HOUR_MS;
  const resolve = () => cast.work(agent, its(), '/resolve', { text: 'It is done.' }, 1);
  const rate: Act[] =
    helped === undefined
      ? []
      : [{ at: resolvedAt + HOUR_MS / 2, run: () => cast.answer(its(), '/rate', { helped }) }];
  return [...begin, { at: resolvedAt, run: resolve }, ...rate];
}
