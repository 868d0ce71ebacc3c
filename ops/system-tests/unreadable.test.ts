// What arrives on a queue and is none of our messages: before an operator's eyes, in nobody's way, and not lost.
import { createHash } from 'node:crypto';
import t from 'tap';
import type { MessageDefinition } from '../../shared-contracts/messages/define-message.ts';
import { CancelTicket, TicketProgressed } from '../../shared-contracts/messages/integration-messages.ts';
import { exchangeOf, streamOf } from '../../shared-contracts/messages/names.ts';
import { readAgain } from '../../shared-contracts/runtime/bus/read-again.ts';
import { MAX_BODY_BYTES, toWire } from '../../shared-contracts/runtime/bus/wire-message.ts';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import { eventsOf } from '../../shared-contracts/runtime/event-store/events-of.ts';
import { startBrokerNode } from '../embedded/broker/node.ts';
import { askReplay } from './testing/ask-replay.ts';
import { eventually } from './testing/eventually.ts';
import { foldLedger } from './testing/folded-ledger.ts';
import { readLedgerOf } from './testing/read-ledger-of.ts';
import {
  BUS_SERVICE,
  newIssues,
  numbered,
  numbersIn,
  openTestBus,
  type TestBus,
} from './testing/test-bus.ts';
import { consume, testGroup } from './testing/test-group.ts';
import { openTestStore } from './testing/test-store.ts';

const OLDER = [TicketProgressed];
const NEWER = [TicketProgressed, CancelTicket];
/** What must not be told anywhere in clear. */
const SECRET = /persimmon/;

const node = await startBrokerNode({ dataDir: t.testdir(), port: 0, pagePort: 0 });
t.teardown(() => node.close());
const url = `amqp://guest:guest@127.0.0.1:${node.ports.broker}`;

/** The inbox group of a version of the service. */
function inboxOf(store: EventStore, known: readonly MessageDefinition[]) {
  const group = testGroup(async () => undefined);
  return {
    ...group,
    prefixes: [`inbox-${BUS_SERVICE}-`],
    handlers: [readAgain(store, BUS_SERVICE, known)],
  };
}

const sha256 = (content: Buffer) => createHash('sha256').update(content).digest('hex');

/** Publishes a message of ours with some of it changed. */
async function send(
  { channel, store }: TestBus,
  message: ReturnType<typeof numbered>,
  content?: string | Buffer,
  changes: { type?: string; messageId?: string; headers?: Record<string, unknown> } = {},
): Promise<Buffer> {
  const sealed = await store.codec.seal(message.messageId, message.message, message.subject);
  const { content: ours, options } = toWire(message, sealed, {});
  const sent = content === undefined ? ours : Buffer.from(content);
  const headers = { ...options.headers, ...changes.headers };
  channel.publish(exchangeOf(BUS_SERVICE), message.message.type, sent, { ...options, ...changes, headers });
  return sent;
}

