import { randomUUID } from 'node:crypto';
import t from 'tap';
import { isOneOf, type MessageOf } from '../../shared-contracts/messages/define-message.ts';
import { TicketStatusReported } from '../../shared-contracts/messages/ticket-events.ts';
import { classify } from '../../shared-contracts/runtime/consumer/errors.ts';
import { accept, type Decider, reject } from '../../shared-contracts/runtime/decider.ts';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import { type CommandContext, handleCommand } from '../../shared-contracts/runtime/handle-command.ts';
import { deterministicId } from '../../shared-contracts/runtime/ids.ts';
import { openKillableStore, openTestStore } from './testing/test-store.ts';

const ticketId = '5f1c0d4e-7a52-5b0f-8d0a-1c5b9c0e8a11';

/** Writes its texts down, as many as there is room for. */
type Write = { readonly type: 'Write'; readonly commandId: string; readonly texts: readonly string[] };
type Written = MessageOf<typeof TicketStatusReported>;

const book: Decider<{ readonly texts: number }, Write, Written> = {
  initial: { texts: 0 },
  evolve: ({ texts }) => ({ texts: texts + 1 }),
  decide: (command, { texts }) =>
    texts + command.texts.length > 20
      ? reject('book-full', 'This book is full. Take another.')
      : accept(
          ...command.texts.map(
            (text): Written => ({ type: 'TicketStatusReported', data: { ticketId, text } }),
          ),
        ),
};
const aggregate = {
  decider: book,
  isEvent: isOneOf([TicketStatusReported]),
  subjectOf: (first: Written) => first.data.ticketId,
};

const context: CommandContext = {
  actor: 'employee:ada',
  correlationId: 'conversation-1',
  causationId: 'click-1',
};

function write(store: EventStore, stream: string, texts: readonly string[], commandId = randomUUID()) {
  return handleCommand(store, aggregate, stream, { type: 'Write', commandId, texts }, context);
}

async function textsOf(store: EventStore, stream: string): Promise<unknown[]> {
  const texts: unknown[] = [];
  for await (const { event } of store.read(stream)) texts.push(event.data.text);
  return texts;
}

const newStream = () => `book-${randomUUID()}`;

t.test('the events of a command are in the stream, with all that is to know about them', async (t) => {
  const store = await openTestStore(t);
  const stream = newStream();
  const commandId = randomUUID();
  const before = new Date().toISOString();
  t.strictSame(await write(store, stream, ['one', 'two'], commandId), {
    kind: 'done',
    stream,
    revision: 1,
    appended: 2,
  });
  const events = [];
  for await (const event of store.read(stream)) events.push(event);
  const occurredAt = events[0]?.metadata.occurredAt ?? '';
  t.ok(before <= occurredAt && occurredAt <= new Date().toISOString(), 'it happened just now');
  const metadata = {
    $correlationId: 'conversation-1',
    $causationId: 'click-1',
    actor: 'employee:ada',
    subject: ticketId,
    occurredAt,
    schemaVersion: 1,
  };
  t.strictSame(events, [
    {
      origin: { stream, revision: 0, eventId: deterministicId(stream, commandId, 0) },
      event: { type: 'TicketStatusReported', data: { ticketId, text: 'one' } },
      metadata,
    },
    {
      origin: { stream, revision: 1, eventId: deterministicId(stream, commandId, 1) },
      event: { type: 'TicketStatusReported', data: { ticketId, text: 'two' } },
      metadata,
    },
  ]);
});

t.test('the same command given again changes nothing, whatever happened in between', async (t) => {
  const store = await openTestStore(t);
  const stream = newStream();
  const commandId = randomUUID();
  await write(store, stream, ['one', 'two'], commandId);
  await write(store, stream, ['three']);
  t.strictSame(await write(store, stream, ['one', 'two'], commandId), {
    kind: 'done',
    stream,
    revision: 2,
    appended: 0,
    repeated: true,
  });
  t.strictSame(await textsOf(store, stream), ['one', 'two', 'three']);
});

t.test('nothing is decided on what somebody has not seen and would have minded', async (t) => {
  const store = await openTestStore(t);
  const stream = newStream();
  await write(store, stream, ['one', 'two']);
  const give = (revision: number, minded: string, text: string, commandId = randomUUID()) =>
    handleCommand(store, aggregate, stream, { type: 'Write', commandId, texts: [text] }, context, {
      revision,
      minds: ({ data }) => data.text === minded,
    });
  t.match(await give(0, 'two', 'three'), { kind: 'rejected', rejection: { code: 'seen-too-little' } });
  t.match(await give(0, 'one', 'three'), { kind: 'done', revision: 2 }, 'that was seen already');
  const commandId = randomUUID();
  t.match(await give(2, 'three', 'four', commandId), { kind: 'done', revision: 3 });
  await write(store, stream, ['five']);
  t.match(await give(2, 'five', 'four', commandId), { kind: 'done', appended: 0, repeated: true });
  t.strictSame(await textsOf(store, stream), ['one', 'two', 'three', 'four', 'five']);
});

