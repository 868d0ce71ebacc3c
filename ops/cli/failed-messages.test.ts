import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import t from 'tap';
import { failingGroup } from '../system-tests/testing/failing-group.ts';
import { openTestStore } from '../system-tests/testing/test-store.ts';
import { terminal } from './testing/terminal.ts';

t.test('groups, parked and show tell what waits and why', async (t) => {
  const store = await openTestStore(t);
  const { park, group } = failingGroup(t, store);
  const failures = await park(3);
  const { run, ask } = terminal(store, group);
  const { name } = group.declaration;
  t.strictSame(await ask('groups'), {
    code: 0,
    printed: [
      {
        ...{ service: 'customer', group: name, state: 'failing', reason: 'Messages wait for a person.' },
        ...{ instances: 1, inFlight: 0, lag: 0, lagMs: 0 },
        ...{ waiting: 3, replaying: 0, recovered: 0, discarded: 0 },
      },
    ],
  });
  t.match((await run('groups')).printed.join(), `${name} `);

  const ids = (printed: readonly Record<string, unknown>[]) => printed.map(({ message }) => message);
  const newest = failures.map(({ message }) => message.eventId).reverse();
  t.strictSame(ids((await ask('parked', name)).printed), newest);
  t.strictSame(ids((await ask('parked', name, '--limit', '2')).printed), newest.slice(0, 2));
  const stream = failures[1]?.facts.origin.stream ?? '';
  t.strictSame(ids((await ask('parked', name, '--stream', stream, '--error', 'mail-refused')).printed), [
    newest[1],
  ]);
  t.strictSame(await ask('parked', name, '--text', 'accepted'), { code: 0, printed: [] });
  t.strictSame((await run('parked', name, '--state', 'recovered')).printed, [
    'No such failed message (--state recovered).',
  ]);
  const [line] = (await run('parked', name)).printed;
  t.match(line, new RegExp(`^${newest[0]}  IssueClosed  1 ×  .*  The mail server refused it.$`));

  const { code, printed } = await run('show', name, newest[0] ?? '');
  t.equal(code, 0);
  t.match(
    printed.join('\n'),
    /waiting, parked 1 ×, last by close-it .*PermanentFailure: The mail .*MessageParked/s,
  );
  t.match(await ask('show', name, newest[0] ?? ''), {
    code: 0,
    printed: [{ message: newest[0], state: 'waiting', history: [{ type: 'MessageParked' }] }],
  });
  t.match(await run('show', name, randomUUID()), {
    code: 1,
    complained: ['There is no such failed message in this group.'],
  });
});

t.test(
  'lists by error and state; what an event holds; other data; what passes a filter is deleted',
  async (t) => {
    const store = await openTestStore(t);
    const wanted = randomUUID();
    const { park, group, failWhile } = failingGroup(t, store);
    failWhile(({ event }) => event.data.issueId !== wanted);
    const [one = '', two = ''] = (await park(3)).map(({ message }) => message.eventId);
    const { run, ask } = terminal(store, group);
    const { name } = group.declaration;
    const error = { group: name, handler: 'close-it', error: 'PermanentFailure', code: 'mail-refused' };
    t.match(await ask('parked', '--errors'), { code: 0, printed: [{ ...error, count: 3 }] });
    t.match((await run('parked', 'customer', '--errors')).printed, [
      /^ +3 × {2}mail-refused {2}in close-it of /,
    ]);
    t.equal((await ask('parked', '--code', 'mail-refused', '--limit', '2')).printed.length, 2);

    const [shown] = (await ask('show', name, one)).printed;
    const { issueId } = Object(shown?.data);
    t.strictSame(
      (await ask('parked', '--text', String(issueId))).printed.map(({ message }) => message),
      [one],
    );
    t.match(
      (await run('show', name, one, '--personal')).printed.join(),
      'PersonalDataShown  by operator:sam',
    );

    const file = join(
      t.testdir({ 'data.json': JSON.stringify({ issueId: wanted }), 'no.json': '{' }),
      'data.json',
    );
    t.match(await run('replay', name, one, '--data', `${file}.none`), {
      code: 1,
      complained: [/does not hold JSON/],
    });
    t.equal((await run('replay', name, '--data', file)).code, 2);
    t.match(await ask('replay', name, one, '--data', file, '--wait'), {
      code: 0,
      printed: [{ recovered: 1 }],
    });
    t.match(await ask('parked', '--state', 'recovered'), { printed: [{ message: one, state: 'recovered' }] });
    t.match(await ask('replay', name, two, '--wait'), { code: 3, printed: [{ parkedAgain: 1 }] });
    t.match(await ask('parked', '--state', 'again'), { printed: [{ message: two, attempts: 2 }] });

    t.match(await ask('discard', name, '--error', 'mail-refused', '--reason', 'A test.'), {
      code: 0,
      printed: [{ discarded: 2 }],
    });
    t.match(await ask('discard', name, '--all', '--reason', 'A test.'), {
      code: 0,
      printed: [{ discarded: 0 }],
    });
    t.strictSame((await run('parked')).printed, ['No such failed message (--state waiting).']);
  },
);
