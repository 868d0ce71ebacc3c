import t from 'tap';
import { eventually } from '../system-tests/testing/eventually.ts';
import { failingGroup, recoveryOf, seedFailures, untilCount } from '../system-tests/testing/failing-group.ts';
import { openConsole } from '../system-tests/testing/open-console.ts';
import { testGroup } from '../system-tests/testing/test-group.ts';
import { openTestStore } from '../system-tests/testing/test-store.ts';
import { rowsOn } from './testing/read-page.ts';

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
