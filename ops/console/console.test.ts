import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import t from 'tap';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import { createLogger } from '../../shared-contracts/runtime/telemetry/logger.ts';
import { neverCalled } from '../../shared-contracts/runtime/testing/never-called.ts';
import { listen } from '../../shared-contracts/runtime/web/listen.ts';
import { createLive } from '../../shared-contracts/runtime/web/live.ts';
import { createWebServer } from '../../shared-contracts/runtime/web/server.ts';
import { followAudit } from '../observe/audit-log.ts';
import { watchGroups } from '../observe/watch-groups.ts';
import { startReplay } from '../recovery/replay.ts';
import { eventually } from '../system-tests/testing/eventually.ts';
import { failingGroup, recoveryOf, seedFailures, untilCount } from '../system-tests/testing/failing-group.ts';
import { type TestGroup, testGroup } from '../system-tests/testing/test-group.ts';
import { openTestStore, type Teardown } from '../system-tests/testing/test-store.ts';
import { type Page, Visitor } from '../system-tests/testing/visitor.ts';
import { openRecoveries } from './recoveries.ts';
import { registerPages } from './register-pages.ts';

/** The console of one group, and an operator in front of it. */
async function openConsole(t: Teardown, store: EventStore, { declaration }: TestGroup) {
  const logger = createLogger('console', 'silent', 'json');
  const app = await createWebServer({
    site: 'console',
    siteTitle: 'Deskstream operators',
    pagesDir: join(import.meta.dirname, 'pages'),
    navigation: [],
    secret: new Uint8Array(32),
    secureCookies: false,
    logger,
    ready: async () => [],
  });
  const recoveries = openRecoveries({ store, logger, groups: [declaration] });
  const watch = watchGroups({ store, logger, groups: [declaration], services: async () => [] });
  const audit = followAudit({ store, logger });
  registerPages({
    app,
    recoveries,
    observatory: {
      store,
      watch,
      audit,
      readModels: neverCalled('the read models'),
      checkHealth: async () => [],
    },
    tracesUrl: 'http://localhost:3007',
    operatorOf: () => 'operator:sam',
    nameOf: async (by) => by,
    live: createLive(app),
  });
  const port = await listen(app, '127.0.0.1', 0);
  t.teardown(async () => {
    await app.close();
    await Promise.all([recoveries.close(), watch.close(), audit.close()]);
  });
  const url = `http://127.0.0.1:${port}`;
  return { url, operator: new Visitor(url), path: `/groups/${declaration.name}` };
}

const messagesOn = (page: Page) =>
  page.document.querySelectorAll('tbody tr').map((row) => row.querySelector('code')?.textContent);

const factsOn = (page: Page) =>
  Object.fromEntries(
    page.document
      .querySelectorAll('dl.facts dt')
      .map((term) => [term.textContent, term.nextElementSibling?.textContent]),
  );

t.test('the messages that are ticked are replayed; their progress has a page', async (t) => {
  const store = await openTestStore(t);
  const { park, group, failWhile, recovery, consumer } = failingGroup(t, store);
  const [one = '', two = '', three = ''] = (await park(3)).map(({ message }) => message.eventId);
  const { operator, path, url } = await openConsole(t, store, group);
  t.match((await operator.open('/')).text, '3 failed messages wait for you.');
  const list = await operator.open(path);
  t.strictSame(messagesOn(list), [three, two, one], 'the newest first');

  const none = await operator.submit(list, '/replay-selected');
  t.match(none.text, 'Tick the messages that you mean first.');

  failWhile(({ origin }) => origin.eventId === two);
  const [action, body] = operator.read(list, '/replay-selected');
  for (const message of [one, two]) body.append('messages', message);
  const started = await operator.send(list, action, body);
  t.match(started.url, /\/replays\/[0-9a-f-]{36}$/);
  t.match(started.text, 'asked for by operator:sam');
  t.match(started.text, 'Named one by one.');
  const replay = new URL(started.url).pathname;
  const ended = await eventually('it has ended', async () => {
    const page = await operator.open(replay);
    return page.text.includes('It has ended.') && page;
  });
  t.strictSame(factsOn(ended), {
    Recovered: '1',
    'Failed again': '1',
    'On their way': '0',
    'Taken back': '0',
    'Asked for': '2 of 2',
  });
  t.equal((await fetch(new URL(replay, url))).headers.get('refresh'), null);
  t.strictSame(messagesOn(await operator.open(path)), [two, three]);
  t.match((await operator.open(path)).text, '2 messages: 1 recovered, 1 failed again');
  t.equal((await operator.send(list, action, body)).url, started.url, 'the same form twice is one replay');
  t.equal((await operator.open(`${path}/replays/${randomUUID()}`)).status, 404);
  t.equal((await operator.open('/groups/customer.none')).status, 404);

  await consumer.close();
  const deleted = await operator.submit(await operator.open(path), '/discard', {
    reason: 'No such address.',
  });
  t.match(deleted.text, 'The message is deleted.');
  const discarded = await operator.open(`${path}?state=discarded`);
  t.strictSame(messagesOn(discarded), [two]);
  t.match(discarded.text, 'Deleted by operator:sam: No such address.');
  await recovery.ledger.readToEnd();
  t.equal(recovery.ledger.index.count('waiting'), 1);
});

