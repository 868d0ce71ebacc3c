// The process that erases a customer is killed (`kill -9`) before each thing that it writes down and each key that it deletes:
// when it has started again, the erasure comes to its end, and nothing of the customer is left in any stream.
import { randomUUID } from 'node:crypto';
import t, { type Test } from 'tap';
import { IssueReported } from '../../shared-contracts/messages/issue-events.ts';
import { streamOf } from '../../shared-contracts/messages/names.ts';
import { eraseSubjects } from '../../shared-contracts/runtime/erasure/erase-subjects.ts';
import { findSubjects } from '../../shared-contracts/runtime/erasure/find-subjects.ts';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import { eventsOf } from '../../shared-contracts/runtime/event-store/events-of.ts';
import { hasEnded } from '../../shared-contracts/runtime/operations/operation-state.ts';
import { createAddressHash } from '../../shared-contracts/runtime/personal/address-hash.ts';
import { addressIdOf } from '../../shared-contracts/runtime/personal/address-id.ts';
import { startBrokerNode } from '../embedded/broker/node.ts';
import { startMailNode } from '../embedded/mail/node.ts';
import { readErasure, requestErasure } from '../erasure/erasures.ts';
import { connectTestStore } from './testing/connect-test-store.ts';
import type { ErasingProcess } from './testing/erasing-process.ts';
import { eventually } from './testing/eventually.ts';
import { forkProcess } from './testing/fork-process.ts';
import { TEST_SECRETS } from './testing/test-secrets.ts';
import { openTestNode } from './testing/test-store.ts';

const MOMENTS = [
  'OperationProgressed in control-customer',
  'ErasureBegun',
  'SubjectsFound',
  'a key is deleted',
  'SubjectsErased of the customer',
  'ErasureStepDone customer-messages',
  'OperationRequested in control-backoffice',
  'OperationRequested in control-projections',
  'ErasureStepDone backoffice-messages',
  'OperationEnded in control-backoffice',
  'ErasureStepDone documents',
  'OperationEnded in control-projections',
  'ErasureStepDone mails',
  'ErasureStepDone broker-files',
  'SubjectsErased of the address',
  'ErasureStepDone scavenge',
  'ErasureEnded',
  'OperationEnded in control-customer',
];

/** Deaths over one erasure: a message that kills its process again and again is parked, and an operator has to replay it. */
const MOST_DEATHS = 4;

t.test(
  'killed before any step, an erasure ends all the same, and nothing of the customer is left',
  async (t) => {
    const { stores, url } = await openTestNode(t);
    const [store] = stores;
    const process = { url, settings: await openSettings(t, url) };
    const lou = await report(store, { name: 'Lou Vermeer', email: 'lou@example.org', text: 'A loud fan.' });

    const died: string[] = [];
    const customers: Customer[] = [];
    for (let deaths = MOST_DEATHS; deaths === MOST_DEATHS; ) {
      const customer = await reportTwice(store, customers.length);
      customers.push(customer);
      deaths = await eraseDying(t, process, customer, store, died);
      await checkErasure(t, store, customer);
    }
    t.strictSame(died.toSorted(), MOMENTS.toSorted(), 'it was killed at each moment once');

    const fresh = connectTestStore(url);
    t.teardown(() => fresh.close());
    const left = customers.flatMap(({ words }) => words);
    t.strictSame(await streamsWith(fresh, left), [], 'nothing of any of them is left in any stream');
    t.strictSame(await streamsWith(fresh, ['Lou Vermeer']), [streamOf.issue(lou.issueId)]);

    const [first] = customers;
    const back = await report(store, { name: 'Kim', email: first?.email ?? '', text: 'I am back.' });
    const again = await findSubjects(store, addressIdOf(hashOf(back.email)), first?.erasureId ?? '');
    t.strictSame(
      again.subjects.map(({ subject }) => subject).toSorted(),
      first?.subjects.toSorted(),
      'taken up once more, an erasure is about who was known when it began',
    );
    const found = await readErasure(store, first?.erasureId ?? '');
    await eraseSubjects(store.client, found?.erasure.subjects ?? []);
    fresh.forgetKeys();
    t.equal(await readText(fresh, back.issueId), 'I am back.', 'who comes back is somebody new');
    await eraseSubjects(store.client, [lou.customerId, randomUUID()]);
    fresh.forgetKeys();
    t.equal(
      await readText(fresh, lou.issueId),
      '[erased]',
      'a list of subjects is erased, whatever was before',
    );
  },
);

t.test('an erasure that failed half way is taken up by whoever asks for it again', async (t) => {
  const { stores, url } = await openTestNode(t);
  const [store] = stores;
  const process = { url, settings: await openSettings(t, url) };
  const customer = await reportTwice(store, 7);
  const ask = async (erasureId: string) => {
    await requestErasure(store, TEST_SECRETS, { erasureId, email: customer.email, by: 'operator:sam' });
    return eventually('the end of it', async () => {
      const found = await readErasure(store, erasureId);
      return found !== undefined && hasEnded(found.operation) && found;
    });
  };

  const backofficeAmqpUrl = process.settings.amqpUrl.replace('amqp://', 'amqp://desk:wrong@');
  const first = forkProcess(t, 'erasing-process', { ...process, backofficeAmqpUrl } satisfies ErasingProcess);
  const { operation, erasure } = await ask(customer.erasureId);
  t.match(operation, { condition: 'failed', detail: /The part of backoffice was not done: .+refused/i });
  t.match([erasure.endedAt, erasure.steps[0]], [null, { step: 'customer-messages' }]);
  await first.stop();

  const second = forkProcess(t, 'erasing-process', process satisfies ErasingProcess);
  const again = await ask(randomUUID());
  t.match([again.operation.condition, again.erasure.begunAt], ['done', null]);
  await checkErasure(t, store, customer);
  t.match((await readErasure(store, customer.erasureId))?.erasure, { endedAt: String });
  t.match((await ask(randomUUID())).operation, { condition: 'failed', detail: /is erased already/ });
  await second.stop();
});

