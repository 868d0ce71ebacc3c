// An erasure that is killed between any two things that it writes down ends all the same, and each thing is done once.
import { randomUUID } from 'node:crypto';
import t from 'tap';
import { control } from '../../backoffice/handlers/control.ts';
import { type EraseDeps, eraseOperation } from '../../customer/erasure/erase-customer.ts';
import { IssueReported } from '../../shared-contracts/messages/issue-events.ts';
import { GROUPS, streamOf } from '../../shared-contracts/messages/names.ts';
import { eraseSubjects } from '../../shared-contracts/runtime/erasure/erase-subjects.ts';
import { ErasureLog } from '../../shared-contracts/runtime/erasure/erasure-log.ts';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import { operations } from '../../shared-contracts/runtime/operations/run-operations.ts';
import { createAddressHash } from '../../shared-contracts/runtime/personal/address-hash.ts';
import { addressIdOf } from '../../shared-contracts/runtime/personal/address-id.ts';
import { startBrokerNode } from '../embedded/broker/node.ts';
import { startMailNode } from '../embedded/mail/node.ts';
import { listErasures, requestErasure } from '../erasure/erasures.ts';
import { consume } from './testing/test-group.ts';
import { TEST_SECRETS } from './testing/test-secrets.ts';
import { openTestNode } from './testing/test-store.ts';

class Killed extends Error {}

/** The store as a process has it that gets to append once, and is killed before it does so again. */
function dyingAfterOneAppend(store: EventStore): EventStore {
  let appended = false;
  const append: EventStore['append'] = async (...args) => {
    if (appended) throw new Killed();
    appended = true;
    return store.append(...args);
  };
  return { ...store, append };
}

async function report(store: EventStore, email: string) {
  const [issueId, customerId] = [randomUUID(), randomUUID()];
  const addressHash = createAddressHash(TEST_SECRETS.key('addresses'))(email);
  const event = {
    type: 'IssueReported',
    data: { ...IssueReported.example, issueId, customerId, email, addressHash },
  };
  const metadata = {
    $correlationId: issueId,
    $causationId: issueId,
    actor: 'customer',
    subject: customerId,
    occurredAt: '2026-11-22T10:15:00.000Z',
  };
  await store.append(streamOf.issue(issueId), [{ id: randomUUID(), event, metadata }], 'none');
  return { issueId, customerId, addressId: addressIdOf(addressHash) };
}

const readText = async (store: EventStore, issueId: string) => {
  for await (const { event } of store.read(streamOf.issue(issueId))) return event.data.text;
  return undefined;
};

t.test('killed after each thing that it writes down, it ends all the same', async (t) => {
  const { stores, url } = await openTestNode(t);
  const [store, elsewhere] = stores;
  const broker = await startBrokerNode({ dataDir: t.testdir({ broker: {} }), port: 0, pagePort: 0 });
  const mail = await startMailNode({ dataDir: `${t.testdirName}/mail`, port: 0, pagePort: 0 });
  t.teardown(() => Promise.all([broker.close(), mail.close()]).then(() => undefined));
  const amqpUrl = `amqp://127.0.0.1:${broker.ports.broker}`;
  const settings = {
    amqpUrl,
    eventStoreUrl: url,
    nodePages: {
      mailbox: `http://127.0.0.1:${mail.ports.mailPage}`,
      broker: `http://127.0.0.1:${broker.ports.brokerPage}`,
    },
  };
  consume(t, elsewhere, control(elsewhere, amqpUrl));
  consume(
    t,
    elsewhere,
    operations(elsewhere, GROUPS.projectionsControl, {
      erase: async (erasureId) => {
        const log = new ErasureLog(elsewhere, erasureId, 'system:projections.control');
        await log.give({ type: 'FinishStep', step: 'documents', count: 0, outOfReach: true });
      },
    }),
  );
  const kim = await report(store, 'kim@example.org');
  const again = await report(store, 'KIM@example.org');
  const lou = await report(store, 'lou@example.org');
  const erasureId = randomUUID();
  await requestErasure(store, TEST_SECRETS, { erasureId, email: 'Kim@Example.org', by: 'operator:sam' });

  const deps = (mine: EventStore): EraseDeps => ({
    store: mine,
    settings,
    stop: new AbortController().signal,
    settleMs: 0,
  });
  const run = (mine: EventStore) =>
    eraseOperation(deps(mine))(kim.addressId, async () => 'go-on', erasureId).then(
      () => true,
      (error: unknown) => {
        if (error instanceof Killed) return false;
        throw error;
      },
    );
  let lives = 1;
  let comesBack: Awaited<ReturnType<typeof report>> | undefined;
  while (!(await run(dyingAfterOneAppend(store)))) {
    lives += 1;
    if (lives === 3) comesBack = await report(store, 'kim@example.org');
  }
  t.ok(lives > 8, `it took ${lives} lives`);

  const [found, ...others] = await listErasures(elsewhere);
  t.strictSame(others, []);
  t.strictSame(
    { ...found, subjects: found?.subjects.toSorted(), begunAt: '', endedAt: '' },
    {
      erasureId,
      by: 'operator:sam',
      begunAt: '',
      endedAt: '',
      subjects: [kim.customerId, again.customerId, erasureId].sort(),
      issues: 2,
      steps: [
        { step: 'customer-messages', count: 0, outOfReach: false },
        { step: 'backoffice-messages', count: 0, outOfReach: false },
        { step: 'documents', count: 0, outOfReach: true },
        { step: 'mails', count: 0, outOfReach: false },
        { step: 'broker-files', count: 0, outOfReach: false },
        { step: 'scavenge', count: 0, outOfReach: false },
      ].sort((one, other) => order(found, one.step) - order(found, other.step)),
    },
  );
  elsewhere.forgetKeys();
  const texts = [];
  for (const { issueId } of [kim, again, lou, comesBack ?? kim])
    texts.push(await readText(elsewhere, issueId));
  const { text } = IssueReported.example;
  t.strictSame(texts, ['[erased]', '[erased]', text, text], 'also not who came back after it had begun');

  await eraseSubjects(store.client, found?.subjects ?? []);
  await eraseSubjects(store.client, [lou.customerId, randomUUID()]);
  elsewhere.forgetKeys();
  t.equal(
    await readText(elsewhere, lou.issueId),
    '[erased]',
    'a list is erased again, whatever of it was before',
  );
  t.equal(await run(store), true, 'an erasure that has ended is asked for again');
});

/** The services do their parts side by side. */
function order(
  found: { readonly steps: readonly { readonly step: string }[] } | undefined,
  step: string,
): number {
  return found?.steps.findIndex((each) => each.step === step) ?? 0;
}
