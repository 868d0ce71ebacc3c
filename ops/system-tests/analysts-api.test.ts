// The API of the analysts' site, asked by a client that is made from its OpenAPI document and lets nothing undocumented pass.
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { answerBrokenUrl } from '../../projections/http/api/answer-problems.ts';
import { API_LIMITS, type ApiLimits } from '../../projections/http/api/contract/limits.ts';
import { registerApi } from '../../projections/http/api/register-api.ts';
import { startFigures } from '../../projections/http/figures/start-figures.ts';
import { PROBLEMS } from '../../projections/http/problem-codes.ts';
import { ANALYSTS_ROLES, registerPages } from '../../projections/http/register-pages.ts';
import { FAILED_MESSAGES } from '../../shared-contracts/documents/failed-message-document.ts';
import { collectionName } from '../../shared-contracts/documents/read-model.ts';
import { TICKET_METRICS } from '../../shared-contracts/documents/ticket-metrics-document.ts';
import { streamOf } from '../../shared-contracts/messages/names.ts';
import { deterministicId } from '../../shared-contracts/runtime/ids.ts';
import { createReadModels } from '../../shared-contracts/runtime/read-models/read-models.ts';
import { requireSignIn } from '../../shared-contracts/runtime/web/sign-in/require-sign-in.ts';
import { startMongodbNode } from '../embedded/mongodb/node.ts';
import { createAnalystsServer } from './testing/analysts-server.ts';
import { eventually } from './testing/eventually.ts';
import { type GeneratedTicket, generateTickets } from './testing/generated-tickets.ts';
import { openApiClient } from './testing/openapi-client.ts';
import { registerEmployee } from './testing/staff-site.ts';
import { TEST_SECRETS } from './testing/test-secrets.ts';
import { openTestStore } from './testing/test-store.ts';
import { Visitor } from './testing/visitor.ts';

const TICKETS = generateTickets(60, new Date('2026-10-01T00:00:00Z'), 40);
const NEWEST_FIRST = TICKETS.map(({ document }) => document).toSorted(
  (a, b) => b.preparedAt.getTime() - a.preparedAt.getTime() || (a._id < b._id ? -1 : 1),
);
const NOBODY_HAS = 'dsk_'.padEnd(68, 'A');
const SECONDS = 1000;
const DAY_MS = 86_400_000;

