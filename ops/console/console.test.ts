import { randomUUID } from 'node:crypto';
import t from 'tap';
import { IssueReported } from '../../shared-contracts/messages/issue-events.ts';
import { streamOf } from '../../shared-contracts/messages/names.ts';
import { PermanentFailure } from '../../shared-contracts/runtime/consumer/errors.ts';
import { on } from '../../shared-contracts/runtime/consumer/subscription-group.ts';
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
import { closed, consume, testGroup } from '../system-tests/testing/test-group.ts';
import { openTestStore } from '../system-tests/testing/test-store.ts';
import type { Page, Visitor } from '../system-tests/testing/visitor.ts';

const messagesOn = (page: Page) =>
  page.document.querySelectorAll('tbody tr').map((row) => row.querySelector('code')?.textContent);

const factsOn = (page: Page) =>
  Object.fromEntries(
    page.document
      .querySelectorAll('dl.facts dt')
      .map((term) => [term.textContent, term.nextElementSibling?.textContent]),
  );

const rowsOn = (page: Page) =>
  page.document
    .querySelectorAll('tbody tr')
    .map((row) => row.querySelectorAll('td').map((cell) => cell.textContent.replace(/\s+/g, ' ').trim()));

/** Opens the page that the boxes of a list lead to, some of them ticked. */
async function tick(operator: Visitor, list: Page, to: string, group: string, ids: readonly string[]) {
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
    (await tick(operator, page, '/failed/replay', name, [])).text,
    'Tick the messages that you mean first.',
  );

  failWhile(({ origin }) => origin.eventId === two);
  const confirm = await tick(operator, page, '/failed/replay', name, [one, two]);
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

t.test('what failed, by error; a search; a filter, and what passes it is deleted or replayed', async (t) => {
  const store = await openTestStore(t);
  const { park, group, failWhile } = failingGroup(t, store);
  const free = testGroup(async () => undefined, { order: 'free' });
  const failures = await park(2);
  await seedFailures(store, free, 30);
  const { operator, name } = await openConsole(t, store, group, free);
  const other = free.declaration.name;
  const byError = rowsOn(await operator.open('/failed')).map(([count, error, handler]) => [
    count,
    error,
    handler,
  ]);
  t.strictSame(byError, [
    [
      '30',
      'The mail server refused the mail. Error · mail-refused · the newest',
      `mail-confirmation ${other}`,
    ],
    ['2', 'The mail server refused it. PermanentFailure · mail-refused · the newest', `close-it ${name}`],
  ]);
  const counted = async (query: string) => {
    const page = await operator.open(`/failed?${query}`);
    return page.document.querySelector('.list-head strong')?.textContent;
  };
  const [one] = failures;
  const issueId = await eventually('data can be searched', async () => {
    for await (const { event } of store.read(one?.facts.origin.stream ?? '')) {
      const id = String(event.data.issueId);
      return (await counted(`text=${id}`)) === '1 message' && id;
    }
  });
  const { stream, eventId } = one?.facts.origin ?? { stream: '', eventId: '' };
  const found: Record<string, string | undefined> = {};
  const after = '2100-01-01';
  for (const query of [
    `text=${issueId.slice(0, 13).toUpperCase()}`,
    `text=${stream.slice(0, 14)}`,
    `text=${eventId}`,
    'text=REFUSED+the',
    'text=accepted',
    `group=${name}`,
    'service=customer',
    'service=backoffice',
    'type=IssueClosed&error=PermanentFailure',
    'error=mail-refused',
    'error=Error&code=-',
    'handler=close-it',
    `stream=${stream}`,
    'correlation=conversation-1',
    `from=${after}`,
    `to=${after}`,
    'state=recovered',
  ])
    found[query] = await counted(query);
  t.strictSame(Object.values(found), [
    '1 message',
    '2 messages',
    '1 message',
    '30 messages',
    '0 messages',
    '2 messages',
    '32 messages',
    '0 messages',
    '2 messages',
    '32 messages',
    '0 messages',
    '2 messages',
    '1 message',
    '2 messages',
    '0 messages',
    '32 messages',
    '0 messages',
  ]);

  const wrong = await operator.open('/failed?from=monday');
  t.match(wrong.document.querySelector('#field-from-error')?.textContent, 'This is not a time.');
  t.equal((await operator.open('/failed/replay?from=monday')).status, 400, 'it does not come to mean all');

  const remove = await operator.open('/failed/discard?text=REFUSED+the');
  t.match(remove.text, 'Delete 30 messages?');
  const noReason = await operator.submit(remove, '/failed/discard');
  t.equal(noReason.status, 400);
  t.match(
    noReason.document.querySelector('#field-reason-error')?.textContent,
    'Say why these messages are not to be handled.',
  );
  const deleted = await operator.submit(noReason, '/failed/discard', { reason: 'A test.' });
  t.match(deleted.text, '30 messages are deleted. A replay undoes that.');
  t.equal(await counted('state=discarded'), '30 messages');
  t.match(
    (await operator.open('/failed?state=discarded&view=list')).text,
    'Deleted by operator:sam: A test.',
  );

  failWhile(() => false);
  const confirm = await operator.open('/failed/replay?error=PermanentFailure&code=mail-refused');
  t.match(confirm.text, 'Chosen by error PermanentFailure, code mail-refused.');
  await operator.submit(confirm, '/failed/replay');
  await untilCount(recoveryOf(store, group), 'recovered', 2);
  t.match((await operator.open('/failed')).text, 'No message waits for you.');
});

