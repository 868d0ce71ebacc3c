import {
  jsonEvent,
  PARK,
  persistentSubscriptionToStreamSettingsFromDefaults,
  START,
} from '@eventstore/db-client';
import t from 'tap';
import { waitFor } from '../../shared/testing/wait-for.ts';
import { startEventStoreNode } from '../node.ts';
import { collect } from '../testing/answers.ts';
import { connect, startTestNode } from '../testing/start-node.ts';

const node = await startTestNode(t);
const site = `http://127.0.0.1:${node.port}`;

async function get(
  path: string,
  init: RequestInit = {},
): Promise<{ status: number; body: unknown; headers: Headers }> {
  const response = await fetch(`${site}${path}`, { redirect: 'manual', ...init });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json');
  return { status: response.status, body: isJson ? JSON.parse(text) : text, headers: response.headers };
}

t.test('clients that discover the node by gossip find it', async (t) => {
  const client = connect(node.port, 'esdb+discover');
  t.teardown(() => client.dispose());
  await client.appendToStream('discovered', jsonEvent({ type: 'A', data: {} }));
  t.equal((await collect(client.readStream('discovered'))).length, 1);
});

t.test('the address that is advertised is the one that clients are sent to', async (t) => {
  const behind = await startEventStoreNode({
    dataDir: t.testdir(),
    port: 0,
    advertiseHost: 'localhost',
    advertisePort: node.port,
  });
  t.teardown(() => behind.close());
  const client = connect(behind.ports.eventstore, 'esdb+discover');
  t.teardown(() => client.dispose());
  await client.appendToStream('advertised', jsonEvent({ type: 'A', data: {} }));
  t.equal(
    (await collect(node.client.readStream('advertised'))).length,
    1,
    'it was written to the other node',
  );
});

t.test('health, information, gossip', async (t) => {
  t.equal((await get('/health/live')).status, 204);
  t.equal((await get('/health/live', { method: 'HEAD' })).status, 204);
  t.equal((await get('/health/live', { method: 'POST' })).status, 405);
  t.equal((await get('/health')).status, 404);
  t.match((await get('/ping')).body, { text: 'Ping request successfully handled', msgTypeId: 123 });
  t.match((await get('/info')).body, {
    esVersion: '23.10.6.0',
    state: 'leader',
    authentication: { type: 'insecure' },
  });
  t.match((await get('/gossip')).body, {
    members: [{ state: 'Leader', isAlive: true, httpEndPointIp: '127.0.0.1', httpEndPointPort: node.port }],
    serverPort: node.port,
  });
  t.match(await get('/'), { status: 302 });
  t.equal((await get('/')).headers.get('location'), '/web/index.html');
  t.equal((await get('/streams/s')).status, 501, 'AtomPub is not there, and says so');
  t.equal((await get('/users')).status, 404, 'without TLS there are no users');
});

t.test('statistics and metrics', async (t) => {
  await node.client.appendToStream('counted', jsonEvent({ type: 'A', data: {} }));
  const stats = await get('/stats');
  t.match(stats.body, {
    proc: { id: process.pid, tcp: {} },
    sys: { freeMem: Number },
    es: { checksum: Number, writer: { meanFlushSize: Number } },
  });
  t.equal(stats.headers.get('cache-control'), 'max-age=1, public');
  t.match((await get('/stats/proc/tcp')).body, { connections: Number });
  t.equal((await get('/stats/nothing')).status, 404);
  const metrics = await get('/metrics');
  t.match(metrics.body, /^eventstore_checkpoints\{name="writer"\} \d+$/m);
  t.match(metrics.headers.get('content-type'), /^text\/plain/);
});

t.test('subscriptions over HTTP', async (t) => {
  const { client } = node;
  const settings = persistentSubscriptionToStreamSettingsFromDefaults({ startFrom: START });
  t.same((await get('/subscriptions')).body, []);
  await client.createPersistentSubscriptionToStream('s-1', 'g', settings);
  await client.appendToStream('s-1', jsonEvent({ type: 'A', data: {} }));
  const subscription = client.subscribeToPersistentSubscriptionToStream('s-1', 'g');
  let delivered = 0;
  subscription.on('data', (event) => {
    delivered += 1;
    if (delivered === 1) void subscription.nack(PARK, 'no', event);
  });
  subscription.on('error', () => {});
  const info = async () => (await get('/subscriptions/s-1/g/info')).body as { parkedMessageCount: number };
  await waitFor('it to be parked', async () => (await info()).parkedMessageCount === 1);
  t.match((await get('/subscriptions')).body, [
    {
      eventStreamId: 's-1',
      groupName: 'g',
      status: 'Live',
      connectionCount: 1,
      totalItemsProcessed: 1,
      lastKnownEventNumber: 0,
    },
  ]);
  t.match((await get('/subscriptions/s-1')).body, [{ groupName: 'g' }]);
  t.match(await info(), {
    config: {
      messageTimeoutMilliseconds: 30_000,
      bufferSize: 500,
      namedConsumerStrategy: 'RoundRobin',
      startPosition: '0',
    },
    connections: [{ availableSlots: 10, inFlightMessages: 0 }],
  });
  t.equal((await get('/subscriptions/nothing')).status, 404);
  t.equal((await get('/subscriptions/s-1/nothing/info')).status, 404);
  const replay = (query: string) => get(`/subscriptions/s-1/g/replayParked${query}`, { method: 'POST' });
  t.match(await replay('?stopAt=-1'), {
    status: 400,
    body: 'stopAt should be a properly formed positive long',
  });
  t.match(await get('/subscriptions/s-1/x/replayParked', { method: 'POST' }), {
    status: 404,
    body: { result: 'DoesNotExist' },
  });
  t.match(await replay(''), { status: 200, body: { result: 'Success' } });
  await waitFor('the replay', () => delivered === 2);
  t.match(await get('/subscriptions/restart', { method: 'POST' }), { status: 200, body: 'Restarting' });
});

t.test('a taken port and half a certificate are refused with a sentence', async (t) => {
  await t.rejects(startEventStoreNode({ dataDir: t.testdir(), port: node.port }), { code: 'EADDRINUSE' });
  await t.rejects(
    startEventStoreNode({ dataDir: t.testdir(), port: 0, cert: 'x' }),
    /needs both a certificate and its key/,
  );
});

t.test('a node that stops lets clients know; a new one on the same data takes over', async (t) => {
  const dataDir = t.testdir();
  const first = await startEventStoreNode({ dataDir, port: 0 });
  const client = connect(first.ports.eventstore);
  await client.appendToStream('s', jsonEvent({ type: 'A', data: {} }));
  const subscription = client.subscribeToStream('s', { fromRevision: START });
  const ended = new Promise((resolve) => subscription.on('error', resolve));
  await new Promise((resolve) => subscription.once('caughtUp', resolve));
  await first.close();
  t.ok(await ended, 'the subscription ended');
  const second = await startEventStoreNode({ dataDir, port: first.ports.eventstore });
  t.teardown(() => second.close());
  await waitFor('the client to reconnect', () =>
    client.appendToStream('s', jsonEvent({ type: 'B', data: {} })).then(
      () => true,
      () => undefined,
    ),
  );
  t.equal((await collect(client.readStream('s'))).length, 2);
  await client.dispose();
});
