// Secure mode from end to end: TLS to every server, a user for each service who may do no more than it needs, made by the
// setup command, secrets in files. RabbitMQ is a real one where there is one, else the embedded broker behind TLS.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { exchangeOf } from '../../shared-contracts/messages/names.ts';
import { connectBroker } from '../../shared-contracts/runtime/bus/connect-broker.ts';
import { takeAuthority } from '../../shared-contracts/runtime/server-url.ts';
import { startMongodbNode } from '../embedded/mongodb/node.ts';
import { startStages } from '../start/stages.ts';
import { freePorts } from './faults/testing/rabbitmq-server.ts';
import { eventually } from './testing/eventually.ts';
import { opsTerminal } from './testing/ops-terminal.ts';
import { startSecureBroker } from './testing/secure-broker.ts';
import { startSecureMailbox } from './testing/secure-mailbox.ts';
import { startSecureStore } from './testing/secure-store.ts';
import { AUTHORITY, startTlsFront } from './testing/tls-front.ts';
import { Visitor } from './testing/visitor.ts';

const BUILD = join(import.meta.dirname, '..', '..');

t.test('everything works where everybody may do only what they must', async (t) => {
  const folder = t.testdir({ mongo: {}, broker: {} });
  const store = await startSecureStore(t);
  const mongo = await startMongodbNode({ dataDir: join(folder, 'mongo'), port: 0 });
  t.teardown(() => mongo.close());
  const mongoPort = await startTlsFront(t, mongo.ports.mongodb);
  const mailbox = await startSecureMailbox(t);
  const broker = await startSecureBroker(t, join(folder, 'broker'));
  await writeFile(join(folder, 'BROKER'), broker.adminUrl);
  const setup = () =>
    store.setup({ AMQP_URL: broker.url, DESKSTREAM_BROKER_ADMIN_URL_FILE: join(folder, 'BROKER') });

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
    const before = await store.handedOut('customer');
    t.match(before, /^esdb:\/\/customer:[\w-]{32}@localhost:\d+\?tls=true&tlsCAFile=/);
    const again = await setup();
    t.equal(again.code, 0);
    t.match(again.out, /access lists \(0 changed\)/);
    t.equal(await store.handedOut('customer'), before, 'services that run keep their passwords');
  });

  /** What a service is started with: files with its own URLs, and nobody else's. */
  const settingsFor = (user: string): Record<string, string> => ({
    ...store.settings,
    PATH: process.env.PATH ?? '',
    EVENTSTORE_URL_FILE: join(store.access, user, 'EVENTSTORE_URL'),
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
    broker.isReal ? { AMQP_URL_FILE: join(store.access, user, 'AMQP_URL') } : { AMQP_URL: broker.url };
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
    t.match(tidied.out, /1 entry gone/);
    const groups = await asConsole('groups', '--json');
    t.equal(groups.code, 0, groups.err);
    t.strictSame(
      lines.filter((line) => /denied|refused|not-set-up/i.test(line)),
      [],
    );
  });

  await t.test('a customer is erased, with a message that the back office could not read', async (t) => {
    const asConsole = opsTerminal({ ...settingsFor('console'), ...amqp('console') });
    const url = broker.isReal ? await store.handedOut('customer', 'AMQP_URL') : broker.url;
    const connection = await connectBroker(takeAuthority(url), { timeout: 5000 });
    t.teardown(() => connection.close());
    const channel = await connection.createConfirmChannel();
    channel.publish(exchangeOf('backoffice'), 'PrepareTicket', Buffer.from('Something of kim@example.org'));
    await channel.waitForConfirms();
    await eventually('the message that nobody can read', async () => {
      const { out } = await asConsole('parked', 'backoffice.inbox');
      return out.includes('backoffice.inbox');
    });
    const erased = await asConsole('erase', 'kim@example.org');
    t.strictSame([erased.code, erased.err], [0, '']);
    t.match(erased.out, /^Erased: 1 issue, 3 keys /);
  });

  await t.test(
    'RabbitMQ refuses what is not theirs',
    { skip: broker.isReal ? false : 'needs a RabbitMQ' },
    async (t) => {
      const url = new URL(await store.handedOut('customer', 'AMQP_URL'));
      const connection = await connectBroker(takeAuthority(url.href), { timeout: 5000 });
      t.teardown(() => connection.close());
      const channel = await connection.createChannel();
      channel.on('error', () => undefined);
      await t.rejects(channel.assertQueue('of-somebody-else'), /ACCESS_REFUSED/);
      url.password = 'guessed';
      await t.rejects(connectBroker(takeAuthority(url.href), { timeout: 5000 }), /ACCESS[_-]REFUSED|403/);
    },
  );
});
