// Prepares real servers, once and again: users, groups, access lists, and the URLs with which each service connects.
import { MongoClient } from 'mongodb';
import { NotPossible } from '../../shared-contracts/errors/not-possible.ts';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import { storeNodes } from '../../shared-contracts/runtime/event-store/store-nodes.ts';
import { takeAuthority } from '../../shared-contracts/runtime/server-url.ts';
import type { Settings } from '../../shared-contracts/runtime/settings.ts';
import { handOut } from './access-files.ts';
import { USER_PLANS } from './access-plan.ts';
import { hasUser, withoutUser } from './server-access.ts';
import { ensureBrokerUser } from './set-up-broker.ts';
import { ensureMongoUser } from './set-up-mongo.ts';
import { ensureAccessLists, ensureGroups, ensureStoreUser } from './set-up-store.ts';

export type SetUpDeps = {
  readonly settings: Pick<Settings, 'eventStoreUrl' | 'amqpUrl' | 'mongoUrl' | 'brokerAdminUrl'>;
  /** Opens the event store as the administrator that EVENTSTORE_URL names. */
  readonly open: () => Promise<EventStore>;
  /** Where the URLs of the services are kept. */
  readonly folder: string;
  readonly print: (line: string) => void;
};

/** @throws NotPossible where no administrator is named. */
export async function setUp(deps: SetUpDeps): Promise<void> {
  await setUpStore(deps);
  await setUpBroker(deps);
  await setUpMongo(deps);
  deps.print(`What each service connects with is in ${deps.folder}: see EVENTSTORE_URL_FILE and its like.`);
}

async function setUpStore({ settings, open, folder, print }: SetUpDeps): Promise<void> {
  const { eventStoreUrl } = settings;
  // Any node will do: one that does not lead passes on what the leader has to do.
  const [server] = storeNodes(eventStoreUrl);
  if (server?.user === undefined || server.url.protocol !== 'https:') {
    throw new NotPossible(
      'Give EVENTSTORE_URL with TLS and an administrator: esdb://admin:password@host:2113?tls=true&tlsCAFile=… Without TLS a store has no users.',
    );
  }
  for (const user of USER_PLANS) {
    await ensureStoreUser(server, user, await handOut(folder, user.name, 'EVENTSTORE_URL', eventStoreUrl));
  }
  const store = await open();
  try {
    await ensureGroups(store);
    const changed = await ensureAccessLists(store);
    print(`Event store: ${USER_PLANS.length} users, all groups, and access lists (${changed} changed).`);
  } finally {
    await store.close();
  }
}

async function setUpBroker({ settings, folder, print }: SetUpDeps): Promise<void> {
  const { amqpUrl, brokerAdminUrl } = settings;
  const users = USER_PLANS.flatMap(({ name, broker }) => (broker === undefined ? [] : [{ name, broker }]));
  if (brokerAdminUrl === '') {
    print('RabbitMQ: left alone, since DESKSTREAM_BROKER_ADMIN_URL is not set. By hand:');
    for (const { name, broker } of users) {
      print(`  rabbitmqctl add_user ${name} PASSWORD`);
      print(`  rabbitmqctl set_permissions ${name} '${broker.configure}' '${broker.write}' '${broker.read}'`);
    }
    return;
  }
  const { url, ca } = takeAuthority(brokerAdminUrl);
  const address = new URL(url);
  const server = {
    url: new URL(withoutUser(url)),
    user: { name: decodeURIComponent(address.username), password: decodeURIComponent(address.password) },
    ca,
  };
  const vhost = decodeURIComponent(new URL(amqpUrl).pathname.slice(1)) || '/';
  for (const { name, broker } of users) {
    const password = await handOut(folder, name, 'AMQP_URL', amqpUrl);
    await ensureBrokerUser(server, name, broker, password, vhost);
  }
  print(`RabbitMQ: ${users.length} users with their permissions.`);
}

async function setUpMongo({ settings, folder, print }: SetUpDeps): Promise<void> {
  const users = USER_PLANS.flatMap((user) => (user.mongo === undefined ? [] : [{ user, role: user.mongo }]));
  if (!hasUser(settings.mongoUrl)) {
    print('MongoDB: left alone, since MONGO_URL names no administrator. By hand, in its database:');
    for (const { user, role } of users) {
      print(`  db.createUser({ user: '${user.name}', pwd: passwordPrompt(), roles: ['${role}'] })`);
    }
    return;
  }
  const client = new MongoClient(settings.mongoUrl, { appName: 'setup', serverSelectionTimeoutMS: 10_000 });
  try {
    for (const { user, role } of users) {
      const serverUrl = withoutParameter(settings.mongoUrl, 'authSource');
      await ensureMongoUser(client, user, role, await handOut(folder, user.name, 'MONGO_URL', serverUrl));
    }
  } finally {
    await client.close();
  }
  print(`MongoDB: ${users.length} users with their roles.`);
}

function withoutParameter(url: string, name: string): string {
  const [address = '', query = ''] = url.split('?', 2);
  const left = query.split('&').filter((each) => each !== '' && !each.startsWith(`${name}=`));
  return left.length === 0 ? address : `${address}?${left.join('&')}`;
}
