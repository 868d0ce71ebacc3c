// Somebody is erased, and everything is searched for what was typed in about them: every page, every document, every file,
// every log. It is nowhere. Everybody else, and the figures, are as they were.
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Channel, connect } from 'amqplib';
import { type Document, MongoClient } from 'mongodb';
import t from 'tap';
import { FAILED_MESSAGES } from '../../shared-contracts/documents/failed-message-document.ts';
import { collectionName } from '../../shared-contracts/documents/read-model.ts';
import { TICKET_DETAILS } from '../../shared-contracts/documents/ticket-details-document.ts';
import { TICKETS } from '../../shared-contracts/documents/ticket-document.ts';
import { TICKET_METRICS } from '../../shared-contracts/documents/ticket-metrics-document.ts';
import { isOneOf } from '../../shared-contracts/messages/define-message.ts';
import { ISSUE_EVENTS } from '../../shared-contracts/messages/issue-events.ts';
import { deadQueueOf, exchangeOf, streamOf } from '../../shared-contracts/messages/names.ts';
import { openEventStore } from '../../shared-contracts/runtime/event-store/open-event-store.ts';
import { loadSecrets } from '../../shared-contracts/runtime/secrets.ts';
import { eventually } from './testing/eventually.ts';
import { mailsTo } from './testing/nodes-api.ts';
import { runCommand } from './testing/run-command.ts';
import { searchSystem } from './testing/search-system.ts';
import { openTestNode } from './testing/test-store.ts';
import { type Page, Visitor } from './testing/visitor.ts';
import { startWholeSystem } from './testing/whole-system.ts';
import { workTicket } from './testing/work-ticket.ts';

/** A word in everything that is typed by Kim or about Kim, and too long to be in a ciphertext by chance. */
const TYPED = 'quincewort';
const KIM = `${TYPED}-kim@example.org`;
const LOU = 'lou@example.org';
const kim = {
  email: KIM,
  name: 'Kim Quincewort',
  subject: 'A quincewort for Kim',
  kind: 'problem',
  text: 'The quincewort of my printer is blank.',
};
const lou = {
  ...kim,
  email: LOU,
  name: 'Lou Persimmon',
  subject: 'A persimmon for Lou',
  text: 'A persimmon.',
};

const isIssueEvent = isOneOf(ISSUE_EVENTS);

