// Secure mode from end to end: TLS to every server, a user for each service who may do no more than it needs, made by the
// setup command, secrets in files. RabbitMQ is a real one where there is one, else the embedded broker behind TLS.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { connect as connectBroker } from 'amqplib';
import t from 'tap';
import { streamOf } from '../../shared-contracts/messages/names.ts';
import { ensureGroup } from '../../shared-contracts/runtime/consumer/ensure-group.ts';
import { openEventStore } from '../../shared-contracts/runtime/event-store/open-event-store.ts';
import { loadSecrets } from '../../shared-contracts/runtime/secrets.ts';
import { startEventStoreNode } from '../embedded/eventstore/node.ts';
import { startMongodbNode } from '../embedded/mongodb/node.ts';
import { startStages } from '../start/stages.ts';
import { freePorts } from './faults/testing/rabbitmq-server.ts';
import { connectTestStore } from './testing/connect-test-store.ts';
import { eventually } from './testing/eventually.ts';
import { opsTerminal } from './testing/ops-terminal.ts';
import { startSecureBroker } from './testing/secure-broker.ts';
import { startSecureMailbox } from './testing/secure-mailbox.ts';
import { testGroup } from './testing/test-group.ts';
import { AUTHORITY, LOCALHOST, startTlsFront } from './testing/tls-front.ts';
import { Visitor } from './testing/visitor.ts';

const BUILD = join(import.meta.dirname, '..', '..');
const PASSWORD = 'the first: of all';

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
  const broker = await startSecureBroker(t, join(folder, 'broker'));

  const storeUrl = `esdb://localhost:${node.ports.eventstore}?tls=true&${AUTHORITY}`;
  const as = (user: string, url: string, password: string) =>
    url.replace('://', `://${user}:${encodeURIComponent(password)}@`);
  const adminUrl = as('admin', storeUrl, PASSWORD);
  await writeFile(join(folder, 'EVENTSTORE_URL'), `${adminUrl}\n`);
  await writeFile(join(folder, 'BROKER'), broker.adminUrl);
  const common = { DESKSTREAM_MASTER_KEY_FILE: join(folder, 'master.key') };
  const access = join(folder, 'access');
  const asAdmin = opsTerminal({
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
    if (!broker.isReal) {
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
    broker.isReal ? { AMQP_URL_FILE: join(access, user, 'AMQP_URL') } : { AMQP_URL: broker.url };
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
    const asConsole = opsTerminal({ ...settingsFor('console'), ...amqp('console') });
    await eventually('the mail that fails on purpose', async () => {
      const { out } = await asConsole('parked', 'customer.notifications', '--json');
      return out.includes('customer.notifications');
    });
    t.equal(mailbox.mails.length, 0);
    const replayed = await asConsole('replay', 'customer.notifications', '--all', '--wait');
    t.strictSame([replayed.code, replayed.err], [0, '']);
    t.match(mailbox.mails, [{ user: 'desk', secure: true, source: /^To: kim@example\.org/m }]);
    const tidied = await asConsole('tidy', 'customer.notifications');
    t.match(tidied.out, /1 entries gone/);
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
    { skip: broker.isReal ? false : 'needs a RabbitMQ' },
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
