// Secure mode: what a user of the event store need not do, the user may not, and who is refused is told what to do.
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import t from 'tap';
import { streamOf } from '../../shared-contracts/messages/names.ts';
import { ensureGroup } from '../../shared-contracts/runtime/consumer/ensure-group.ts';
import { openEventStore } from '../../shared-contracts/runtime/event-store/open-event-store.ts';
import { loadSecrets } from '../../shared-contracts/runtime/secrets.ts';
import { connectTestStore } from './testing/connect-test-store.ts';
import { startSecureStore } from './testing/secure-store.ts';
import { testGroup } from './testing/test-group.ts';

t.test('an event store that was set up', async (t) => {
  const secure = await startSecureStore(t);
  const { code, err } = await secure.setup();
  t.strictSame([code, err], [0, '']);

  await t.test('what a user need not do, the user may not', async (t) => {
    const clients: EventStoreDBClient[] = [];
    t.teardown(() => Promise.all(clients.map((client) => client.dispose())).then(() => undefined));
    const client = async (user: string) => {
      const opened = EventStoreDBClient.connectionString(await secure.handedOut(user));
      clients.push(opened);
      return opened;
    };
    const append = async (user: string, stream: string) =>
      (await client(user)).appendToStream(stream, jsonEvent({ type: 'X', data: {} })).then(
        () => 'done',
        (error) => error.type,
      );
    const cases = [
      ['reader', 'issue-x'],
      ['customer', streamOf.replay('customer.notifications')],
      ['backoffice', streamOf.control('projections')],
      ['customer', streamOf.failures('backoffice.inbox')],
      ['projections', streamOf.setup('admin')],
      ['console', streamOf.parked('customer.notifications')],
      ['backoffice', '$settings'],
    ] as const;
    const outcomes = await Promise.all(cases.map(([user, stream]) => append(user, stream)));
    t.strictSame(
      outcomes,
      Array.from(cases, () => 'access-denied'),
    );
    t.equal(await append('console', 'ordinary-x'), 'done', 'the others are not told apart: see the decision');
    await t.rejects(
      (await client('customer')).deletePersistentSubscriptionToAll('customer.links'),
      /Access Denied/,
    );
    await t.rejects((await client('console')).tombstoneStream('ordinary-x'), /Access Denied/);
  });

  await t.test('a group that was not set up is said, with what to do', async (t) => {
    const store = connectTestStore(await secure.handedOut('customer'));
    t.teardown(() => store.close());
    const group = testGroup(async () => undefined);
    await t.rejects(
      openEventStore(secure.url, 'nobody', await loadSecrets(secure.settings.DESKSTREAM_MASTER_KEY_FILE)),
      {
        code: 'bad-setting',
        message: /^EVENTSTORE_URL: the event store lets this user not read \$all; .+ setup/,
      },
    );
    await t.rejects(
      openEventStore(
        secure.urlAs('customer', 'guessed'),
        'c',
        await loadSecrets(secure.settings.DESKSTREAM_MASTER_KEY_FILE),
      ),
      { message: 'EVENTSTORE_URL: the event store does not know this user with this password.' },
    );
    await t.rejects(ensureGroup(store, group), {
      code: 'group-not-set-up',
      message: `The group ${group.declaration.name} does not exist, and the user of this service may not change that. Run \`npm run ops -- setup\` with an administrator's EVENTSTORE_URL.`,
    });
  });
});
