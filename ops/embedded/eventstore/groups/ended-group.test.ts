import { join } from 'node:path';
import t, { type Test } from 'tap';
import { temporaryFolder } from '../../shared/testing/temporary-folder.ts';
import { waitFor } from '../../shared/testing/wait-for.ts';
import { EventStore, newEvent } from '../core/event-store.ts';
import { Consumer } from './consumer.ts';
import { Groups } from './groups.ts';
import { ReplayLedger } from './replay-ledger.ts';
import { checkpointStream, type GroupConfig, parkedStream } from './settings.ts';

const CONFIG: GroupConfig = {
  source: { kind: 'stream', stream: 's' },
  group: 'g',
  startedAt: 0,
  settings: {
    resolveLinks: false,
    extraStatistics: false,
    messageTimeoutMs: 30_000,
    maxRetryCount: 10,
    checkpointAfterMs: 0,
    minCheckpointCount: 1,
    maxCheckpointCount: 1,
    maxSubscriberCount: 0,
    liveBufferSize: 10,
    readBatchSize: 5,
    historyBufferSize: 10,
    strategy: 'RoundRobin',
    start: 0,
  },
};

async function openGroups(t: Test) {
  const dir = await temporaryFolder(t);
  const store = await EventStore.open({ dir, links: 'standard' });
  const ledger = new ReplayLedger(join(dir, 'replays'));
  const groups = new Groups(store, ledger);
  const close = async () => {
    await groups.close();
    await ledger.close();
    await store.close();
  };
  const events = ['A', 'B'].map((type) => newEvent(type, Buffer.from('{}')));
  await store.append('s', { kind: 'any' }, events);
  const consume = async () => {
    await groups.create(CONFIG, 'admin');
    const group = groups.get('s', 'g');
    const call = { headers: {}, isCongested: false, drained: async () => {}, sendFrames: () => true };
    const consumer = new Consumer({ call, bufferSize: 10, textIds: true, username: 'admin', now: 0 });
    group.join(consumer, () => {});
    await waitFor('both events', () => consumer.inFlight === 2);
    return { group, consumer };
  };
  return { store, ledger, groups, events, consume, close };
}

t.test('what is settled after a group was deleted leaves nothing for the next of its name', async (t) => {
  const { store, groups, events, consume, close } = await openGroups(t);
  t.teardown(close);
  const { group } = await consume();
  await groups.delete('s', 'g', 'admin');

  const [first, second] = events.map(({ id }) => id);
  group.ack(first ? [first] : []);
  group.nack(second ? [second] : [], 'park', 'too late');
  // Whatever those two had written would be before this one.
  await store.append('other', { kind: 'any' }, [newEvent('C', Buffer.from('{}'))]);
  for (const stream of [checkpointStream('s::g'), parkedStream('s::g')])
    t.not(store.streams.view(stream).kind, 'present', stream);
  await consume();
});

t.test('a node that stops while replayed messages are being parked stops in order', async (t) => {
  const { store, ledger, groups, events, consume, close } = await openGroups(t);
  const { group, consumer } = await consume();
  const stream = parkedStream('s::g');
  const parked = () => {
    const view = store.streams.view(stream);
    return view.kind === 'present' ? view.last + 1 : 0;
  };
  group.nack(
    events.map(({ id }) => id),
    'park',
    'not now',
  );
  await waitFor('both are parked', () => parked() === 2);
  const links = [0, 1].flatMap((revision) => store.streams.stored(stream, revision)?.id ?? []);
  await group.replayParked(undefined);
  await waitFor('both again', () => consumer.inFlight === 2);
  group.nack(links, 'park', 'not now either');
  await groups.close();
  t.equal(parked(), 4);
  await waitFor('nothing to be replayed once more', () => ledger.range('s::g') === undefined);
  await close();
});
