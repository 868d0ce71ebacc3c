// What the customer's site does with what it should not get: a clear answer, what was typed still there, nothing appended.
import t from 'tap';
import { openCustomerSite, REPORT } from '../testing/customer-site.ts';

const SCRIPT = `<script>alert(1)</script> <b onmouseover=alert(2)>"'&amp;`;

/** A form of the site, with what it takes and what it says beside a field that it does not take. */
type FormCase = {
  readonly path: (tracking: string) => string;
  readonly action: string;
  readonly good: Readonly<Record<string, string>>;
  readonly refused: readonly (readonly [field: string, value: string, sentence: string])[];
  /** Fields that take any text, and so a script. */
  readonly texts: readonly string[];
};

const ADDRESS = 'Give an e-mail address that we can answer to, like kim@example.org.';
const FORMS: readonly FormCase[] = [
  {
    path: () => '/',
    action: '/issues',
    good: REPORT,
    refused: [
      ['email', '', ADDRESS],
      ['email', 'kim', ADDRESS],
      ['email', 'kim@example.org\nbcc: lou@example.org', ADDRESS],
      ['email', SCRIPT, ADDRESS],
      [
        'email',
        `${'k'.repeat(260)}@example.org`,
        'This is 272 characters long; the limit is 254. Please shorten it.',
      ],
      ['name', 'k'.repeat(101), 'This is 101 characters long; the limit is 100. Please shorten it.'],
      ['kind', '', 'Choose what kind of issue it is.'],
      ['kind', 'bribe', 'Choose what kind of issue it is.'],
      ['subject', ' \n ', 'Say in a few words what it is about.'],
      ['subject', 's'.repeat(201), 'This is 201 characters long; the limit is 200. Please shorten it.'],
      ['text', '', 'Tell us what is wrong.'],
      ['text', 't'.repeat(20_001), 'This is 20,001 characters long; the limit is 20,000. Please shorten it.'],
    ],
    texts: ['name', 'subject', 'text'],
  },
  {
    path: (tracking) => tracking,
    action: '/reply',
    good: { text: 'It is the upper tray.' },
    refused: [
      ['text', '', 'Write what you want to tell us.'],
      ['text', 't'.repeat(20_001), 'This is 20,001 characters long; the limit is 20,000. Please shorten it.'],
    ],
    texts: ['text'],
  },
  {
    path: () => '/links',
    action: '/links',
    good: { email: 'kim@example.org' },
    refused: [
      ['email', '', 'Give the e-mail address that you reported your issues with.'],
      ['email', SCRIPT, 'Give the e-mail address that you reported your issues with.'],
    ],
    texts: [],
  },
];

t.test('forms of the customer site', async (t) => {
  const { visitor, routes, tracking, appended, post } = await openCustomerSite(t);

  for (const { path, action, good, refused, texts } of FORMS) {
    await t.test(`${action}: what does not do is said beside its field`, async (t) => {
      const page = await visitor.open(path(tracking));
      const before = await appended();
      for (const [field, value, sentence] of refused) {
        const answer = await post(page, action, { ...good, [field]: value });
        const shown = answer.document.querySelectorAll('.field-error, [id$="-error"]');
        t.strictSame(
          [answer.status, ...shown.map((each) => each.textContent.trim())],
          [400, sentence],
          `${field}: ${value.slice(0, 30)}`,
        );
        for (const [other, typed] of Object.entries(good)) {
          if (other === field || typed === '') continue;
          t.ok(answer.document.toString().includes(typed), `${other} is kept`);
        }
      }
      t.equal(await appended(), before, 'nothing is appended');
    });

    await t.test(`${action}: a forged form is refused`, async (t) => {
      const page = await visitor.open(path(tracking));
      const before = await appended();
      t.equal((await post(page, action, { ...good, _csrf: 'forged' })).status, 403);
      t.equal((await post(page, action, { ...good, commandId: 'again' })).status, 400);
      t.equal(await appended(), before, 'nothing is appended');
    });

    await t.test(`${action}: sent twice it does one thing`, async (t) => {
      const page = await visitor.open(path(tracking));
      const before = await appended();
      const first = await post(page, action, good);
      const again = await post(page, action, good);
      t.strictSame([first.status, again.status, again.url], [200, 200, first.url]);
      t.equal(await appended(), before + 1);
    });

    for (const field of texts) {
      await t.test(`${action}: a script in ${field} is shown as text`, async (t) => {
        const page = await post(await visitor.open(path(tracking)), action, { ...good, [field]: SCRIPT });
        t.equal(page.status, 200);
        t.strictSame(
          page.document.querySelectorAll('script:not([src]), [onmouseover]').map(String),
          [],
          'nothing of it is taken for markup',
        );
      });
    }
  }

  await t.test('what is not for everybody is for whoever has the link', async (t) => {
    const ofIssue = '/issues/:issueId/:token';
    t.strictSame(routes.toSorted(), [
      'GET /',
      `GET ${ofIssue}`,
      `GET ${ofIssue}/live`,
      'GET /links',
      'POST /issues',
      `POST ${ofIssue}/close`,
      `POST ${ofIssue}/rate`,
      `POST ${ofIssue}/reply`,
      'POST /links',
    ]);
  });

  await t.test('a wrong link opens nothing, and does nothing', async (t) => {
    const before = await appended();
    const [, , issueId, token] = tracking.split('/');
    const page = await visitor.open(tracking);
    const [, body] = visitor.read(page, '/reply', { text: 'Not mine.' });
    const wrong = [
      `/issues/${issueId}/${'A'.repeat(token?.length ?? 0)}`,
      `/issues/${issueId}/x`,
      `/issues/00000000-0000-4000-8000-000000000000/${token}`,
      `/issues/nothing/${token}`,
    ];
    for (const link of wrong) {
      const statuses = [(await visitor.open(link)).status, (await visitor.open(`${link}/live`)).status];
      for (const action of ['reply', 'close', 'rate']) {
        statuses.push((await visitor.send(page, `${link}/${action}`, body)).status);
      }
      t.strictSame(statuses, [404, 404, 404, 404, 404], link);
    }
    t.equal(await appended(), before, 'nothing is appended');
  });

  await t.test('an issue that is not solved cannot be rated, and a closed one is closed once', async (t) => {
    const page = await visitor.open(tracking);
    const [, body] = visitor.read(page, '/close');
    body.set('helped', 'yes');
    const before = await appended();
    const rated = await visitor.send(page, `${tracking}/rate`, body);
    t.equal(rated.status, 409);
    t.match(rated.text, 'You can say whether it helped once your issue is solved.');
    const closed = await visitor.submit(page, '/close');
    await visitor.submit(page, '/close');
    t.match(closed.text, 'You closed the issue.');
    t.equal(await appended(), before + 1);
  });
});