t.test('the same command given many times at once is done once', async (t) => {
  const store = await openTestStore(t);
  const stream = newStream();
  const commandId = randomUUID();
  const results = await Promise.all(
    Array.from({ length: 10 }, () => write(store, stream, ['one', 'two'], commandId)),
  );
  t.strictSame(
    results.map((result) => result.kind === 'done' && result.revision),
    Array.from({ length: 10 }, () => 1),
  );
  t.strictSame(await textsOf(store, stream), ['one', 'two']);
});

t.test('twenty commands at once on one stream are all done, each at a revision of its own', async (t) => {
  const store = await openTestStore(t);
  const stream = newStream();
  const texts = Array.from({ length: 20 }, (_, index) => `text ${index}`);
  const results = await Promise.all(texts.map((text) => write(store, stream, [text])));
  const revisionOf = new Map(
    results.map((result, index) => [result.kind === 'done' ? result.revision : -1, texts[index]]),
  );
  t.strictSame(
    await textsOf(store, stream),
    texts.map((_, revision) => revisionOf.get(revision)),
    'each answer names the revision where its text stands',
  );
});

t.test('a command that streams begin with goes by what is there, where there is something', async (t) => {
  const store = await openTestStore(t);
  const stream = newStream();
  const begin = (texts: readonly string[], commandId: string) =>
    handleCommand(
      store,
      { ...aggregate, begunBy: ['Write'] },
      stream,
      { type: 'Write', commandId, texts },
      context,
    );
  const [first, second] = [randomUUID(), randomUUID()];
  t.strictSame(await begin(['one', 'two'], first), { kind: 'done', stream, revision: 1, appended: 2 });
  t.match(await begin(['one', 'two'], first), { kind: 'done', stream }, 'the same once more');
  t.strictSame(await begin(['three'], second), { kind: 'done', stream, revision: 2, appended: 1 });
  const again = { kind: 'done', stream, revision: 2, appended: 0, repeated: true };
  t.strictSame(await begin(['three'], second), again);
  t.strictSame(await begin([], randomUUID()), { kind: 'done', stream, revision: 2, appended: 0 });
  const tooMuch = Array.from({ length: 18 }, (_, index) => `text ${index}`);
  t.match(await begin(tooMuch, randomUUID()), { kind: 'rejected' }, 'there is room for 17 only');
  t.match(await begin([...tooMuch, ...tooMuch], randomUUID()), { kind: 'rejected' });
  t.strictSame(await textsOf(store, stream), ['one', 'two', 'three']);
});

t.test('a stream stays in the conversation that it began in', async (t) => {
  const store = await openTestStore(t);
  const stream = newStream();
  await write(store, stream, ['one']);
  const later: CommandContext = {
    actor: 'customer',
    correlationId: 'conversation-2',
    causationId: 'click-2',
  };
  const command = { type: 'Write', commandId: randomUUID(), texts: ['two'] } as const;
  await handleCommand(store, aggregate, stream, command, later);
  const links = [];
  for await (const { metadata } of store.read(stream)) {
    links.push([metadata.$correlationId, metadata.$causationId, metadata.actor]);
  }
  t.strictSame(links, [
    ['conversation-1', 'click-1', 'employee:ada'],
    ['conversation-1', 'click-2', 'customer'],
  ]);
});

t.test('a refusal is an answer, and leaves the stream as it was', async (t) => {
  const store = await openTestStore(t);
  const stream = newStream();
  const tooMuch = Array.from({ length: 21 }, (_, index) => `text ${index}`);
  t.strictSame(await write(store, stream, tooMuch), {
    kind: 'rejected',
    rejection: { code: 'book-full', message: 'This book is full. Take another.' },
  });
  t.strictSame(await textsOf(store, stream), []);
  await write(store, stream, ['one']);
  t.strictSame(await write(store, stream, []), { kind: 'done', stream, revision: 0, appended: 0 });
});

t.test('what breaks its contract does not get into the store', async (t) => {
  const store = await openTestStore(t);
  const stream = newStream();
  await t.rejects(write(store, stream, ['fine', 'x'.repeat(20_001)]), {
    code: 'contract-violation',
    message: 'TicketStatusReported /text: must not have more than 20000 characters',
  });
  t.strictSame(await textsOf(store, stream), []);
});

t.test('the same command is done once, also when the store was killed in between', async (t) => {
  const { store, kill, start } = await openKillableStore(t);
  const stream = newStream();
  const commandId = randomUUID();
  await write(store, stream, ['one'], commandId);
  await kill();
  t.equal(await write(store, stream, ['two']).catch(classify), 'outage');
  await start();
  const again = await write(store, stream, ['one'], commandId);
  t.strictSame(again, { kind: 'done', stream, revision: 0, appended: 0, repeated: true });
  t.strictSame(await textsOf(store, stream), ['one']);
});
