// However a replay is interrupted, and by how many it is taken up again, every message of it is replayed once.
import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import t from 'tap';
import { streamOf } from '../../shared-contracts/messages/names.ts';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import { carryOut, startReplay } from '../recovery/replay/replay.ts';
import { eventually } from './testing/eventually.ts';
import { recoveryOf, replayLinks, seedFailures } from './testing/failing-group.ts';
import { lastProgress, OPERATOR } from './testing/replays.ts';
import { consume, testGroup } from './testing/test-group.ts';
import { openTestNode, openTestStore } from './testing/test-store.ts';

/** A store whose appends to one stream fail from the given one on. */
function failingAppends(store: EventStore, stream: string, from: number): EventStore {
  let appends = 0;
  const client = new Proxy(store.client, {
    get: (target, name) => {
      if (name !== 'appendToStream') return Reflect.get(target, name).bind?.(target);
      return (...args: Parameters<typeof target.appendToStream>) => {
        if (args[0] === stream) appends += 1;
        if (args[0] === stream && appends >= from) return Promise.reject(new Error('the process dies'));
        return target.appendToStream(...args);
      };
    },
  });
  return { ...store, client };
}

t.test('cut off between the ledger and the links, a replay is taken up again without a double', async (t) => {
  const store = await openTestStore(t);
  const group = testGroup(async () => undefined, { order: 'free' });
  await seedFailures(store, group, 600);
  const replays = streamOf.replay(group.declaration.name);
  const dying = recoveryOf(failingAppends(store, replays, 2), group);
  const commandId = randomUUID();
  await startReplay(dying, {}, { by: OPERATOR, commandId });
  await t.rejects(carryOut(dying, commandId), { message: 'the process dies' });
  t.equal((await replayLinks(dying)).length, 250);

  const next = recoveryOf(store, group);
  await next.ledger.readToEnd();
  t.equal(next.ledger.index.count('replaying'), 500, 'the ledger was ahead of the links');
  await carryOut(next, commandId);
  const links = await replayLinks(next);
  t.equal(links.length, 600);
  t.equal(new Set(links.map(({ data }) => data)).size, 600, 'each message once');
  consume(t, store, group);
  t.match(await lastProgress(next, commandId), { total: 600, requested: 600, recovered: 600, ended: true });
});

t.test('killed in the middle, and taken up by two at once: every message is replayed once', async (t) => {
  const { stores, url } = await openTestNode(t);
  const [store] = stores;
  const handled: string[] = [];
  const group = testGroup(
    async ({ origin, delivery }) => {
      if (delivery.kind === 'replay') handled.push(origin.eventId);
    },
    { order: 'free', bufferSize: 100 },
  );
  const total = 1500;
  await seedFailures(store, group, total);
  const commandId = randomUUID();
  const program = join(import.meta.dirname, 'testing/replay-process.js');
  const child = fork(program, [url, JSON.stringify(group.declaration), commandId]);
  const exited = once(child, 'exit');
  t.teardown(() => child.kill('SIGKILL'));
  const recovery = recoveryOf(store, group);
  await once(child, 'message');
  await eventually('it is at work', async () => (await replayLinks(recovery).catch(() => [])).length > 0);
  child.kill('SIGKILL');
  await exited;
  await recovery.ledger.readToEnd();
  const left = recovery.ledger.index.count('waiting');
  t.ok(left > 0 && left < total, `${left} of ${total} were not asked for yet`);

  await Promise.all([carryOut(recovery, commandId), carryOut(recoveryOf(store, group), commandId)]);
  const links = await replayLinks(recovery);
  t.equal(links.length, total);
  t.equal(new Set(links.map(({ data }) => data)).size, total);
  consume(t, store, group);
  t.match(await lastProgress(recovery, commandId), { total, recovered: total, ended: true });
  t.equal(handled.length, total);
  t.equal(new Set(handled).size, total, 'each was handled once');
});