t.test('a customer is erased', async (t) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'deskstream-'));
  const whole = await startWholeSystem({}, dataDir);
  const { urls } = whole.system;
  const mongo = await MongoClient.connect(urls.mongo);
  const broker = await connect(urls.amqp);
  const channel = await broker.createChannel();
  t.teardown(async () => {
    await broker.close();
    await mongo.close();
    await whole.end();
    if (!t.passing()) for (const line of whole.lines) t.comment(line);
  });
  const customer = new Visitor(urls.customer);
  const employee = new Visitor(urls.backoffice);
  const operator = new Visitor(urls.console);
  const env = {
    PATH: process.env.PATH,
    EVENTSTORE_URL: urls.eventstore,
    MONGO_URL: urls.mongo,
    DESKSTREAM_MASTER_KEY_FILE: join(dataDir, 'master.key'),
  };
  const ops = async (...args: string[]) => {
    const run = await runCommand(args, env);
    if (run.code !== 0) throw new Error(`${args[0]} failed: ${run.err}`);
    return run.out;
  };
  const tracks: string[] = [];
  /** Pages of the console that are about Kim. */
  const aboutKim: string[] = [];
  const mailbox = urls.mailbox ?? '';

  const search = () => searchSystem(whole, mongo.db(), TYPED, { customer: tracks, console: aboutKim });

  /** What must not change: all figures, and everything about Lou. */
  const whatStays = async () => {
    const all = (name: string, filter: Document = {}) =>
      mongo.db().collection(name).find(filter).sort({ _id: 1 }).toArray();
    const tracking = await customer.open(tracks[1] ?? '');
    return {
      figures: await all(collectionName(TICKET_METRICS)),
      dashboard: figuresOn(await new Visitor(urls.analysts).open('/')),
      ofLou: await all(collectionName(TICKETS), { customerName: lou.name }),
      story: tracking.document.querySelectorAll('.timeline li').map(({ textContent }) => textContent),
      mails: await mailsTo(mailbox, LOU),
    };
  };

  await t.test('while the customer is known, the word is everywhere', async (t) => {
    for (const report of [kim, lou]) {
      const tracking = await customer.submit(await customer.open('/'), '/issues', report);
      tracks.push(new URL(tracking.url).pathname);
      await workTicket(employee, report.subject, report === kim ? TYPED : 'persimmon');
      const page = await eventually('the answer', async () => {
        const found = await customer.open(tracks.at(-1) ?? '');
        return found.text.includes('An answer') && found;
      });
      await customer.submit(page, '/reply', { text: `A reply, ${report === kim ? TYPED : 'persimmon'}.` });
    }
    await customer.submit(await customer.open('/links'), '/links', { email: KIM });
    await publishUnreadable(channel);
    await eventually('both dead letters', async () => (await deadLetters(channel)) === 2);
    const failed = await eventually('the failed confirmation', async () => {
      const page = await operator.open('/failed?view=list&group=customer.notifications');
      return page.document.querySelectorAll('tbody tr').length === 2 && page;
    });
    // The newest first: what was reported first is last.
    const message =
      failed.document
        .querySelectorAll('tbody a[href^="/failed/customer.notifications/"]')
        .at(-1)
        ?.getAttribute('href') ?? '';
    const shown = await operator.submit(await operator.open(message), '/personal');
    t.match(shown.text, TYPED);
    const issueId = tracks[0]?.split('/')[2] ?? '';
    const links = shown.document.querySelectorAll('a[href^="/conversations/"]');
    aboutKim.push(message, `/streams?by=stream&name=issue-${issueId}`);
    aboutKim.push(...links.map((link) => link.getAttribute('href') ?? ''));
    for (const [address, count] of [
      [KIM, 4],
      [LOU, 3],
    ] as const)
      await eventually('the mails', async () => (await mailsTo(mailbox, address)).length === count);
    for (const [name, filter, count] of [
      [collectionName(TICKETS), { lastWriter: 'customer', status: 'in-progress' }, 2],
      [collectionName(TICKET_DETAILS), { messages: 3, notesWritten: 1 }, 2],
      [collectionName(TICKET_METRICS), { repliesByCustomer: 1, notes: 1 }, 2],
      [collectionName(FAILED_MESSAGES), {}, 4],
    ] as const)
      await eventually(
        name,
        async () => (await mongo.db().collection(name).countDocuments(filter)) === count,
      );
    await eventually('the story of another', async () => (await whatStays()).story.length === 7);

    const { found, looked } = await search();
    t.ok(found.pages.length > 8, `found on ${found.pages.join(' ')}`);
    t.strictSame(found.documents, [collectionName(TICKET_DETAILS), collectionName(TICKETS)]);
    t.ok(found.files.some((file) => file.startsWith('mail/')));
    t.ok(found.files.some((file) => file.startsWith('mongodb/')));
    t.ok(found.files.some((file) => file.startsWith('broker/')));
    t.strictSame(found.logs, []);
    t.comment(`pages that were looked at: ${looked.join(' ')}`);
  });

  const before = await whatStays();
  const backup = join(t.testdir({}), 'backup.ndjson');
  await ops('export', '--out', backup);

  await t.test('an erasure is asked for twice by its address, and its page follows it', async (t) => {
    const page = await operator.open('/erasures');
    const wrong = await operator.submit(page, '/erasures', { email: KIM, again: LOU });
    t.equal(wrong.status, 400);
    t.match(wrong.text, 'This is another address.');
    const asked = await operator.submit(wrong, '/erasures', { email: KIM, again: KIM.toUpperCase() });
    const done = await eventually('the end', async () => {
      const now = await operator.open(new URL(asked.url).pathname);
      return now.text.includes('The customer is erased.') && now;
    });
    t.match(done.text, '6 of 6 steps');
    t.notMatch(done.text, 'by hand');
    const printed = await ops('erasures', '--json');
    const { subjects, steps, issues } = JSON.parse(printed);
    t.strictSame(
      [issues, subjects.length, steps.map(({ step, outOfReach }: Step) => [step, outOfReach])],
      [
        1,
        // The issue, the request for links, the unreadable message, and the erasure's own.
        4,
        [
          ['customer-messages', false],
          ['backoffice-messages', false],
          ['documents', false],
          ['mails', false],
          ['broker-files', false],
          ['scavenge', false],
        ],
      ],
    );
  });

  const nowhere = { pages: [], documents: [], files: [], logs: [] };

  await t.test('what was typed in is nowhere, and nothing else has changed', async (t) => {
    const { found } = await search();
    t.strictSame(found, nowhere);
    t.match((await customer.open(tracks[0] ?? '')).text, '[erased]');
    t.strictSame(await whatStays(), before);
    const letter = await channel.get(deadQueueOf('backoffice'));
    t.match(
      letter !== false && letter.content.toString(),
      LOU,
      'the dead letter about another is where it was',
    );
    if (letter !== false) channel.nack(letter);
    t.equal(await channel.get(deadQueueOf('customer')), false);
  });

  await t.test('nor is it after a rebuild, after a replay, and after what is still to come', async (t) => {
    t.match(await ops('rebuild', '--all', '--wait'), 'is done');
    t.match(await ops('verify'), /tickets: 2 documents, 0 differences/);
    t.strictSame(figuresOn(await new Visitor(urls.analysts).open('/')), before.dashboard);
    const failed = await operator.open('/failed?view=list&group=customer.notifications');
    for (const link of failed.document.querySelectorAll('tbody a[href^="/failed/customer.notifications/"]')) {
      const page = await operator.open(link.getAttribute('href') ?? '');
      t.match((await operator.submit(page, '/failed/replay')).text, 'it is recovered');
    }
    t.strictSame(await mailsTo(mailbox, 'erased@erased.invalid'), []);
    const again = await runCommand(['erase', KIM], env);
    t.match(`${again.out}${again.err}`, 'is erased already');
    const { found } = await search();
    t.strictSame(found, nowhere);
  });

  await t.test('a backup that was made before is restored without the customer', async (t) => {
    const list = join(t.testdir({}), 'erasures.ndjson');
    await writeFile(list, await ops('erasures', '--json'));
    const { url } = await openTestNode(t);
    const restored = { ...env, EVENTSTORE_URL: url };
    const unlisted = await runCommand(['import', backup, '--erasures', `${list}.not`], restored);
    t.match(
      unlisted,
      { code: 1, out: '', err: /there is no such file or folder/ },
      'and not without the list',
    );
    const imported = await runCommand(['import', backup, '--erasures', list], restored);
    t.match(imported, { code: 0, out: '4 erased subjects' });
    const store = await openEventStore(url, 'test', await loadSecrets(env.DESKSTREAM_MASTER_KEY_FILE));
    t.teardown(() => store.close());
    const subjects: string[] = [];
    for (const track of tracks) {
      for await (const { event } of store.read(streamOf.issue(track.split('/')[2] ?? ''), { limit: 1 }))
        if (isIssueEvent(event) && event.type === 'IssueReported') subjects.push(event.data.subject);
    }
    t.strictSame(subjects, ['[erased]', lou.subject]);
  });
});

type Step = { readonly step: string; readonly outOfReach: boolean };

/** Two messages on the queue of the back office that nobody can read; one is about Kim. */
async function publishUnreadable(channel: Channel): Promise<void> {
  for (const [id, address] of [
    ['7c1f1d5e-54a4-4c0b-8d39-1b1d6a0a9d11', KIM],
    ['7c1f1d5e-54a4-4c0b-8d39-1b1d6a0a9d12', LOU],
  ]) {
    const body = Buffer.from(`{ "from": "${address}", "name": "${address === KIM ? kim.name : lou.name}" `);
    channel.publish(exchangeOf('backoffice'), 'PrepareTicket', body, {
      type: 'PrepareTicket',
      messageId: id ?? '',
      persistent: true,
    });
  }
}

async function deadLetters(channel: Channel): Promise<number> {
  return (await channel.checkQueue(deadQueueOf('backoffice'))).messageCount;
}

/** Every number on the dashboard, in its order. */
function figuresOn(page: Page): readonly string[] {
  return page.document.querySelectorAll('td, dd').map(({ textContent }) => textContent.trim());
}
