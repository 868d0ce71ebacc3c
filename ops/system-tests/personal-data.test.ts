// What people type is in clear on pages and in mails, and nowhere in the event store, in the broker or in traces; and a
// subject whose key is deleted is erased everywhere at once.
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'amqplib';
import { MongoClient } from 'mongodb';
import t from 'tap';
import { GROUPS, streamOf } from '../../shared-contracts/messages/names.ts';
import { connectClient } from '../../shared-contracts/runtime/event-store/event-store.ts';
import { eventsOf } from '../../shared-contracts/runtime/event-store/events-of.ts';
import { eventually } from './testing/eventually.ts';
import { filesWith } from './testing/files-with.ts';
import { mailsTo } from './testing/nodes-api.ts';
import { type Page, Visitor } from './testing/visitor.ts';
import { startWholeSystem } from './testing/whole-system.ts';

const KIM = 'persimmon-kim@example.org';
const report = {
  email: KIM,
  name: 'Kim Persimmon',
  subject: 'A persimmon for Kim',
  kind: 'problem',
  text: 'The persimmon is blank.',
};
const byHand = {
  customerName: 'Lou Persimmon',
  subject: 'Persimmon by hand',
  kind: 'request',
  text: 'A persimmon for Lou.',
};
const colleague = { name: 'Sam Persimmon', email: 'persimmon-sam@example.org' };
const NOTES = [
  'A persimmon status.',
  'A persimmon solution.',
  'A persimmon reason.',
  'A persimmon end.',
] as const;
/** A word in everything that is typed, and too long to be in a ciphertext by chance. */
const TYPED = /persimmon/i;

t.test('personal data', async (t) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'deskstream-'));
  let whole = await startWholeSystem({ DESKSTREAM_FAIL_FIRST_MAIL: 'false' }, dataDir);
  t.teardown(async () => {
    await whole.end();
    if (!t.passing()) for (const line of whole.lines) t.comment(line);
  });
  const urls = () => whole.system.urls;
  const mailbox = () => urls().mailbox ?? '';
  let customer = new Visitor(urls().customer);
  let employee = new Visitor(urls().backoffice);
  const overheard = await overhear(urls().amqp);
  t.teardown(overheard.close);

  let tracking: Page;
  let ticketPath = '';

  await t.test('what is typed shows on the pages and in the mails', async (t) => {
    tracking = await customer.submit(await customer.open('/'), '/issues', report);
    t.match(tracking.text, report.text);
    const link = await eventually('ticket', async () => {
      const list = await employee.open('/tickets');
      return list.document.querySelectorAll('tbody a').find((each) => each.textContent === report.subject);
    });
    ticketPath = link.getAttribute('href') ?? '';

    const employees = await employee.submit(await employee.open('/employees'), '/employees', colleague);
    t.match(employees.text, colleague.name);
    let ticket = await employee.open(ticketPath);
    t.match(ticket.text, report.name);
    const sam = ticket.document
      .querySelectorAll('#assign-employee option')
      .find((option) => option.textContent === colleague.name)
      ?.getAttribute('value');
    ticket = await employee.submit(ticket, '/assign', { employeeId: sam ?? '' });
    ticket = await employee.submit(ticket, '/start');
    for (const [index, action] of ['/report', '/resolve', '/reopen', '/cancel'].entries()) {
      ticket = await employee.submit(ticket, action, { text: NOTES[index] ?? '' });
    }
    for (const note of NOTES) t.match(ticket.text, note);
    const other = await employee.submit(await employee.open('/tickets/new'), '/tickets', byHand);
    t.match(other.text, byHand.customerName);

    await eventually('notes on the page of the customer', async () => {
      const page = await customer.open(new URL(tracking.url).pathname);
      return NOTES.every((note) => page.text.includes(note));
    });
    const mails = await eventually('mails', async () => {
      const found = await mailsTo(mailbox(), KIM);
      return found.length === 6 && found;
    });
    const texts = mails.map(({ text }) => text).join('\n');
    for (const typed of [report.text, report.name, ...NOTES]) t.match(texts, typed);
  });

  await t.test('none of it is in the store, in the broker or in traces', async (t) => {
    const stored = await readAll(urls().eventstore);
    const inStreams = new Set(stored.map(({ stream, type }) => `${stream.split('-')[0]} ${type}`));
    const expected = [
      'issue IssueReported',
      'inbox PrepareTicket',
      'ticket TicketPrepared',
      'ticket TicketResolved',
    ];
    expected.push('inbox TicketProgressed', 'issue IssueProgressed', 'employee EmployeeRegistered');
    t.strictSame(
      expected.filter((each) => !inStreams.has(each)),
      [],
    );
    t.strictSame(
      stored.filter(({ text }) => TYPED.test(text)),
      [],
    );

    const messages = await eventually(
      'messages',
      () => overheard.messages.length === 8 && overheard.messages,
    );
    t.match(messages[0], 'PrepareTicket');
    t.match(messages[0], /"text":"enc1:/);
    t.strictSame(
      messages.filter((message) => TYPED.test(message)),
      [],
    );

    await overheard.close();
    await whole.system.stop();
    const known = await filesWith(join(dataDir, 'eventstore'), 'IssueReported');
    t.ok(known.length > 0, 'the files are those');
    for (const node of ['eventstore', 'broker', 'traces']) {
      t.strictSame(await filesWith(join(dataDir, node), 'persimmon'), [], node);
    }
    t.notMatch(whole.lines.join('\n'), TYPED);
  });

  await t.test('once the key is gone, the person is erased, and nothing fails', async (t) => {
    whole = await startWholeSystem({ DESKSTREAM_FAIL_FIRST_MAIL: 'false' }, dataDir);
    const stored = await readAll(urls().eventstore);
    const subject = stored.find(({ type }) => type === 'IssueReported')?.subject ?? '';
    await erase(urls().eventstore, subject);
    // A running process notices within a minute; one that is started anew has forgotten the key.
    whole = await whole.restart();
    await forgetTickets(urls().mongo);
    customer = new Visitor(urls().customer);
    employee = new Visitor(urls().backoffice);

    tracking = await customer.open(new URL(tracking.url).pathname);
    t.equal(tracking.status, 200);
    t.equal(tracking.document.querySelectorAll('.timeline li').length, 8);
    let ticket = await employee.open(ticketPath);
    t.match(ticket.text, 'Reopened');
    for (const { text } of [tracking, ticket]) {
      t.match(text, '[erased]');
      t.notMatch(text.replaceAll(colleague.name, ''), TYPED);
    }

    ticket = await employee.submit(ticket, '/reopen', { text: 'Persimmon too late.' });
    t.match(ticket.text, 'The ticket is open again.', 'the read model has taken in the whole stream');
    t.notMatch(ticket.text.replaceAll(colleague.name, ''), TYPED);
    const rows = (await employee.open('/tickets')).document.querySelectorAll('tbody a');
    t.strictSame(
      rows.map((row) => row.textContent).filter((subject) => subject !== byHand.subject),
      ['[erased]'],
      'beside the ticket of nobody, which comes back when its last event does',
    );
    await eventually('news on the page of the customer', async () => {
      const page = await customer.open(new URL(tracking.url).pathname);
      return page.document.querySelectorAll('.timeline li').length === 9;
    });

    const lou = { ...report, email: 'lou@example.org', subject: 'Another customer' };
    await customer.submit(await customer.open('/'), '/issues', lou);
    await eventually('mail to another', async () => (await mailsTo(mailbox(), lou.email)).length === 1);
    t.equal((await mailsTo(mailbox(), KIM)).length, 6);
    t.strictSame(await mailsTo(mailbox(), 'erased@erased.invalid'), []);

    const operator = new Visitor(urls().console);
    for (const { name } of Object.values(GROUPS)) {
      t.match((await operator.open(`/failed?group=${name}`)).text, 'No message waits for you.');
    }
    t.strictSame(
      (await readAll(urls().eventstore)).filter(({ text }) => TYPED.test(text)),
      [],
    );
  });
});

