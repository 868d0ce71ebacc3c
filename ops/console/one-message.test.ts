import t from 'tap';
import { IssueReported } from '../../shared-contracts/messages/issue-events.ts';
import { streamOf } from '../../shared-contracts/messages/names.ts';
import { PermanentFailure } from '../../shared-contracts/runtime/consumer/errors.ts';
import { on } from '../../shared-contracts/runtime/consumer/subscription-group.ts';
import { collect, failingGroup, recoveryOf, untilCount } from '../system-tests/testing/failing-group.ts';
import { openConsole } from '../system-tests/testing/open-console.ts';
import { closed, consume, testGroup } from '../system-tests/testing/test-group.ts';
import { openTestStore } from '../system-tests/testing/test-store.ts';
import type { Page } from '../system-tests/testing/visitor.ts';

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
