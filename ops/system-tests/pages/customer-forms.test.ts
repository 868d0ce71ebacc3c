// What the customer's site does with what it should not get: a clear answer, what was typed still there, nothing appended.
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import t from 'tap';
import { registerPages } from '../../../customer/http/register-pages.ts';
import { createTrackingLinks } from '../../../customer/tracking-links.ts';
import { createAddressHash } from '../../../shared-contracts/runtime/personal/address-hash.ts';
import { createLogger } from '../../../shared-contracts/runtime/telemetry/logger.ts';
import { createLive } from '../../../shared-contracts/runtime/web/live.ts';
import { createWebServer } from '../../../shared-contracts/runtime/web/server.ts';
import { countEvents } from '../testing/count-events.ts';
import { openTestStore } from '../testing/test-store.ts';
import { type Page, Visitor } from '../testing/visitor.ts';

const SCRIPT = `<script>alert(1)</script> <b onmouseover=alert(2)>"'&amp;`;
const REPORT = { email: 'kim@example.org', name: 'Kim', kind: 'problem', subject: 'Blank', text: 'Pages.' };
const KEY = new Uint8Array(32);

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
  const store = await openTestStore(t);
  const app = await createWebServer({
    site: 'customer',
    siteTitle: 'Deskstream',
    pagesDir: join(import.meta.dirname, '..', '..', '..', 'customer', 'pages'),
    navigation: [],
    secret: KEY,
    secureCookies: false,
    trustedProxies: ['10.0.0.0/8'],
    logger: createLogger('customer', 'silent', 'json'),
    ready: async () => [],
  });
  t.teardown(() => app.close());
  const routes: string[] = [];
  app.addHook('onRoute', ({ method, url }) => {
    for (const each of [method].flat()) if (each !== 'HEAD') routes.push(`${each} ${url}`);
  });
  await registerPages({
    app,
    store,
    trackingLinks: createTrackingLinks(KEY, ''),
    addressHash: createAddressHash(KEY),
    reportsPerMinute: 2,
    repliesPerMinute: 2,
    live: createLive(app),
    changes: { listen: () => () => undefined },
  });
  const visitor = new Visitor(await app.listen({ port: 0, host: '127.0.0.1' }), null);
  const report = async () => visitor.submit(await visitor.open('/'), '/issues', REPORT);
  const tracking = new URL((await report()).url).pathname;
  const appended = () => countEvents(store.client, ['issue-', 'address-']);
  /** Sends a form as it is, whatever the browser would say to it. */
  const post = async (page: Page, action: string, change: Readonly<Record<string, string>>) => {
    const [target, body] = visitor.read(page, action, change);
    return visitor.send(page, target, body);
  };

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

  await t.test('links cannot be asked for without end', async (t) => {
    const statuses = new Set<number>();
    const page = await visitor.open('/links');
    for (let time = 0; time < 12; time += 1) {
      statuses.add((await post(page, '/links', { email: 'lou@example.org' })).status);
    }
    t.ok(statuses.has(429));
  });

  await t.test('one address cannot report without end, and loses nothing that it wrote', async (t) => {
    const page = await visitor.open('/');
    const cookie = [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    let reports = 0;
    const send = (from: string, forwardedFor: string) => {
      reports += 1;
      const [, body] = visitor.read(page, '/issues', { ...REPORT, subject: `Report ${reports}` });
      return app.inject({
        method: 'POST',
        url: '/issues',
        remoteAddress: from,
        headers: {
          cookie,
          'content-type': 'application/x-www-form-urlencoded',
          'x-forwarded-for': forwardedFor,
        },
        payload: body.toString(),
      });
    };
    const before = await appended();
    const statuses: number[] = [];
    for (const [from, forwardedFor] of [
      ['10.1.2.3', '203.0.113.9'],
      ['10.4.5.6', '198.51.100.7, 203.0.113.9'],
      ['10.1.2.3', '203.0.113.9'],
      ['10.1.2.3', '203.0.113.10'],
      ['192.0.2.1', '203.0.113.11'],
      ['192.0.2.1', '203.0.113.12'],
      ['192.0.2.1', '203.0.113.13'],
    ] as const) {
      statuses.push((await send(from, forwardedFor)).statusCode);
    }
    t.strictSame(
      statuses,
      [303, 303, 429, 303, 303, 303, 429],
      'whoever comes through a trusted proxy is counted alone; who only claims to, by where they come from',
    );
    t.equal(await appended(), before + 5);
    const refused = await send('10.1.2.3', '203.0.113.9');
    t.match(refused.headers['retry-after'], /^\d{1,2}$/);
    t.match(refused.body, 'wait a minute, then send it again');
    for (const typed of [`Report ${reports}`, REPORT.email, REPORT.text]) t.match(refused.body, typed);
  });

  await t.test(
    'one address cannot write without end on the page of an issue, whatever form it sends',
    async (t) => {
      const page = await visitor.open(new URL((await report()).url).pathname);
      const path = new URL(page.url).pathname;
      const cookie = [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const send = (from: string, form: string, text: string) => {
        const [, body] = visitor.read(page, `${path}/${form}`, form === 'reply' ? { text } : {});
        if (form === 'reply') body.set('commandId', randomUUID());
        const headers = { cookie, 'content-type': 'application/x-www-form-urlencoded' };
        return app.inject({
          method: 'POST',
          url: `${path}/${form}`,
          remoteAddress: from,
          headers,
          payload: body.toString(),
        });
      };
      const before = await appended();
      const statuses: number[] = [];
      for (const [from, form, text] of [
        ['192.0.2.7', 'reply', 'One.'],
        ['192.0.2.7', 'reply', ''],
        ['192.0.2.7', 'reply', 'Two.'],
        ['192.0.2.7', 'close', ''],
        ['192.0.2.8', 'close', ''],
      ] as const) {
        statuses.push((await send(from, form, text)).statusCode);
      }
      t.strictSame(statuses, [303, 400, 303, 429, 303], 'what was not understood does not count');
      t.equal(await appended(), before + 3);
      const refused = await send('192.0.2.7', 'reply', 'It is the left lamp.');
      t.equal(refused.statusCode, 429);
      t.match(refused.headers['retry-after'], /^\d{1,2}$/);
      t.match(refused.body, 'wait a minute, then send it again');
      t.match(refused.body, 'It is the left lamp.');
      t.equal(
        (await send('127.0.0.1', 'reply', 'It is the left lamp.')).statusCode,
        303,
        'this machine is not counted',
      );
      t.equal(await appended(), before + 4);
    },
  );

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
