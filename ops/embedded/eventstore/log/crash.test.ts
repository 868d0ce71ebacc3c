import { spawn } from 'node:child_process';
import {
  appendFileSync,
  closeSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import {
  type EventStoreDBClient,
  jsonEvent,
  PARK,
  persistentSubscriptionToAllSettingsFromDefaults,
  START,
  streamNameFilter,
} from '@eventstore/db-client';
import t from 'tap';
import { type NodeProcess, startNodeProcess } from '../../shared/testing/node-process.ts';
import { waitFor } from '../../shared/testing/wait-for.ts';
import { startEventStoreNode } from '../node.ts';
import { collect } from '../testing/answers.ts';
import { connect, startTestNode } from '../testing/start-node.ts';

/** `npm run embedded`. */
const MAIN = join(import.meta.dirname, '../../main.js');

function startProcess(dataDir: string): Promise<NodeProcess> {
  const node = new URL('../node.js', import.meta.url);
  return startNodeProcess(node, 'startEventStoreNode', { dataDir, port: 0 });
}

function events(...numbers: number[]) {
  return numbers.map((number) => jsonEvent({ type: 'Numbered', data: { number } }));
}

t.test('killed at random points under load: what was acknowledged is there, once and in order', async (t) => {
  const dataDir = t.testdir();
  const streams = Array.from({ length: 8 }, (_, number) => `load-${number}`);
  /** By stream, the numbers that were acknowledged, in order. */
  const acknowledged = new Map<string, number[]>(streams.map((stream) => [stream, []]));
  const handled = new Map<string, number>();
  const parked = new Set<string>();
  let next = 0;
  for (let round = 0; round < 4; round += 1) {
    const node = await startProcess(dataDir);
    t.teardown(node.kill);
    const client = connect(node.ports.eventstore ?? 0);
    if (round === 0) await createGroup(client);
    const subscription = client.subscribeToPersistentSubscriptionToAll('readers', { bufferSize: 50 });
    subscription.on('error', () => {});
    subscription.on('data', (resolved) => {
      const { event, link } = resolved;
      if (event === undefined || link !== undefined) return;
      const key = `${event.streamId}@${event.revision}`;
      handled.set(key, (handled.get(key) ?? 0) + 1);
      const settle =
        Number(event.revision) % 10 === 3
          ? subscription.nack(PARK, 'no', resolved)
          : subscription.ack(resolved);
      settle.then(
        () => Number(event.revision) % 10 === 3 && parked.add(key),
        () => {},
      );
    });
    let isDead = false;
    const writers = streams.map(async (stream) => {
      while (!isDead) {
        const numbers = Array.from({ length: 1 + (next % 3) }, () => next++);
        try {
          await client.appendToStream(stream, events(...numbers));
          acknowledged.get(stream)?.push(...numbers);
        } catch {
          return;
        }
      }
    });
    const count = () => [...acknowledged.values()].reduce((sum, { length }) => sum + length, 0);
    const enough = count() + 50 + Math.random() * 200;
    await waitFor('appends', () => count() > enough);
    if (round === 0) await waitFor('a parked message', async () => (await parkedLinks(client)).length > 0);
    await node.kill();
    isDead = true;
    await Promise.all(writers);
    await client.dispose();
  }

  const node = await startTestNode(t, dataDir);
  const present = new Map<string, number[]>();
  for (const stream of streams) {
    const read = await collect(
      node.client.readStream<{ type: 'Numbered'; data: { number: number } }>(stream),
    );
    const numbers = read.map(({ event }) => event?.data.number ?? -1);
    present.set(stream, numbers);
    const wanted = new Set(acknowledged.get(stream));
    t.same(
      numbers.filter((number) => wanted.has(number)),
      acknowledged.get(stream),
      `${stream}: acknowledged, once, in order`,
    );
    t.same(
      read.map(({ event }) => Number(event?.revision)),
      numbers.map((_, index) => index),
      `${stream}: revisions without gaps`,
    );
  }
  const total = [...present.values()].reduce((sum, numbers) => sum + numbers.length, 0);

  const last = node.client.subscribeToPersistentSubscriptionToAll('readers', { bufferSize: 50 });
  last.on('error', () => {});
  last.on('data', (resolved) => {
    const { event } = resolved;
    if (event !== undefined) handled.set(`${event.streamId}@${event.revision}`, 1);
    void last.ack(resolved);
  });
  await waitFor('every event to be handled', () => handled.size === total);
  const links = await parkedLinks(node.client);
  const texts = new Set(links.map(({ event }) => Buffer.from(event?.data as Uint8Array).toString()));
  t.ok(texts.size > 0, 'some were parked');
  for (const key of handled.keys()) {
    const [stream, revision] = key.split('@');
    if (parked.has(key) && Number(revision) % 10 === 3 && !texts.has(`${revision}@${stream}`)) {
      t.equal(handled.get(key), 1, `${key}: not parked, so it was delivered again`);
    }
  }
});

/** What is in the parked stream of the group; nothing where there is none. */
function parkedLinks(client: EventStoreDBClient) {
  return collect(client.readStream('$persistentsubscription-$all::readers-parked')).catch(() => []);
}

async function createGroup(client: EventStoreDBClient): Promise<void> {
  const settings = persistentSubscriptionToAllSettingsFromDefaults({
    startFrom: START,
    checkPointAfter: 50,
    checkPointLowerBound: 1,
  });
  await client.createPersistentSubscriptionToAll('readers', settings, {
    filter: streamNameFilter({ prefixes: ['load-'] }),
  });
}

function logFile(dataDir: string): string {
  const [name] = readdirSync(join(dataDir, 'log')).toSorted().slice(-1);
  return join(dataDir, 'log', name ?? '');
}

async function filled(dataDir: string): Promise<string> {
  const node = await startEventStoreNode({ dataDir, port: 0 });
  const client = connect(node.ports.eventstore);
  await client.appendToStream('s', events(0));
  await client.appendToStream('s', events(1, 2));
  await client.dispose();
  await node.close();
  return logFile(dataDir);
}

async function numbersAfterStart(t: Parameters<typeof startTestNode>[0], dataDir: string): Promise<number[]> {
  const { client } = await startTestNode(t, dataDir);
  const read = await collect(client.readStream<{ type: 'Numbered'; data: { number: number } }>('s'));
  await client.appendToStream('s', events(9), { expectedRevision: BigInt(read.length - 1) });
  return read.map(({ event }) => event?.data.number ?? -1);
}

t.test('garbage after the last append is cut off', async (t) => {
  const dataDir = t.testdir();
  const file = await filled(dataDir);
  const size = statSync(file).size;
  appendFileSync(file, Buffer.alloc(300, 0xab));
  t.same(await numbersAfterStart(t, dataDir), [0, 1, 2]);
  t.ok(statSync(file).size > size, 'what came next was written after the last whole append');
});

t.test('an append of which only a part is there never happened', async (t) => {
  const root = t.testdir({ whole: {}, 'lost-10': { log: {} }, 'lost-300': { log: {} } });
  const file = await filled(join(root, 'whole'));
  for (const lost of [10, 300]) {
    // A folder of its own, without an index: that follows the log only after the sync.
    const dataDir = join(root, `lost-${lost}`);
    writeFileSync(join(dataDir, 'log', basename(file)), readFileSync(file).subarray(0, -lost));
    t.same(await numbersAfterStart(t, dataDir), [0]);
  }
});

t.test('a log that lost what the index has seen is refused with a sentence', async (t) => {
  const dataDir = t.testdir();
  const file = await filled(dataDir);
  truncateSync(file, statSync(file).size - 10);
  await t.rejects(startEventStoreNode({ dataDir, port: 0 }), /files of the log are missing/);
});

t.test('a damaged event is not served', async (t) => {
  const dataDir = t.testdir();
  const file = await filled(dataDir);
  const fd = openSync(file, 'r+');
  writeSync(fd, Buffer.from('!'), 0, 1, 64 + 200);
  closeSync(fd);
  const { client } = await startTestNode(t, dataDir);
  t.same(
    (await collect(client.readStream('s'))).map(({ event }) => event?.revision),
    [1n, 2n],
  );
});

t.test(
  'a full disk fails appends with an error; reads go on, and appends too when there is room',
  async (t) => {
    const dataDir = t.testdir();
    // The limit on the size of files stands for the end of the disk. What tap adds to processes would take its signal for an end.
    const limit = `unset NODE_OPTIONS; trap '' XFSZ; ulimit -f 400; exec "${process.execPath}" "${MAIN}" eventstore --port 0 --data "${dataDir}"`;
    const child = spawn('bash', ['-c', limit], { stdio: ['ignore', 'pipe', 'inherit'] });
    t.teardown(() => child.kill('SIGKILL'));
    let said = '';
    child.stdout.on('data', (piece: Buffer) => {
      said += piece.toString();
    });
    const port = await waitFor('the port', () => /listens on \S+:(\d+)\?/.exec(said)?.[1]);
    const client = connect(Number(port));
    t.teardown(() => client.dispose());
    const large = () => jsonEvent({ type: 'Large', data: { text: 'x'.repeat(50_000) } });
    let stored = 0;
    const failure = await (async () => {
      for (;;) {
        await client.appendToStream('s', large(), {
          credentials: { username: 'admin', password: 'changeit' },
        });
        stored += 1;
      }
    })().catch((error: Error) => error);
    t.match(failure, { message: /could not be stored/ });
    t.equal((await collect(client.readStream('s'))).length, stored);
    await client.appendToStream('small', events(1));
    t.equal((await collect(client.readStream('small'))).length, 1);
  },
);

t.test('newer data is refused with a sentence', async (t) => {
  const dataDir = t.testdir({ FORMAT: 'eventstore 2\n' });
  await t.rejects(startEventStoreNode({ dataDir, port: 0 }), /newer version/);
});
