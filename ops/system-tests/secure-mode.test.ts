// Secure mode from end to end: TLS to every server, a user for each service who may do no more than it needs, made by the
// setup command, secrets in files. RabbitMQ is a real one where there is one, else the embedded broker behind TLS.
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { connect as connectBroker } from 'amqplib';
import t from 'tap';
import { ALL_GROUPS, streamOf } from '../../shared-contracts/messages/names.ts';
import { ensureGroup } from '../../shared-contracts/runtime/consumer/ensure-group.ts';
import { openEventStore } from '../../shared-contracts/runtime/event-store/open-event-store.ts';
import type { ReadModels } from '../../shared-contracts/runtime/read-models/read-models.ts';
import { loadSecrets } from '../../shared-contracts/runtime/secrets.ts';
import { readSettings, type Settings } from '../../shared-contracts/runtime/settings.ts';
import { neverCalled } from '../../shared-contracts/runtime/testing/never-called.ts';
import type { CommandDeps } from '../cli/command.ts';
import { runCommand } from '../cli/run-command.ts';
import { runWithoutStore } from '../cli/run-without-store.ts';
import { startBrokerNode } from '../embedded/broker/node.ts';
import { startEventStoreNode } from '../embedded/eventstore/node.ts';
import { startMongodbNode } from '../embedded/mongodb/node.ts';
import { startStages } from '../start/stages.ts';
import { freePorts, hasRabbitmq, startRabbitmq } from './faults/testing/rabbitmq-server.ts';
import { connectTestStore } from './testing/connect-test-store.ts';
import { eventually } from './testing/eventually.ts';
import { startSecureMailbox } from './testing/secure-mailbox.ts';
import { testGroup } from './testing/test-group.ts';
import type { Teardown } from './testing/test-store.ts';
import { LOCALHOST, startTlsFront } from './testing/tls-front.ts';
import { Visitor } from './testing/visitor.ts';

const BUILD = join(import.meta.dirname, '..', '..');
const AUTHORITY = `tlsCAFile=${encodeURIComponent(LOCALHOST.cert)}`;
const PASSWORD = 'the first: of all';
const isReal = hasRabbitmq();

/** The broker over TLS, and the address at which it is managed. */
type Broker = { readonly url: string; readonly adminUrl: string; readonly asked: readonly unknown[] };

/** A real one, with the file that the compose file gives to its nodes. */
async function realBroker(t: Teardown): Promise<Broker> {
  const [tls = 0, management = 0] = await freePorts(2);
  const file = join(BUILD, '..', 'ops/compose/rabbitmq-cluster.conf');
  const config = (await readFile(file, 'utf8'))
    .replace(/^(listeners\.tcp|cluster_).*\n/gm, '')
    .replace(/^default_queue_type.*\n/m, '')
    .replace(/^(listeners\.ssl\.default) = .*$/m, `$1 = ${tls}`)
    .replace(/^(management\.ssl\.port) = .*$/m, `$1 = ${management}`)
    .replaceAll('/certificates/ca.crt', LOCALHOST.cert)
    .replaceAll('/certificates/node.crt', LOCALHOST.cert)
    .replaceAll('/certificates/node.key', LOCALHOST.key);
  await startRabbitmq(t, config, ['rabbitmq_management']);
  return {
    url: `amqps://localhost:${tls}?${AUTHORITY}`,
    adminUrl: `https://guest:guest@localhost:${management}?${AUTHORITY}`,
    asked: [],
  };
}

/** The embedded one behind TLS; what its management is asked for is written down. */
async function embeddedBroker(t: Teardown & { testdir(): string }): Promise<Broker> {
  const broker = await startBrokerNode({ dataDir: t.testdir(), port: 0, pagePort: 0 });
  t.teardown(() => broker.close());
  const asked: unknown[] = [];
  const management = createServer(async (request: IncomingMessage, response) => {
    asked.push([request.method, request.url, await json(request)]);
    response.writeHead(204).end();
  }).listen(0, '127.0.0.1');
  await once(management, 'listening');
  t.teardown(async () => void management.close());
  const address = management.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `amqps://localhost:${await startTlsFront(t, broker.ports.broker)}?${AUTHORITY}`,
    adminUrl: `http://guest:guest@127.0.0.1:${port}`,
    asked,
  };
}

/** Somebody at a terminal with these settings: what they run, with what it printed and complained of. */
function terminal(env: Readonly<Record<string, string>>) {
  const settings = readSettings(env);
  return async (...args: readonly string[]) => {
    const out: string[] = [];
    const err: string[] = [];
    const io = {
      print: (line: string) => void out.push(line),
      complain: (line: string) => void err.push(line),
      stop: new AbortController().signal,
      readPassword: async () => 'never asked for',
    };
    const code = (await runWithoutStore(args, { ...io, settings })) ?? (await withStore(settings, io, args));
    return { code, out: out.join('\n'), err: err.join('\n') };
  };
}

