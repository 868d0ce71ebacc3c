import { randomUUID } from 'node:crypto';
import t from 'tap';
import { parkedLinks } from '../recovery/parked/parked-stream.ts';
import { carryOut, startReplay } from '../recovery/replay/replay.ts';
import {
  collect,
  failingGroup,
  recoveryOf,
  replayLinks,
  seedFailures,
} from '../system-tests/testing/failing-group.ts';
import { testGroup } from '../system-tests/testing/test-group.ts';
import { openTestStore } from '../system-tests/testing/test-store.ts';
import { terminal } from './testing/terminal.ts';

t.test(
  'messages are replayed, after a dry run and waited for, or discarded; then the store forgets them',
  async (t) => {
    const store = await openTestStore(t);
    const { park, group, failWhile, recovery } = failingGroup(t, store);
    const [one = '', two = '', three = ''] = (await park(3)).map(({ message }) => message.eventId);
    const { run, ask, status } = terminal(store, group);
    const { name } = group.declaration;

    t.strictSame((await run('replay', name, '--all', '--dry-run')).printed, [
      '3 messages would be replayed.',
    ]);
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
  },
);

t.test('a replay that was interrupted goes on; one that is cancelled does not', async (t) => {
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