t.test('one message: what it is, why it failed, what was tried, what waits behind it', async (t) => {
  const store = await openTestStore(t);
  const { park, group, failWhile, recovery } = failingGroup(t, store, { order: 'by-stream' });
  const [failure] = await park(1);
  const { eventId, stream } = failure?.facts.origin ?? { eventId: '', stream: '' };
  const { operator, pageOf, name } = await openConsole(t, store, group);
  const first = await operator.open(pageOf(eventId));
  t.match(
    first.document.querySelector('#failure')?.textContent,
    /refused it\.\s+Put right what the error tells of/,
  );
  t.match(first.document.querySelector('#behind')?.textContent, 'Nothing yet.');
  t.equal(
    first.document.querySelector('#facts a[href^="/conversations/"]')?.getAttribute('href'),
    '/conversations/conversation-1',
  );
  t.match(first.document.querySelector('pre[aria-label="Data of the event"]')?.textContent, '"issueId"');
  t.equal(first.document.querySelector('form[action$="/personal"]'), null, 'it holds nothing personal');

  await store.append(stream, [closed(), closed(), closed()], 0);
  const behind = await operator.open(pageOf(eventId));
  t.match(behind.document.querySelector('#behind')?.textContent, '3 later events');
  t.strictSame(
    behind.document.querySelectorAll('#behind li').map((item) => item.getAttribute('value')),
    ['1', '2', '3'],
  );
  const again = await operator.submit(behind, '/failed/replay');
  t.match(again.text, 'The handler failed again');
  t.equal(again.document.querySelectorAll('#attempts details').length, 2);
  t.match(again.document.querySelector('h1')?.textContent, 'Failed again');
  t.match(again.document.querySelector('ol.timeline')?.textContent, /Replayed\s+by operator:sam/);

  failWhile(() => false);
  const confirm = await operator.open(`/failed/discard?ticked=true&messages=${name}~${eventId}`);
  const gone = await operator.submit(confirm, '/failed/discard', { reason: 'No such address.' });
  t.match(gone.text, 'The message is deleted. A replay undoes that.');
  t.match(
    gone.document.querySelector('ol.timeline')?.textContent,
    'Deleted by operator:sam: No such address.',
  );
  const undone = await operator.submit(gone, '/failed/replay');
  t.match(undone.text, 'it is recovered');
  await untilCount(recovery, 'recovered', 1);
});

t.test(
  'personal data is hidden until somebody asks, which is recorded; an edit leaves it as it is',
  async (t) => {
    const store = await openTestStore(t);
    const handled: unknown[] = [];
    const group = {
      ...testGroup(async () => undefined, { order: 'free' }),
      handlers: [
        on(IssueReported, 'mail-it', async ({ event }) => {
          if (event.data.kind !== 'question')
            throw new PermanentFailure('no-template', 'There is no such mail.');
          handled.push(event.data);
        }),
      ],
    };
    const event = { type: 'IssueReported', data: IssueReported.example };
    const reported = { ...closed(), event };
    await store.append(group.stream(), [reported], 'none');
    consume(t, store, group);
    const recovery = recoveryOf(store, group);
    await untilCount(recovery, 'waiting', 1);
    const { operator, pageOf, name } = await openConsole(t, store, group);
    const { email, text, kind } = IssueReported.example;
    const path = pageOf(reported.id);

    const masked = await operator.open(path);
    t.match(
      masked.document.querySelector('pre[aria-label="Data of the event"]')?.textContent,
      '"email": "[hidden]"',
    );
    t.notMatch(masked.text, email);
    t.notMatch(masked.text, text);
    t.match((await operator.open(`/failed?text=${kind}`)).text, '1 message');
    t.match((await operator.open('/failed?text=printer')).text, '0 messages', 'nor can it be searched');
    const clear = await operator.submit(masked, '/personal');
    t.match(clear.text, email);
    t.match(
      clear.document.querySelector('ol.timeline')?.textContent,
      'operator:sam looked at the personal data',
    );
    t.notMatch((await operator.open(path)).text, email, 'once');
    const entries = await collect(store.read(streamOf.failures(name), { from: 1 }));
    t.match(entries, [{ event: { type: 'PersonalDataShown', data: { by: 'operator:sam' } } }]);

    const edit = `${path}/edit`;
    const form = await operator.open(edit);
    const typed = form.document.querySelector('textarea')?.textContent ?? '';
    t.notMatch(typed, email);
    const errorOn = (page: Page) => page.document.querySelector('#field-data-error')?.textContent;
    const broken = await operator.submit(form, '/edit', { data: '{ "issueId": ' });
    t.equal(broken.status, 400);
    t.match(errorOn(broken), 'This is not JSON');
    const wrong = await operator.submit(form, '/edit', { data: typed.replace('"problem"', '"riddle"') });
    t.equal(wrong.status, 400);
    t.match(errorOn(wrong), 'IssueReported /kind: ');
    t.match(wrong.document.querySelector('textarea')?.textContent, 'riddle', 'what was typed is still there');

    const failed = await operator.submit(form, '/edit', { data: typed.replace('"problem"', '"request"') });
    t.match(failed.text, 'The handler failed again');
    t.match(
      failed.document.querySelector('pre[aria-label="Data of the last edit"]')?.textContent,
      '"kind": "request"',
    );
    t.match(
      failed.document.querySelector('pre[aria-label="Data of the event"]')?.textContent,
      '"kind": "problem"',
    );
    const second = await operator.open(edit);
    const last = second.document.querySelector('textarea')?.textContent ?? '';
    t.match(last, '"kind": "request"', 'the second edit starts from the first');
    const done = await operator.submit(second, '/edit', { data: last.replace('"request"', '"question"') });
    t.match(done.text, 'it is recovered');
    t.match(
      done.document.querySelector('ol.timeline')?.textContent,
      /Replayed with other data\s+by operator:sam/,
    );
    t.strictSame(handled, [{ ...IssueReported.example, kind: 'question' }], 'with what was hidden');
  },
);
