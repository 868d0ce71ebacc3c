import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import t from 'tap';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import { neverCalled } from '../../shared-contracts/runtime/testing/never-called.ts';
import { parkedLinks } from '../recovery/parked/parked-stream.ts';
import { carryOut, startReplay } from '../recovery/replay/replay.ts';
import {
  collect,
  failingGroup,
  recoveryOf,
  replayLinks,
  seedFailures,
} from '../system-tests/testing/failing-group.ts';
import { startStaffSite } from '../system-tests/testing/staff-site.ts';
import { type TestGroup, testGroup } from '../system-tests/testing/test-group.ts';
import { TEST_SECRETS } from '../system-tests/testing/test-secrets.ts';
import { openTestStore } from '../system-tests/testing/test-store.ts';
import { Visitor } from '../system-tests/testing/visitor.ts';
import { runCommand } from './run-command.ts';

/** No service runs in these tests; nothing listens on the discard port. */
const NO_SITE = 'http://127.0.0.1:9';
const NOWHERE = {
  customer: NO_SITE,
  backoffice: NO_SITE,
  analysts: NO_SITE,
  console: NO_SITE,
  traces: NO_SITE,
};

/** Somebody at a terminal. */
function terminal(store: EventStore, { declaration }: TestGroup, password = 'never asked for') {
  const status: string[] = [];
  return {
    status,
    /** Runs a command; what it printed and complained of are lines. */
    run: async (...args: readonly string[]) => {
      const printed: string[] = [];
      const complained: string[] = [];
      const code = await runCommand(args, {
        store,
        secrets: TEST_SECRETS,
        urls: NOWHERE,
        readPassword: async () => password,
        groups: [declaration],
        readModels: () => neverCalled('the read models'),
        operator: 'operator:sam',
        print: (line) => void printed.push(line),
        complain: (line) => void complained.push(line),
        status: (text) => void status.push(text),
        stop: new AbortController().signal,
      });
      return { code, printed, complained };
    },
    /** Runs it with `--json` and reads each line. */
    ask: async (...args: readonly string[]) => {
      const printed: Record<string, unknown>[] = [];
      const code = await runCommand([...args, '--json'], {
        store,
        secrets: TEST_SECRETS,
        urls: NOWHERE,
        readPassword: async () => 'never asked for',
        groups: [declaration],
        readModels: () => neverCalled('the read models'),
        operator: 'operator:sam',
        print: (line) => void printed.push(JSON.parse(line)),
        complain: () => undefined,
        stop: new AbortController().signal,
      });
      return { code, printed };
    },
  };
}

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

t.test('replay, dry run, wait; discard; tidy', async (t) => {
  const store = await openTestStore(t);
  const { park, group, failWhile, recovery } = failingGroup(t, store);
  const [one = '', two = '', three = ''] = (await park(3)).map(({ message }) => message.eventId);
  const { run, ask, status } = terminal(store, group);
  const { name } = group.declaration;

  t.strictSame((await run('replay', name, '--all', '--dry-run')).printed, ['3 messages would be replayed.']);
  t.equal(recovery.ledger.index.head, 2, 'nothing is written');
  t.match(await ask('replay', name, '--type', 'IssueReported'), { code: 0, printed: [{ total: 0 }] });

  t.match(await run('replay', name, one, '--wait'), {
    code: 3,
    printed: [/^Replay \S+ of 1 has ended: 0 recovered, 1 failed again, 0 on their way\.$/],
  });
  t.match(status.join('\n'), '1 of 1, 1 failed again');
  t.equal(status.at(-1), '', 'the bar is taken away');

  failWhile(() => false);
  t.match(await ask('replay', name, one, two, '--wait'), {
    code: 0,
    printed: [{ total: 2, requested: 2, recovered: 2, parkedAgain: 0, queued: 0, ended: true }],
  });
  t.match(await run('discard', name, three, randomUUID(), '--reason', 'No such address.'), {
    code: 1,
    printed: ['1 discarded. They can still be replayed, which undoes this.'],
    complained: [/^1 of them wait no longer/],
  });
  const history = (await run('show', name, three)).printed.join('\n');
  t.match(history, 'MessageDiscarded  by operator:sam: No such address.');

  t.match((await run('tidy')).printed, [/ 4 entries gone$/]);
  t.strictSame(await collect(parkedLinks(store, name)), []);
  t.strictSame(await ask('tidy', name), { code: 0, printed: [{ group: name, truncated: 0 }] });
  t.match(await ask('replay', name, '--all', '--wait'), { code: 0, printed: [{ replay: null, total: 0 }] });
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
    t.strictSame((await run('parked')).printed, []);
  },
);