/** Everything in the store, system streams included, with the whole of each event as text. */
async function readAll(url: string) {
  const client = connectClient(url, 'test');
  const events = [];
  for await (const { event } of eventsOf(client.readAll())) {
    if (event === undefined) continue;
    const { streamId, type, data, metadata } = event;
    const clear = data instanceof Uint8Array ? Buffer.from(data).toString('latin1') : data;
    const subject = String(Reflect.get(Object(metadata), 'subject'));
    events.push({ stream: streamId, type, subject, text: JSON.stringify([streamId, clear, metadata]) });
  }
  await client.dispose();
  return events;
}

async function erase(url: string, subject: string): Promise<void> {
  const client = connectClient(url, 'test');
  await client.tombstoneStream(streamOf.key(subject));
  await client.dispose();
}

async function forgetTickets(url: string): Promise<void> {
  const client = await MongoClient.connect(url);
  await client.db().collection('tickets_v1').deleteMany({});
  await client.close();
}

/** A queue beside those of the services, which gets a copy of every message between them. */
async function overhear(url: string) {
  const connection = await connect(url);
  const channel = await connection.createChannel();
  const { queue } = await channel.assertQueue('', { exclusive: true });
  for (const exchange of ['customer.inbox', 'backoffice.inbox']) {
    await channel.assertExchange(exchange, 'topic', { durable: true });
    await channel.bindQueue(queue, exchange, '#');
  }
  const messages: string[] = [];
  await channel.consume(
    queue,
    (message) => void messages.push(`${JSON.stringify(message?.properties)} ${message?.content}`),
    { noAck: true },
  );
  let closed: Promise<void> | undefined;
  const close = async () => {
    closed ??= connection.close();
    await closed;
  };
  return { messages, close };
}