t.test('it is parked with a reason, all of it is kept, and others go on', async (t) => {
  const store = await openTestStore(t);
  const bus = await openTestBus(t, url, store, OLDER);
  await bus.receiver();
  const group = inboxOf(store, OLDER);
  const older = consume(t, store, group);
  const [issue = ''] = newIssues(1);
  const cancel = { ...numbered(issue, 7), message: { type: 'CancelTicket', data: { issueId: issue } } };
  const nested = `{"deep":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
  const subject = { 'deskstream-subject': '0d0f5c53-3a8f-4b1c-8b86-93a3df2a7f10' };
  const wrongStep = JSON.stringify({ ...numbered(issue, 4).message.data, step: 'persimmon' });
  const sent = [
    await send(bus, numbered(issue, 0), 'A persimmon for Kim', { messageId: 'persimmon' }),
    await send(bus, numbered(issue, 1), 'A persimmon', { type: 'persimmon@example.org' }),
    await send(bus, numbered(issue, 2), `{"note":"persimmon`),
    await send(bus, numbered(issue, 3), Buffer.alloc(MAX_BODY_BYTES + 1, 'persimmon')),
    await send(bus, numbered(issue, 4), wrongStep),
    await send(bus, numbered(issue, 5), nested, { headers: subject }),
    await send(bus, cancel),
  ];
  await send(bus, numbered(issue, 6));
  await eventually('the message behind them', async () => (await numbersIn(store, issue)).length > 0);
  t.strictSame(await numbersIn(store, issue), [6], 'what is about the same issue goes on');

  const parkedOnes = async () => (await foldLedger(store, group)).messages;
  await eventually('all of them parked', async () => (await parkedOnes()).length >= sent.length);
  const ledger = await readLedgerOf(store, group);
  const told = ledger.flatMap(({ type, data }) => (type === 'MessageParked' ? [data.error] : []));
  const waits =
    'All of it waits in projections.inbox.dead. If a newer version of this service knows it, replay this after the ' +
    'update; otherwise have it sent again as it should be, and discard this.';
  t.strictSame(
    told.map((error) => ({ ...Object(error), stack: '' })).sort((a, b) => (a.message < b.message ? -1 : 1)),
    [
      'The message has 1048577 bytes, and may have 1048576',
      'The message is of no type that this service takes from this queue',
      'The message is of no type that this service takes from this queue',
      'The message makes what reads it fail (RangeError)',
      'TicketProgressed /messageId: must match format "uuid"',
      'TicketProgressed /step: must be equal to one of the allowed values',
      'TicketProgressed: is not JSON',
    ].map((why) => ({
      name: 'PermanentFailure',
      code: 'message-unreadable',
      message: `A message from the queue projections.inbox cannot be read. ${why}. ${waits}`,
      stack: '',
    })),
  );
  t.notMatch(JSON.stringify(ledger), SECRET, 'nothing of what they hold is in the ledger');

  const recorded = [];
  for (const { origin } of await parkedOnes()) {
    for await (const { event } of eventsOf(store.client.readStream(origin.stream))) {
      t.notMatch(JSON.stringify(event?.data) + JSON.stringify(event?.metadata), SECRET);
    }
    for await (const { event } of store.read(origin.stream)) recorded.push(event.data);
  }
  const kept = sent.map((content) => ({
    length: content.length,
    sha256: sha256(content),
    content: content.subarray(0, 65_536).toString('base64'),
  }));
  const byHash = (a: { sha256?: unknown }, b: { sha256?: unknown }) =>
    String(a.sha256) < String(b.sha256) ? -1 : 1;
  t.strictSame(
    recorded.map(({ length, sha256, content }) => ({ length, sha256, content })).sort(byHash),
    kept.toSorted(byHash),
    'the store has the first 64 kB of each',
  );
  const dead = await bus.takeAll(sent.length, 'dead');
  t.strictSame(
    dead.map(({ content }) => sha256(content)),
    sent.map(sha256),
    'the dead queue has all of each',
  );

  await older.close();
  const newer = { ...group, handlers: inboxOf(store, NEWER).handlers };
  consume(t, store, newer);
  for (const { origin } of await parkedOnes()) {
    await askReplay(store, group, origin.stream, origin.revision, { attempt: 2, origin });
  }
  await eventually('all of them replayed', async () => {
    const messages = await parkedOnes();
    return messages.every(({ state, attempts }) => state === 'recovered' || attempts === 2);
  });
  const states = (await parkedOnes()).map(({ state }) => state).sort();
  t.strictSame(states, ['recovered', ...Array.from({ length: 6 }, () => 'waiting')]);
  const inbox = [];
  for await (const { origin, event, metadata } of store.read(streamOf.inbox(BUS_SERVICE, issue))) {
    inbox.push([origin.eventId, event.type, metadata.$causationId]);
  }
  t.strictSame(
    inbox,
    [
      [numbered(issue, 6).messageId, 'TicketProgressed', numbered(issue, 6).causationId],
      [cancel.messageId, 'CancelTicket', cancel.causationId],
    ],
    'what the newer version knows is taken in as what it is',
  );
});

t.test('it is recorded once for each time that it arrives', async (t) => {
  const store = await openTestStore(t);
  const streams: string[] = [];
  const append: EventStore['append'] = async (stream, events, expected) => {
    const appended = await store.append(stream, events, expected);
    if (streams.push(stream) === 1) throw new Error('The answer of the store was lost.');
    return appended;
  };
  const bus = await openTestBus(t, url, { ...store, append }, OLDER);
  await bus.receiver();
  const [issue = ''] = newIssues(1);
  await send(bus, numbered(issue, 0), 'not JSON');
  t.equal((await bus.takeAll(1, 'dead')).length, 1);
  const stream = streams[0] ?? '';
  const revisions = async () => {
    const found: number[] = [];
    for await (const { origin } of store.read(stream)) found.push(origin.revision);
    return found;
  };
  t.strictSame(await revisions(), [0], 'the broker handed it out twice');
  await send(bus, numbered(issue, 0), 'not JSON');
  t.equal((await bus.takeAll(1, 'dead')).length, 1);
  t.strictSame(await revisions(), [0, 1], 'its sender sent it twice');
});