t.test('cancel and resume', async (t) => {
  const store = await openTestStore(t);
  const group = testGroup(async () => undefined, { order: 'free' });
  await seedFailures(store, group, 300);
  const { run, ask } = terminal(store, group);
  const { name } = group.declaration;
  const recovery = recoveryOf(store, group);
  const interrupted = new AbortController();
  const commandId = randomUUID();
  await startReplay(recovery, {}, { by: 'operator:kim', commandId });
  interrupted.abort();
  await carryOut(recovery, commandId, interrupted.signal);

  t.match(await ask('resume', name, commandId), {
    code: 0,
    printed: [{ batch: commandId, total: 300, requested: 300, queued: 300, ended: false }],
  });
  t.equal((await replayLinks(recovery)).length, 300);
  t.match((await run('resume', name, commandId)).printed, [/300 asked for; 0 recovered/]);
  t.equal((await replayLinks(recovery)).length, 300, 'nothing is asked for twice');

  t.strictSame((await run('cancel', name, commandId)).printed, [
    'Cancelled: 300 wait again, 0 were recovered before.',
  ]);
  t.match(await run('resume', name, commandId), {
    code: 1,
    complained: ['This replay was cancelled. Start another one.'],
  });
  for (const command of ['resume', 'cancel']) {
    const unknown = randomUUID();
    const complained = [`There is no replay ${unknown} in this group.`];
    t.match(await run(command, name, unknown), { code: 1, complained });
  }
});

t.test('what is not understood is answered with the help', async (t) => {
  const store = await openTestStore(t);
  const group = testGroup(async () => undefined);
  const { run } = terminal(store, group);
  const { name } = group.declaration;
  const wrong: readonly (readonly [readonly string[], string])[] = [
    [['reply'], 'There is no command "reply".'],
    [['constructor'], 'There is no command "constructor".'],
    [['show'], `Name one of these groups: ${name}.`],
    [
      ['parked', name, '--state', 'lost'],
      '--state takes one of: waiting, again, replaying, recovered, discarded.',
    ],
    [['discard', name, '--reason', 'No.'], 'Name messages (see `parked`), or give filters, or --all.'],
    [['parked', 'customer.none'], `Name one of these groups: ${name}.`],
    [['parked', name, '--limit', '0'], '--limit takes a number from 1 on.'],
    [['parked', name, '--from', 'monday'], '--from takes a moment, like 2026-11-22T10:15.'],
    [['parked', name, '--colour', 'red'], "Unknown option '--colour'"],
    [['show', name], 'Name one message.'],
    [['replay', name], 'Name messages (see `parked`), or give filters, or --all.'],
    [['replay', name, randomUUID(), '--all'], 'Name messages, or give --all or filters.'],
    [['replay', name, '--type', 'X', '--all'], '--all is for all; filters are for some.'],
    [['cancel', name], 'Name one replay.'],
    [['discard', name, randomUUID()], 'Give --reason "TEXT", 1000 characters at most.'],
  ];
  for (const [args, sentence] of wrong) {
    const { code, printed, complained } = await run(...args);
    t.strictSame([args, code, printed], [args, 2, []]);
    t.equal(complained[0]?.slice(0, sentence.length), sentence);
    t.match(complained[0], 'Exit codes: 0 done');
  }
  t.match(await run('help'), { code: 0, complained: [] });
  t.match((await run('groups', '--help')).printed.join(), 'FILTERS');
});

t.test('admin makes an administrator, and gives one who is known a new password', async (t) => {
  const store = await openTestStore(t);
  const group = testGroup(async () => undefined);
  const site = await startStaffSite(t, store);
  const signIn = async (password: string) => {
    const visitor = new Visitor(site.url, { email: 'root@example.org', password });
    return (await visitor.open('/')).document.querySelector('h1')?.textContent;
  };
  const made = await terminal(store, group, 'first of its name').run('admin', 'root@example.org');
  t.strictSame(made, {
    code: 0,
    printed: ['root@example.org is an administrator and can sign in now.'],
    complained: [],
  });
  t.equal(await signIn('first of its name'), 'Notes');

  const again = await terminal(store, group, 'second of its name').run('admin', 'root@example.org');
  t.match(again.printed, [
    'root@example.org was known: an administrator now, active, and with the new password.',
  ]);
  t.equal(await signIn('first of its name'), 'Sign in');
  t.equal(await signIn('second of its name'), 'Notes');

  const weak = await terminal(store, group, 'short').run('admin', 'root@example.org');
  t.strictSame(weak, {
    code: 1,
    printed: [],
    complained: ['This password cannot be taken. Take at least 10 characters; this has 5.'],
  });
  t.equal((await terminal(store, group).run('admin', 'root')).code, 2);
  t.equal((await terminal(store, group).run('admin')).code, 2);
});