type Customer = {
  readonly erasureId: string;
  readonly email: string;
  /** What only this customer has told. */
  readonly words: readonly string[];
  readonly subjects: readonly string[];
};

/** The same person, with the address in two spellings: two subjects. */
async function reportTwice(store: EventStore, number: number): Promise<Customer> {
  const tag = `kim${number}`;
  const [email, name, text] = [`${tag}@example.org`, `Kim the ${number}th`, `The ${tag} printer smokes.`];
  const reports = [
    await report(store, { name, email, text }),
    await report(store, { name, email: email.toUpperCase(), text }),
  ];
  return {
    erasureId: randomUUID(),
    email,
    words: [email, name, text],
    subjects: reports.map(({ customerId }) => customerId),
  };
}

/** Has a customer erased by one process after the other, each killed where none was before, until there is no such moment. */
async function eraseDying(
  t: Test,
  process: Pick<ErasingProcess, 'url' | 'settings'>,
  { erasureId, email }: Customer,
  store: EventStore,
  died: string[],
): Promise<number> {
  await requestErasure(store, TEST_SECRETS, { erasureId, email, by: 'operator:sam' });
  for (let deaths = 0; ; deaths += 1) {
    const mayDie = deaths < MOST_DEATHS ? { survives: [...died] } : {};
    const life = forkProcess(t, 'erasing-process', { ...process, ...mayDie } satisfies ErasingProcess);
    let how: string | undefined;
    void life.ended.then((end) => {
      how = end;
    });
    await eventually('the erasure is done, or its process has died', async () => {
      return how !== undefined || (await readErasure(store, erasureId))?.operation.condition === 'done';
    });
    if (how === undefined) {
      await life.stop();
      return deaths;
    }
    t.equal(how, 'SIGKILL', String(life.said()));
    died.push(String(life.said()));
  }
}

async function checkErasure(t: Test, store: EventStore, { erasureId, subjects }: Customer): Promise<void> {
  const found = await readErasure(store, erasureId);
  const { erasure } = found ?? {};
  const steps = erasure?.steps.toSorted((one, other) => (one.step < other.step ? -1 : 1));
  t.strictSame(
    { ...erasure, subjects: erasure?.subjects.toSorted(), steps, begunAt: '', endedAt: '' },
    {
      erasureId,
      by: 'operator:sam',
      begunAt: '',
      endedAt: '',
      subjects: [...subjects, erasureId].toSorted(),
      issues: 2,
      steps: [
        { step: 'backoffice-messages', count: 0, outOfReach: false },
        { step: 'broker-files', count: 0, outOfReach: false },
        { step: 'customer-messages', count: 0, outOfReach: false },
        { step: 'documents', count: 0, outOfReach: true },
        { step: 'mails', count: 0, outOfReach: false },
        { step: 'scavenge', count: 0, outOfReach: false },
      ],
    },
    'each step is written down once',
  );
}

async function openSettings(t: Test, eventStoreUrl: string): Promise<ErasingProcess['settings']> {
  const broker = await startBrokerNode({ dataDir: t.testdir({ broker: {} }), port: 0, pagePort: 0 });
  const mail = await startMailNode({ dataDir: `${t.testdirName}/mail`, port: 0, pagePort: 0 });
  t.teardown(() => Promise.all([broker.close(), mail.close()]).then(() => undefined));
  return {
    eventStoreUrl,
    amqpUrl: `amqp://127.0.0.1:${broker.ports.broker}`,
    nodePages: {
      mailbox: `http://127.0.0.1:${mail.ports.mailPage}`,
      broker: `http://127.0.0.1:${broker.ports.brokerPage}`,
    },
  };
}

const hashOf = createAddressHash(TEST_SECRETS.key('addresses'));

async function report(store: EventStore, told: { name: string; email: string; text: string }) {
  const [issueId, customerId] = [randomUUID(), randomUUID()];
  const addressHash = hashOf(told.email);
  const event = {
    type: 'IssueReported',
    data: { ...IssueReported.example, ...told, issueId, customerId, addressHash },
  };
  const metadata = {
    $correlationId: issueId,
    $causationId: issueId,
    actor: 'customer',
    subject: customerId,
    occurredAt: '2026-11-22T10:15:00.000Z',
  };
  await store.append(streamOf.issue(issueId), [{ id: randomUUID(), event, metadata }], 'none');
  return { issueId, customerId, email: told.email };
}

async function readText(store: EventStore, issueId: string): Promise<unknown> {
  for await (const { event } of store.read(streamOf.issue(issueId))) return event.data.text;
  return undefined;
}

/** The streams in which one of these words stands, as somebody reads them who has the master key; in any case of letters. */
async function streamsWith(store: EventStore, words: readonly string[]): Promise<readonly string[]> {
  const wanted = words.map((word) => word.toLowerCase());
  const found = new Set<string>();
  for await (const { event } of eventsOf(store.client.readAll())) {
    if (event === undefined) continue;
    const decoded = event.type.startsWith('$') ? event : await store.codec.decode(event);
    const text = JSON.stringify(decoded, (_name, value) =>
      typeof value === 'bigint' ? String(value) : value,
    );
    if (wanted.some((word) => text.toLowerCase().includes(word))) found.add(event.streamId);
  }
  return [...found];
}
