import { randomUUID } from 'node:crypto';
import t, { type Test } from 'tap';
import { streamOf } from '../../shared-contracts/messages/names.ts';
import { startReplay } from '../recovery/replay/replay.ts';
import { eventually } from '../system-tests/testing/eventually.ts';
import {
  collect,
  failingGroup,
  recoveryOf,
  seedFailures,
  untilCount,
} from '../system-tests/testing/failing-group.ts';
import { openConsole } from '../system-tests/testing/open-console.ts';
import { testGroup } from '../system-tests/testing/test-group.ts';
import { openTestStore } from '../system-tests/testing/test-store.ts';
import type { Page, Visitor } from '../system-tests/testing/visitor.ts';
import { factsOn, messagesOn, rowsOn } from './testing/read-page.ts';

/** Opens the page that the boxes of a list lead to, some of them ticked. */
async function tick(
  t: Test,
  operator: Visitor,
  list: Page,
  to: string,
  group: string,
  ids: readonly string[],
) {
  t.ok(list.document.querySelector('form#selected'), 'the list has a form for what is ticked');
  const messages = ids.map((id) => `&messages=${group}~${id}`).join('');
  return operator.open(`${to}?ticked=true&group=${group}${messages}`);
}

t.test('what is ticked is replayed after a look at what that would be; its outcome is true', async (t) => {
  const store = await openTestStore(t);
  const { park, group, failWhile } = failingGroup(t, store);
  const [one = '', two = '', three = ''] = (await park(3)).map(({ message }) => message.eventId);
  const { operator, name, list, url, pageOf } = await openConsole(t, store, group);
  t.match((await operator.open('/')).text, '3 failed messages wait for you.');
  const page = await operator.open(list);
  t.strictSame(messagesOn(page), [three, two, one], 'the newest first');

  t.match(
    (await tick(t, operator, page, '/failed/replay', name, [])).text,
    'Tick the messages that you mean first.',
  );

  failWhile(({ origin }) => origin.eventId === two);
  const confirm = await tick(t, operator, page, '/failed/replay', name, [one, two]);
  t.match(confirm.text, 'Replay 2 messages?');
  const [action, body] = operator.read(confirm, '/failed/replay');
  const started = await operator.send(confirm, action, body);
  t.match(started.url, /\/replays\/[0-9a-f-]{36}$/);
  t.match(started.text, 'Asked for by operator:sam');
  t.match(started.text, 'Named one by one.');
  const replay = new URL(started.url).pathname;
  const ended = await eventually('it has ended', async () => {
    const now = await operator.open(replay);
    return now.text.includes('It has ended.') && now;
  });
  t.strictSame(factsOn(ended), {
    Recovered: '1',
    'Failed again': '1',
    'On their way': '0',
    'Taken back': '0',
    'Asked for': '2 of 2',
  });
  t.match(ended.text, 'mail-refused in close-it');
  t.equal(ended.document.querySelector('#again li a')?.getAttribute('href'), pageOf(two));
  t.strictSame(messagesOn(await operator.open(list)), [two, three]);
  t.strictSame(messagesOn(await operator.open(`${list}&state=again`)), [two]);
  t.strictSame(messagesOn(await operator.open(`${list}&state=recovered`)), [one]);
  const [row] = rowsOn(await operator.open('/replays'));
  t.strictSame(row?.slice(1), ['operator:sam', name, '2', '1', '1', '0', 'Some failed again']);
  t.equal((await operator.send(confirm, action, body)).url, started.url, 'the same form twice is one replay');
  t.equal((await operator.open(`/replays/${randomUUID()}`)).status, 404);
  t.equal((await operator.open('/failed?group=customer.none')).status, 404);
  t.equal((await operator.open(`/failed/${name}/${randomUUID()}`)).status, 404);

  failWhile(() => false);
  const done = await operator.submit(await operator.open(pageOf(two)), '/failed/replay');
  t.match(done.text, 'The message was handled: it is recovered.');
  t.match(done.url, new RegExp(`${two}$`));

  const live = await fetch(new URL(`${replay}/live`, url));
  t.equal(live.headers.get('content-type'), 'text/event-stream');
  await live.body?.cancel();
});

t.test('a replay of all takes what was counted, no more; it can be cancelled, and resumed', async (t) => {
  const store = await openTestStore(t);
  const group = testGroup(async () => undefined, { order: 'free' });
  await seedFailures(store, group, 60);
  const recovery = recoveryOf(store, group);
  const { operator, name, list } = await openConsole(t, store, group);
  const pages = [await operator.open(list)];
  const follow = async (rel: string) => {
    const href = pages.at(-1)?.document.querySelector(`a[rel=${rel}]`)?.getAttribute('href') ?? '';
    pages.push(await operator.open(`/failed${href}`));
  };
  await follow('next');
  await follow('next');
  t.strictSame(
    pages.map((page) => messagesOn(page).length),
    [25, 25, 10],
  );
  t.equal(new Set(pages.flatMap(messagesOn)).size, 60);
  t.equal(pages[2]?.document.querySelector('a[rel=next]'), null);
  await follow('prev');
  t.strictSame(pages.slice(3).map(messagesOn), pages.slice(1, 2).map(messagesOn), 'and back');

  const [first] = await collect(store.read(streamOf.failures(name), { limit: 1 }));
  const origin = Object(first?.event.data).origin;
  await store.client.deleteStream(origin.stream);
  const confirm = await operator.open(`/failed/replay?group=${name}`);
  t.match(confirm.text, 'The events of 60 of them no longer exist');
  await seedFailures(store, group, 3);
  const started = await operator.submit(confirm, '/failed/replay');
  await untilCount(recovery, 'replaying', 60);
  const replay = new URL(started.url).pathname;
  const going = await operator.open(replay);
  t.match(factsOn(going), { 'On their way': '60' });
  t.match(going.text, 'Replay of 60 messages Going on');
  const cancelled = await operator.submit(going, '/cancel');
  t.match(cancelled.text, 'What was not handled yet waits again.');
  t.match(factsOn(cancelled), { 'On their way': '0', 'Taken back': '60' });
  await untilCount(recovery, 'waiting', 63);

  const commandId = randomUUID();
  await startReplay(recovery, {}, { by: 'operator:kim', commandId });
  const interrupted = await operator.open(`/replays/${commandId}`);
  t.match(factsOn(interrupted), { 'Asked for': '0 of 63' });
  t.match(interrupted.text, 'Asked for by operator:kim');
  await operator.submit(interrupted, '/resume');
  await untilCount(recovery, 'replaying', 63);
});