t.test('the API of the analysts’ site', async (t) => {
  const node = await startMongodbNode({ dataDir: await mkdtemp(join(t.testdir(), 'mongo-')), port: 0 });
  const readModels = createReadModels(`mongodb://127.0.0.1:${node.ports.mongodb}/test`, 'test');
  t.teardown(async () => {
    await readModels.close();
    await node.close();
  });
  const store = await openTestStore(t);
  let clock = new Date('2026-11-23T12:00:00Z').getTime();
  const now = () => new Date(clock);
  /** What was read before is asked for again. */
  const forget = () => {
    clock += 3 * SECONDS;
  };

  const metrics = readModels.db.collection<(typeof TICKET_METRICS)['example']>(
    collectionName(TICKET_METRICS),
  );
  for (const { keys, options } of TICKET_METRICS.indexes) await metrics.createIndex(keys, options);
  await metrics.insertMany(NEWEST_FIRST);
  const failures = Array.from({ length: 7 }, (_, index) => ({
    ...FAILED_MESSAGES.example,
    _id: `customer.notifications:${deterministicId('failed', String(index))}`,
    firstFailedAt: new Date(Date.parse('2026-11-20T10:00:00Z') + Math.floor(index / 2) * DAY_MS),
  }));
  await readModels.db
    .collection<(typeof FAILED_MESSAGES)['example']>(collectionName(FAILED_MESSAGES))
    .insertMany(failures);

  const startSite = async (limits: ApiLimits) => {
    const app = await createAnalystsServer({ answerBrokenUrl });
    const signIn = { site: 'analysts', store, secrets: TEST_SECRETS, secureCookies: false } as const;
    const accounts = await requireSignIn(app, { ...signIn, roles: ANALYSTS_ROLES, now: () => clock });
    const freshness = { shown: async () => ({ catchingUp: false, behind: undefined }) };
    const figuresFor = startFigures({ app, store, readModels, now });
    const site = { app, store, readModels, now, freshness, figuresFor };
    registerPages(site);
    registerApi({ ...site, accounts, url: 'http://127.0.0.1' }, limits);
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    t.teardown(() => app.close());
    return url;
  };
  const site = await startSite(API_LIMITS);
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  const problemOf = async (path: string, headers: Record<string, string>, at = site) => {
    const answer = await fetch(`${at}${path}`, { headers, redirect: 'manual' });
    const problem: unknown = await answer.json();
    const told = typeof problem === 'object' && problem !== null ? { ...problem } : {};
    const code: unknown = Reflect.get(told, 'code');
    return [answer.status, code, answer.headers.get('www-authenticate')?.split(',')[0] ?? null];
  };

  const dmitri = await registerEmployee(store, 'dmitri@example.org', ['analyst']);
  const grace = await registerEmployee(store, 'grace@example.org', ['analyst', 'agent']);
  const ada = await registerEmployee(store, 'ada@example.org', ['agent']);
  const make = async (visitor: Visitor, name: string, more: Record<string, string> = {}) => {
    const page = await visitor.submit(await visitor.open('/tokens'), '/tokens', { name, ...more });
    return page.document.querySelector('.flash-done code')?.text ?? page.text;
  };
  const revoke = async (visitor: Visitor, name: string) => {
    const page = await visitor.open('/tokens');
    const row = page.document.querySelectorAll('tbody tr').find((each) => each.text.includes(name));
    await visitor.submit(page, row?.querySelector('form')?.getAttribute('action') ?? 'none');
  };
  const analyst = new Visitor(site, dmitri.account);
  const agent = new Visitor(site, grace.account);
  const token = await make(analyst, 'Weekly');
  const allowed = await make(agent, 'Everything', { personalData: 'true' });
  const document: unknown = await (
    await fetch(`${site}/api/v1/openapi.json`, { headers: bearer(token) })
  ).json();
  const client = openApiClient(document, bearer(token), site);
  const trusted = openApiClient(document, bearer(allowed), site);

  await t.test('a token is shown once, and kept by its hash', async (t) => {
    t.match(token, /^dsk_[\w-]{64}$/);
    const page = await analyst.open('/tokens');
    t.notMatch(page.document.toString(), token.slice(30));
    t.match(page.text, /Weekly Works Masked/);
    const kept = [];
    for await (const { event } of store.client.readStream(streamOf.tokens(dmitri.employeeId)))
      kept.push(JSON.stringify([event?.data, event?.metadata]));
    t.equal(kept.length, 1);
    t.notMatch(kept.join(), token.slice(-43));
    const form = analyst.read(page, '/tokens', { name: 'Twice' });
    t.match((await analyst.send(page, ...form)).text, 'Your token. It is shown here only');
    t.match((await analyst.send(page, ...form)).text, 'This form made a token already');
    t.match(await make(analyst, 'Twice'), 'You have a token of this name.');
    t.match(await make(analyst, ''), 'Say what the token is for.');
    t.match(await make(analyst, 'Old', { lastDay: '2026-11-22' }), 'This day is over already.');
    t.match(
      await make(analyst, 'More', { personalData: 'true' }),
      'Personal data is for those who are also agents.',
    );
  });

  await t.test('every operation answers what is documented', async (t) => {
    t.strictSame(client.operations, [
      'listTickets',
      'readTicket',
      'readFigures',
      'listFailures',
      'listCollections',
      'readEvents',
      'readDocument',
    ]);
    const given = new Map([['readTicket', { ticketId: TICKETS[0]?.id ?? '' }]]);
    for (const ticket of TICKETS.slice(0, 4)) await append(ticket);
    for (const id of client.operations) {
      const { status, headers } = await client.ask(id, given.get(id) ?? {});
      t.strictSame([id, status, headers.get('cache-control')], [id, 200, 'no-store']);
    }
    const shown = await fetch(`${site}/api/v1/openapi.json`, { headers: { cookie: cookiesOf(analyst) } });
    t.strictSame(await shown.json(), document, 'who is signed in needs no token');
  });

  await t.test('the document hangs together', async (t) => {
    const text = JSON.stringify(document);
    const references = new Set(
      [...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name),
    );
    const schemas = Object.keys(
      Object(Reflect.get(Object(Reflect.get(Object(document), 'components')), 'schemas')),
    );
    t.strictSame([...references].sort(), schemas, 'every reference leads somewhere, and nothing is unused');
    t.notOk(/mustBe|x-personal/.test(text), 'words of ours stay with us');
    t.equal(new Set(client.operations).size, client.operations.length);
    for (const id of client.operations) {
      const { path, parameters } = client.about(id);
      const inPath = parameters.filter(({ in: where }) => where === 'path');
      t.strictSame(
        inPath.map(({ name, required }) => [name, required]),
        [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => [name, true]),
        id,
      );
    }
  });

  await t.test('the page tells what the document tells', async (t) => {
    const page = (await analyst.open('/api')).document;
    const idsOf = (selector: string) => page.querySelectorAll(selector).map(({ id }) => id);
    t.strictSame(idsOf('h2').slice(0, -2), client.operations);
    t.strictSame(idsOf('tr[id]'), Object.keys(PROBLEMS));
    const [first] = page.querySelectorAll('pre').map(({ text }) => text);
    t.match(first, '"http://127.0.0.1/api/v1/tickets?kind=problem&open=yes&limit=50"');
  });

  await t.test('lists are paged by cursor, whatever comes in meanwhile', async (t) => {
    const read = async (
      id: string,
      filters: Record<string, string | number>,
      between: () => Promise<void>,
    ) => {
      const found: unknown[] = [];
      let cursor: string | undefined;
      let pages = 0;
      do {
        const given = { ...filters, ...(cursor === undefined ? {} : { cursor }) };
        const { body } = await client.ask(id, given);
        const { items, next }: { items: object[]; next: string | null } = readPage(body);
        found.push(...items.map((item) => Reflect.get(item, 'ticketId') ?? Reflect.get(item, 'messageId')));
        cursor = next ?? undefined;
        pages += 1;
        await between();
      } while (cursor !== undefined);
      return { found, pages };
    };
    const [first] = NEWEST_FIRST;
    if (first === undefined) throw new Error('There are no tickets.');
    let later = 0;
    const insertNewer = async () => {
      later += 1;
      const preparedAt = new Date(first.preparedAt.getTime() + later * DAY_MS);
      await metrics.insertOne({ ...first, _id: deterministicId('later', String(later)), preparedAt });
    };
    const all = await read('listTickets', { limit: 7 }, insertNewer);
    t.strictSame(all, { found: NEWEST_FIRST.map(({ _id }) => _id), pages: 9 });
    await metrics.deleteMany({ _id: { $nin: NEWEST_FIRST.map(({ _id }) => _id) } });
    const some = await read('listTickets', { limit: 3, kind: 'problem', open: 'no' }, async () => undefined);
    t.strictSame(
      some.found,
      NEWEST_FIRST.filter(({ kind, open }) => kind === 'problem' && !open).map(({ _id }) => _id),
    );
    const messages = await read('listFailures', { limit: 2 }, async () => undefined);
    t.strictSame(messages, {
      found: failures
        .toSorted((a, b) => b.firstFailedAt.getTime() - a.firstFailedAt.getTime() || (a._id < b._id ? -1 : 1))
        .map(({ _id }) => _id),
      pages: 4,
    });
  });

  await t.test('a ticket now and before', async (t) => {
    const ticket = TICKETS.slice(0, 4).find(({ document: { resolutions } }) => resolutions > 0);
    if (ticket === undefined) throw new Error('None of these tickets was ever resolved.');
    const resolvedAt = ticket.happened.find(({ event }) => event.type === 'TicketResolved')?.at ?? now();
    const read = async (at?: Date) => {
      const given = at === undefined ? {} : { at: at.toISOString() };
      const { status, body } = await client.ask('readTicket', { ticketId: ticket.id, ...given });
      return [status, Reflect.get(Object(body), 'status') ?? null, Reflect.get(Object(body), 'code') ?? null];
    };
    t.strictSame(await read(), [200, ticket.document.status, null]);
    t.strictSame(await read(resolvedAt), [200, 'resolved', null]);
    t.strictSame(await read(new Date('2020-01-01T00:00:00Z')), [404, 404, 'ticket-not-there-yet']);
    const listed = await client.ask('listTickets', { limit: 500 });
    const inList = readPage(listed.body).items.find((item) => Reflect.get(item, 'ticketId') === ticket.id);
    t.strictSame((await client.ask('readTicket', { ticketId: ticket.id })).body, {
      ...inList,
      revision: ticket.happened.length - 1,
    });
  });

  await t.test('the feed: in order, from any position, masked unless granted', async (t) => {
    const linesOf = async (given: Record<string, string>, by = client) =>
      linesIn((await by.ask('readEvents', given)).body).filter(isTold);
    const wanted = TICKETS.slice(0, 4).flatMap(({ id, happened }) =>
      happened.map(({ event }, revision) => [streamOf.ticket(id), revision, event.type]),
    );
    const all = await linesOf({});
    t.strictSame(all.at(-1), { caughtUp: true, position: all.at(-1)?.position });
    const events = all.slice(0, -1);
    t.strictSame(
      events.map(({ stream, revision, type }) => [stream, revision, type]),
      wanted,
    );
    const position = String(events[1]?.position);
    t.strictSame(await linesOf({ after: position }), all.slice(2));
    t.strictSame((await linesOf({ type: 'TicketPrepared' })).length, 5);
    t.strictSame(
      (await linesOf({ until: String(events[3]?.created) })).at(-1)?.caughtUp,
      true,
      'it says that the end of what was asked for is reached',
    );
    const [masked] = await linesOf({});
    const [clear] = await linesOf({ personal: 'yes' }, trusted);
    t.strictSame(
      [masked, clear].map((line) => Reflect.get(Object(line?.data), 'customerName')),
      ['[masked]', 'Kim'],
    );
  });

  await t.test('where nothing comes that was asked for the feed tells how far it has looked', async (t) => {
    const id = deterministicId('somebody', '1');
    for (let batch = 0; batch < 3; batch += 1) {
      await store.collect(
        streamOf.signIns(id),
        Array.from({ length: 500 }, (_, index) => ({
          id: deterministicId(id, batch, index),
          event: { type: 'SignInTried', data: { employeeId: id, site: 'console' } },
          metadata: {
            ...{ $correlationId: id, $causationId: id },
            actor: 'system:test',
            occurredAt: now().toISOString(),
          },
        })),
      );
    }
    const lines = linesIn((await client.ask('readEvents', { category: 'issue' })).body);
    const [far, end] = [lines.at(-2), lines.at(-1)];
    t.strictSame([far, end], [{ position: far?.position }, { caughtUp: true, position: end?.position }]);
    t.ok(commitOf(end) > commitOf(far) && commitOf(far) > 0n);
    for (const after of [String(far?.position), String(end?.position)]) {
      const rest = linesIn((await client.ask('readEvents', { category: 'issue', after })).body);
      t.strictSame(rest.at(-1), end, 'and it goes on from there');
    }
    const skipped = linesIn((await client.ask('readEvents', { type: 'MessageParked' })).body);
    t.strictSame(skipped.at(-1), end);
  });

  await t.test('followed live, three at a time, until the token is revoked', async (t) => {
    const live = await make(analyst, 'Live');
    const follower = openApiClient(document, bearer(live), site);
    const after = String(linesIn((await client.ask('readEvents')).body).at(-1)?.position);
    const feeds = [0, 1, 2].map(() => follower.follow('readEvents', { after, follow: 'yes' }));
    for (const feed of feeds) t.match(await nextTold(feed), { caughtUp: true });
    const fourth = await follower.ask('readEvents');
    t.strictSame([fourth.status, Reflect.get(Object(fourth.body), 'code')], [429, 'too-many-feeds']);
    const ticket = TICKETS[4];
    if (ticket === undefined) throw new Error('There are too few tickets.');
    await append(ticket);
    for (const feed of feeds) {
      t.match(await nextTold(feed), { stream: streamOf.ticket(ticket.id), revision: 0 });
    }
    await feeds[2]?.return(undefined);
    await eventually(
      'another feed may be read',
      async () => (await follower.ask('readEvents')).status === 200,
    );
    await revoke(analyst, 'Live');
    forget();
    for (const feed of feeds.slice(0, 2)) {
      let count = 0;
      for await (const _line of feed) count += 1;
      t.ok(count >= ticket.happened.length - 1, 'the feed has ended');
    }
    t.strictSame(await problemOf('/api/v1/events', bearer(live)), [
      401,
      'token-revoked',
      'Bearer realm="deskstream"',
    ]);
  });

  await t.test('what does not fit is refused with a code and a sentence', async (t) => {
    const cursor = readPage((await client.ask('listTickets', { limit: 5 })).body).next ?? '';
    const failed = readPage((await client.ask('listFailures', { limit: 5 })).body).next ?? '';
    const position = String(linesIn((await client.ask('readEvents')).body).at(0)?.position);
    const [commit = ''] = position.split('-');
    const refused: [string, string, string, number?][] = [
      ['listTickets', 'colour=red', 'unknown-parameter'],
      ['listTickets', 'kind=problem&kind=question', 'repeated-parameter'],
      ['listTickets', 'kind=complaint', 'bad-parameter'],
      ['listTickets', 'tag[$ne]=x', 'unknown-parameter'],
      ['listTickets', 'agent=%24ne', 'bad-parameter'],
      ['listTickets', 'from=2026-02-30', 'bad-parameter'],
      ['listTickets', 'from=2026-11-02&to=2026-11-01', 'bad-span'],
      ['listTickets', 'limit=0', 'bad-parameter'],
      ['listTickets', 'limit=501', 'bad-parameter'],
      ['listTickets', 'limit=ten', 'bad-parameter'],
      ['listTickets', 'cursor=%2F', 'bad-parameter'],
      ['listTickets', 'cursor=nonsense', 'bad-cursor'],
      ['listTickets', `cursor=${cursor.slice(0, 20)}`, 'bad-cursor'],
      ['listTickets', `cursor=${cursor}&kind=problem`, 'cursor-of-other-filters'],
      ['listTickets', `cursor=${failed}`, 'cursor-of-other-filters'],
      ['listTickets', `access_token=${token}`, 'unknown-parameter'],
      ['listFailures', `cursor=${cursor}`, 'cursor-of-other-filters'],
      ['listFailures', 'what=all', 'bad-parameter'],
      ['listFailures', 'from=2026-11-02&to=2026-11-01', 'bad-span'],
      ['listFailures', 'group=%24', 'bad-parameter'],
      ['readFigures', 'from=1990-01-01', 'too-many-days'],
      ['readFigures', 'limit=5', 'unknown-parameter'],
      ['listCollections', 'page=2', 'unknown-parameter'],
      ['readTicket', 'at=noon', 'bad-parameter'],
      ['readTicket', 'at=2026-12-31T23:59:60Z', 'bad-parameter'],
      ['readTicket', '', 'ticket-unknown', 404],
      ['readEvents', 'after=7', 'bad-parameter'],
      ['readEvents', `after=${BigInt(commit) + 1n}-${BigInt(commit) + 1n}`, 'bad-position'],
      ['readEvents', 'after=999999999999-999999999999', 'bad-position'],
      ['readEvents', 'type=Unknown', 'bad-parameter'],
      ['readEvents', 'type=EmployeeRegistered', 'bad-parameter'],
      ['readEvents', 'category=key', 'bad-parameter'],
      ['readEvents', 'follow=maybe', 'bad-parameter'],
      ['readEvents', 'since=yesterday', 'bad-parameter'],
      ['readEvents', 'since=2026-11-02&until=2026-11-01', 'bad-span'],
      ['readEvents', 'personal=yes', 'personal-data-not-granted', 403],
      ['readEvents', 'offset=1', 'unknown-parameter'],
    ];
    const answers = [];
    for (const [id, query] of refused) {
      const given = id === 'readTicket' ? { ticketId: 'none' } : {};
      const { status, body } = await client.askAnything(id, query, given);
      answers.push([id, query, Reflect.get(Object(body), 'code'), status]);
      t.match(Reflect.get(Object(body), 'detail'), /^[A-Z“].*\.$/, `${id} ${query}`);
    }
    t.strictSame(
      answers,
      refused.map(([id, query, code, status = 400]) => [id, query, code, status]),
    );
  });

  await t.test('who may not gets no further, and is told why as JSON', async (t) => {
    const realm = 'Bearer realm="deskstream"';
    const tickets = '/api/v1/tickets';
    const html = { accept: 'text/html' };
    const other = await make(agent, 'Short', { lastDay: '2026-11-24' });
    t.strictSame(
      [
        await problemOf(tickets, html),
        await problemOf(tickets, { authorization: 'Basic YTpi' }),
        await problemOf(tickets, bearer('nonsense')),
        await problemOf(tickets, bearer(NOBODY_HAS)),
        await problemOf(tickets, bearer(`${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`)),
        await problemOf('/api/v1/nothing', html),
        await problemOf('/api/v2', html),
        await problemOf('/api/v1/%zz', html),
        await problemOf('/api/v1/tickets/%E0%A4%A', html),
        (await problemOf(tickets, bearer(other))).slice(0, 1),
      ],
      [
        [401, 'token-missing', realm],
        [401, 'token-unknown', realm],
        [401, 'token-unknown', realm],
        [401, 'token-unknown', realm],
        [401, 'token-unknown', realm],
        [404, 'no-such-path', null],
        [404, 'no-such-path', null],
        [400, 'bad-request', null],
        [400, 'bad-request', null],
        [200],
      ],
    );
    const posted = await fetch(`${site}${tickets}`, { method: 'POST', headers: bearer(token), body: '{}' });
    t.match([posted.ok, posted.headers.get('content-type')], [false, /^application\/problem\+json/]);

    const visitor = new Visitor(site, ada.account);
    await visitor.open('/account');
    t.strictSame(await problemOf(tickets, { cookie: cookiesOf(visitor) }), [403, 'not-an-analyst', null]);
    const goodCookie = { cookie: cookiesOf(analyst), ...bearer(NOBODY_HAS) };
    t.strictSame(
      await problemOf(tickets, goodCookie),
      [401, 'token-unknown', realm],
      'the token counts alone',
    );

    clock += 2 * DAY_MS;
    t.strictSame(await problemOf(tickets, bearer(other)), [401, 'token-expired', realm]);
    t.strictSame(
      (await problemOf('/api/v1/events?personal=yes&until=2020-01-01', bearer(allowed))).slice(0, 1),
      [200],
    );
    await grace.give({ type: 'ChangeRoles', roles: ['analyst'], by: null });
    forget();
    t.strictSame(
      await problemOf('/api/v1/events?personal=yes', bearer(allowed)),
      [403, 'personal-data-not-granted', null],
      'a grant holds as long as its maker may do it',
    );
    await grace.give({ type: 'ChangeRoles', roles: ['agent'], by: null });
    forget();
    t.strictSame(await problemOf(tickets, bearer(allowed)), [403, 'not-an-analyst', null]);
    await dmitri.give({ type: 'DeactivateEmployee', by: null });
    forget();
    t.strictSame(await problemOf(tickets, bearer(token)), [403, 'not-an-analyst', null]);
    await dmitri.give({ type: 'ActivateEmployee' });
    forget();
  });

  await t.test('so often and no more', async (t) => {
    const strict = await startSite({ requestsPerMinute: 3, refusedPerMinute: 2, feedsPerCaller: 1 });
    const hasty = openApiClient(document, bearer(token), strict);
    const left = [];
    for (const id of ['listTickets', 'listFailures', 'readDocument', 'listTickets']) {
      const { status, headers } = await hasty.ask(id);
      left.push([status, headers.get('x-ratelimit-remaining')]);
    }
    t.strictSame(left, [
      [200, '2'],
      [200, '1'],
      [200, '0'],
      [429, '0'],
    ]);
    const refused = [];
    for (let index = 0; index < 3; index += 1) {
      refused.push((await problemOf('/api/v1/tickets', bearer(NOBODY_HAS), strict)).slice(0, 2));
    }
    t.strictSame(refused, [
      [401, 'token-unknown'],
      [401, 'token-unknown'],
      [429, 'too-many-requests'],
    ]);
  });

  async function append({ id, happened }: GeneratedTicket): Promise<void> {
    const events = happened.map(({ event, at }, index) => ({
      id: deterministicId(id, String(index)),
      event,
      metadata: {
        ...{ $correlationId: id, $causationId: id, actor: 'system:test', occurredAt: at.toISOString() },
        subject: id,
      },
    }));
    await store.append(streamOf.ticket(id), events, 'none');
  }
});

type Line = Readonly<Record<string, unknown>>;

function linesIn(body: unknown): readonly Line[] {
  return Array.isArray(body) ? body : [];
}

/** Positions alone are told by the clock, too. */
function isTold(line: unknown): boolean {
  return Object.keys(Object(line)).join() !== 'position';
}

async function nextTold(feed: AsyncGenerator<unknown>): Promise<unknown> {
  for (;;) {
    const { value, done } = await feed.next();
    if (done || isTold(value)) return value;
  }
}

function readPage(body: unknown): { items: object[]; next: string | null } {
  const items: unknown = Reflect.get(Object(body), 'items');
  const next: unknown = Reflect.get(Object(body), 'next');
  return { items: Array.isArray(items) ? items : [], next: typeof next === 'string' ? next : null };
}

function commitOf(line: Line | undefined): bigint {
  return BigInt(String(line?.position).split('-')[0] ?? '0');
}

function cookiesOf(visitor: Visitor): string {
  return [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
}