t.test('a replay of all can be cancelled, and one that was interrupted resumed', async (t) => {
  const store = await openTestStore(t);
  const group = testGroup(async () => undefined, { order: 'free' });
  await seedFailures(store, group, 45);
  const recovery = recoveryOf(store, group);
  const { operator, path, url } = await openConsole(t, store, group);
  const pages = [];
  for (const page of [1, 2, 3]) pages.push(await operator.open(`${path}?page=${page}`));
  t.strictSame(
    pages.map((page) => messagesOn(page).length),
    [20, 20, 5],
  );
  t.equal(new Set(pages.flatMap(messagesOn)).size, 45);
  t.match(pages[1]?.text, '21 to 40 of 45');

  const [first] = pages;
  if (first === undefined) throw new Error('There is no first page.');
  const started = await operator.submit(first, '/replay-all');
  await untilCount(recovery, 'replaying', 45);
  const replay = new URL(started.url).pathname;
  t.equal((await fetch(new URL(replay, url))).headers.get('refresh'), '2', 'it reloads by itself');
  const going = await operator.open(replay);
  t.match(going.text, 'All that waited then.');
  t.match(factsOn(going), { 'On their way': '45' });
  const cancelled = await operator.submit(going, '/cancel');
  t.match(cancelled.text, 'What was not handled yet waits again.');
  t.match(factsOn(cancelled), { 'On their way': '0', 'Taken back': '45' });
  t.equal(messagesOn(await operator.open(path)).length, 20);

  const commandId = randomUUID();
  await startReplay(recovery, {}, { by: 'operator:kim', commandId });
  const interrupted = await operator.open(`${path}/replays/${commandId}`);
  t.match(factsOn(interrupted), { 'Asked for': '0 of 45' });
  t.match(interrupted.text, 'asked for by operator:kim');
  await operator.submit(interrupted, '/resume');
  await untilCount(recovery, 'replaying', 45);
});

t.test('a message is replayed with other data; what does not keep the contract comes back', async (t) => {
  const store = await openTestStore(t);
  const { park, group, failWhile, replayed } = failingGroup(t, store);
  const [failure] = await park(1);
  const issueId = randomUUID();
  failWhile(({ event }) => event.data.issueId !== issueId);
  const { operator, path } = await openConsole(t, store, group);
  const edit = `${path}/messages/${failure?.message.eventId}/edit`;
  t.equal(
    (await operator.open(path)).document.querySelector('td a[href$="/edit"]')?.getAttribute('href'),
    edit,
  );
  const form = await operator.open(edit);
  t.match(form.document.querySelector('textarea')?.textContent, '"issueId": "');
  const errorOn = (page: Page) => page.document.querySelector('#field-data-error')?.textContent;
  const broken = await operator.submit(form, '/edit', { data: '{ "issueId": ' });
  t.equal(broken.status, 400);
  t.match(errorOn(broken), 'This is not JSON');
  const wrong = await operator.submit(form, '/edit', { data: '{ "issueId": "seven" }' });
  t.equal(wrong.status, 400);
  t.match(errorOn(wrong), 'IssueClosed /issueId: must match format "uuid"');
  t.match(wrong.document.querySelector('textarea')?.textContent, 'seven', 'what was typed is still there');

  const failed = await operator.submit(form, '/edit', { data: JSON.stringify({ issueId: randomUUID() }) });
  t.match(failed.text, 'The handler failed again');
  const done = await operator.submit(await operator.open(edit), '/edit', {
    data: JSON.stringify({ issueId }),
  });
  t.match(done.text, 'it is recovered');
  t.strictSame(
    replayed.map(({ origin, delivery }) => [origin.eventId, delivery.attempt]),
    [2, 3].map((attempt) => [failure?.message.eventId, attempt]),
  );
  t.equal((await operator.open(`${path}/messages/${randomUUID()}/edit`)).status, 404);
});
