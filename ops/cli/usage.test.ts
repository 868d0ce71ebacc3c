import { randomUUID } from 'node:crypto';
import t from 'tap';
import { readSettings } from '../../shared-contracts/runtime/settings.ts';
import { startStaffSite } from '../system-tests/testing/staff-site.ts';
import { testGroup } from '../system-tests/testing/test-group.ts';
import { openTestStore } from '../system-tests/testing/test-store.ts';
import { Visitor } from '../system-tests/testing/visitor.ts';
import { runWithoutStore } from './run-without-store.ts';
import { terminal } from './testing/terminal.ts';

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
});

t.test('the help is there before anything runs', async (t) => {
  const printed: string[] = [];
  const deps = {
    settings: readSettings({ DESKSTREAM_DATA_DIR: '/nowhere' }),
    print: (line: string) => void printed.push(line),
    complain: t.fail,
    stop: new AbortController().signal,
    readPassword: async () => 'never asked for',
  };
  for (const args of [[], ['help'], ['groups', '--help']]) t.equal(await runWithoutStore(args, deps), 0);
  t.equal(printed.filter((help) => help.includes('FILTERS')).length, 3);
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