async function withStore(
  { eventStoreUrl, masterKeyFile, urls }: Settings,
  io: Pick<CommandDeps, 'print' | 'complain' | 'stop' | 'readPassword'>,
  args: readonly string[],
): Promise<number> {
  const secrets = await loadSecrets(masterKeyFile);
  const store = await openEventStore(eventStoreUrl, 'ops', secrets);
  try {
    const readModels = () => neverCalled<ReadModels>('the read models');
    return await runCommand(args, {
      ...io,
      store,
      secrets,
      urls,
      groups: ALL_GROUPS,
      readModels,
      operator: 'sam',
    });
  } finally {
    await store.close();
  }
}

t.test('everything works where everybody may do only what they must', async (t) => {
  const folder = t.testdir({
    store: {},
    mongo: {},
    access: {},
    broker: {},
    admin: `${PASSWORD}\n`,
    'master.key': Buffer.alloc(32, 7).toString('base64'),
  });
  const node = await startEventStoreNode({
    dataDir: join(folder, 'store'),
    port: 0,
    ...LOCALHOST,
    adminPasswordFile: join(folder, 'admin'),
  });
  t.teardown(() => node.close());
  const mongo = await startMongodbNode({ dataDir: join(folder, 'mongo'), port: 0 });
  t.teardown(() => mongo.close());
  const mongoPort = await startTlsFront(t, mongo.ports.mongodb);
  const mailbox = await startSecureMailbox(t);
  const broker = await (isReal
    ? realBroker(t)
    : embeddedBroker({ teardown: (undo) => t.teardown(undo), testdir: () => join(folder, 'broker') }));

  const storeUrl = `esdb://localhost:${node.ports.eventstore}?tls=true&${AUTHORITY}`;
  const as = (user: string, url: string, password: string) =>
    url.replace('://', `://${user}:${encodeURIComponent(password)}@`);
  const adminUrl = as('admin', storeUrl, PASSWORD);
  await writeFile(join(folder, 'EVENTSTORE_URL'), `${adminUrl}\n`);
  await writeFile(join(folder, 'BROKER'), broker.adminUrl);
  const common = { DESKSTREAM_MASTER_KEY_FILE: join(folder, 'master.key') };
  const access = join(folder, 'access');
  const asAdmin = terminal({
    ...common,
    EVENTSTORE_URL_FILE: join(folder, 'EVENTSTORE_URL'),
    AMQP_URL: broker.url,
    DESKSTREAM_BROKER_ADMIN_URL_FILE: join(folder, 'BROKER'),
  });
  const setup = () => asAdmin('setup', '--access', access);
  const handedOut = (user: string, setting = 'EVENTSTORE_URL') =>
    readFile(join(access, user, setting), 'utf8').then((url) => url.trim());

  await t.test('setup prepares the servers, and can be repeated', async (t) => {
    const first = await setup();
    t.strictSame([first.code, first.err], [0, '']);
    t.match(first.out, /^Event store: 5 users, all groups, and access lists \(\d+ changed\)\.$/m);
    t.match(first.out, /^RabbitMQ: 3 users with their permissions\.$/m);
    t.match(first.out, /^MongoDB: left alone/m);
    if (!isReal) {
      t.match(broker.asked, [
        ['PUT', '/api/users/customer', { password: /^[\w-]{32}$/, tags: '' }],
        ['PUT', '/api/permissions/%2F/customer', { configure: /^\^\(customer/, write: /amq/, read: /^\^/ }],
        ['PUT', '/api/users/backoffice', {}],
        ['PUT', '/api/permissions/%2F/backoffice', {}],
        ['PUT', '/api/users/console', {}],
        ['PUT', '/api/permissions/%2F/console', { configure: '^$', write: '^$', read: '^$' }],
      ]);
    }
    const before = await handedOut('customer');
    t.match(before, /^esdb:\/\/customer:[\w-]{32}@localhost:\d+\?tls=true&tlsCAFile=/);
    const again = await setup();
    t.equal(again.code, 0);
    t.match(again.out, /access lists \(0 changed\)/);
    t.equal(await handedOut('customer'), before, 'services that run keep their passwords');
  });

  /** What a service is started with: files with its own URLs, and nobody else's. */
  const settingsFor = (user: string): Record<string, string> => ({
    ...common,
    PATH: process.env.PATH ?? '',
    EVENTSTORE_URL_FILE: join(access, user, 'EVENTSTORE_URL'),
    MONGO_URL: `mongodb://localhost:${mongoPort}/deskstream?directConnection=true&tls=true&${AUTHORITY}`,
    DESKSTREAM_LOG_LEVEL: 'warn',
    DESKSTREAM_DEMO: 'true',
    OTEL_SDK_DISABLED: 'true',
  });
  const [customerPort = 0, backofficePort = 0, analystsPort = 0] = await freePorts(3);
  const lines: string[] = [];
  const program = (name: string, module: string, env: Record<string, string>) => ({
    name,
    module: join(BUILD, module),
    args: [],
    env: { ...settingsFor(name), ...env },
  });
  // The embedded broker knows one user, whom its client takes where a URL names none.
  const amqp = (user: string): Record<string, string> =>
    isReal ? { AMQP_URL_FILE: join(access, user, 'AMQP_URL') } : { AMQP_URL: broker.url };
  const fleet = await startStages(
    [
      [
        program('customer', 'customer/main.js', {
          ...amqp('customer'),
          SMTP_URL: mailbox.url,
          DESKSTREAM_CUSTOMER_PORT: String(customerPort),
          DESKSTREAM_CUSTOMER_URL: `http://localhost:${customerPort}`,
        }),
        program('backoffice', 'backoffice/main.js', {
          ...amqp('backoffice'),
          DESKSTREAM_BACKOFFICE_PORT: String(backofficePort),
        }),
        program('projections', 'projections/main.js', { DESKSTREAM_ANALYSTS_PORT: String(analystsPort) }),
      ],
    ],
    { log: (line) => void lines.push(line) },
  );
  t.teardown(() => fleet.stop());

  await t.test('a report becomes a ticket, and its mail is replayed by an operator', async (t) => {
    const customer = new Visitor(`http://localhost:${customerPort}`);
    const employee = new Visitor(`http://localhost:${backofficePort}`);
    const report = { email: 'kim@example.org', subject: 'In secret', kind: 'problem', text: 'Whispers.' };
    const tracking = await customer.submit(await customer.open('/'), '/issues', report);
    t.match(tracking.text, 'Your report has reached us');
    await eventually('the ticket', async () => {
      const list = await employee.open('/tickets');
      return list.document.querySelectorAll('tbody a').some((link) => link.textContent === 'In secret');
    });
    const asConsole = terminal({ ...settingsFor('console'), ...amqp('console') });
    await eventually('the mail that fails on purpose', async () => {
      const { out } = await asConsole('parked', 'customer.notifications', '--json');
      return out.includes('customer.notifications');
    });
    t.equal(mailbox.mails.length, 0);
    const replayed = await asConsole('replay', 'customer.notifications', '--all', '--wait');
    t.strictSame([replayed.code, replayed.err], [0, '']);
    t.match(mailbox.mails, [{ user: 'desk', secure: true, source: /^To: kim@example\.org/m }]);
    const tidied = await asConsole('tidy', 'customer.notifications');
    t.match(tidied.out, /1 entry gone/);
    const groups = await asConsole('groups', '--json');
    t.equal(groups.code, 0, groups.err);
    t.strictSame(
      lines.filter((line) => /denied|refused|not-set-up/i.test(line)),
      [],
    );
  });

  await t.test('what a user need not do, the user may not', async (t) => {
    const clients: EventStoreDBClient[] = [];
    t.teardown(() => Promise.all(clients.map((client) => client.dispose())).then(() => undefined));
    const client = async (user: string) => {
      const opened = EventStoreDBClient.connectionString(await handedOut(user));
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
      ['customer', streamOf.control('projections')],
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
    const store = connectTestStore(await handedOut('customer'));
    t.teardown(() => store.close());
    const group = testGroup(async () => undefined);
    await t.rejects(
      openEventStore(storeUrl, 'nobody', await loadSecrets(common.DESKSTREAM_MASTER_KEY_FILE)),
      {
        code: 'bad-setting',
        message: /^EVENTSTORE_URL: the event store lets this user not read \$all; .+ setup/,
      },
    );
    await t.rejects(
      openEventStore(
        as('customer', storeUrl, 'guessed'),
        'c',
        await loadSecrets(common.DESKSTREAM_MASTER_KEY_FILE),
      ),
      { message: 'EVENTSTORE_URL: the event store does not know this user with this password.' },
    );
    await t.rejects(ensureGroup(store, group), {
      code: 'group-not-set-up',
      message: `The group ${group.declaration.name} does not exist, and the user of this service may not change that. Run \`npm run ops -- setup\` with an administrator's EVENTSTORE_URL.`,
    });
  });

  await t.test(
    'RabbitMQ refuses what is not theirs',
    { skip: isReal ? false : 'needs a RabbitMQ' },
    async (t) => {
      const url = new URL(await handedOut('customer', 'AMQP_URL'));
      url.searchParams.delete('tlsCAFile');
      const connection = await connectBroker(url.href, { ca: [await readFile(LOCALHOST.cert)] });
      t.teardown(() => connection.close());
      const channel = await connection.createChannel();
      channel.on('error', () => undefined);
      await t.rejects(channel.assertQueue('of-somebody-else'), /ACCESS_REFUSED/);
      const plain = new URL(url);
      plain.username = 'customer';
      plain.password = 'guessed';
      await t.rejects(
        connectBroker(plain.href, { ca: [await readFile(LOCALHOST.cert)] }),
        /ACCESS[_-]REFUSED|403/,
      );
    },
  );
});
