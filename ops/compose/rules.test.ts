import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { readComposeFiles } from './compose-files.ts';
import { readCompose } from './read-compose.ts';
import { problemsOf } from './rules.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const files = await readComposeFiles(ROOT);
const text = await readFile(join(ROOT, 'docker-compose.yml'), 'utf8');

/** What is said of the compose file after a change; each change is one that somebody could make by mistake. */
function after(from: string | RegExp, to: string): readonly string[] {
  const changed = text.replace(from, to);
  if (changed === text) throw new Error(`The compose file has no ${from} any more.`);
  return problemsOf({ ...files, compose: readCompose(changed) });
}

t.test('the compose files agree with the code', async (t) => {
  t.strictSame(problemsOf(files), []);
  const inProfile = (profile: string) =>
    files.compose.services.filter(({ profiles }) => profiles.includes(profile)).length;
  t.strictSame([inProfile('demo'), inProfile('cluster')], [9, 19]);
});

t.test('what would not work is said', async (t) => {
  t.strictSame(after('DESKSTREAM_HOST: 0.0.0.0', 'DESKSTREAM_HOTS: 0.0.0.0').slice(0, 1), [
    'customer uses DESKSTREAM_HOTS, which the code does not know.',
  ]);
  t.strictSame(after('${DESKSTREAM_ADMIN_EMAIL:-', '${DESKSTREAM_ADMIN_MAIL:-'), [
    'The file uses DESKSTREAM_ADMIN_MAIL, which the code does not know.',
  ]);
  t.strictSame(after('http://127.0.0.1:3001/health/ready', 'http://127.0.0.1:3000/health/ready'), [
    'backoffice listens on 3001, but its health is asked at "http://127.0.0.1:3000/health/ready".',
  ]);
  t.strictSame(after("ports: ['127.0.0.1:3002:3002']", "ports: ['127.0.0.1:3002:3001']"), [
    'projections listens on 3002, but publishes 3001.',
  ]);
  t.strictSame(after("ports: ['127.0.0.1:3000:3000']", 'ports: []'), [
    'customer: port 3000 is published 0 times.',
  ]);
  t.strictSame(after('http://localhost:3007', 'http://localhost:3008'), [
    'customer: nothing is published at DESKSTREAM_TRACES_URL, http://localhost:3008.',
    'backoffice: nothing is published at DESKSTREAM_TRACES_URL, http://localhost:3008.',
    'projections: nothing is published at DESKSTREAM_TRACES_URL, http://localhost:3008.',
    'console: nothing is published at DESKSTREAM_TRACES_URL, http://localhost:3008.',
  ]);
  t.strictSame(after('smtp://mailpit:1025', 'smtp://mailpit:25').slice(0, 1), [
    'customer looks for smtp at mailpit:25.',
  ]);
  t.strictSame(after('esdb://eventstore:2113', 'esdb://event-store:2113').slice(0, 1), [
    'customer names event-store, which is no service.',
  ]);
  t.strictSame(after(`"quit(db.adminCommand('ping').ok === 1 ? 0 : 1)"\n`, 'quit(1 === 1 ? 0 : 1)\n'), [
    'mongo-1: quote what YAML does not read as text: {"quit(1 === 1 ? 0":"1)"}.',
  ]);
});

t.test('an address at which nobody is found is said', async (t) => {
  t.strictSame(after('subnet: 172.28.0.0/24', 'subnet: 172.29.0.0/24'), [
    'proxy has the address 172.28.0.10, which is not in the network 172.29.0.0/24.',
  ]);
  t.strictSame(after(', ip_range: 172.28.0.128/25', ''), [
    'proxy has the address 172.28.0.10, which another may get before it starts.',
  ]);
  t.strictSame(after('DESKSTREAM_TRUSTED_PROXIES: 172.28.0.10', 'DESKSTREAM_TRUSTED_PROXIES: 172.28.0.11'), [
    '172.28.0.11 is trusted, but is the address of no service.',
  ]);
  t.strictSame(after('http://projectors:3002', 'http://projectors:3000'), [
    'consoles does not find the service projections by DESKSTREAM_ANALYSTS_INNER_URL.',
  ]);
  t.strictSame(after('_INNER_URL: http://backoffice:3001', '_INNER_URL: http://backoffices:3001'), [
    'console does not find the service backoffice by DESKSTREAM_BACKOFFICE_INNER_URL.',
  ]);
  t.strictSame(
    after(
      'DESKSTREAM_CUSTOMER_URL: https://localhost:3000',
      'DESKSTREAM_MAILBOX_URL: http://localhost:3004',
    ).slice(0, 1),
    ['customers: DESKSTREAM_MAILBOX_URL is the page of an embedded node, and there is none.'],
  );
});

t.test('what would work, but not in earnest, is said', async (t) => {
  t.strictSame(after('mongo:7.0.16', 'mongo:latest').slice(0, 1), [
    'mongo: the image mongo:latest is not pinned to a version.',
  ]);
  t.strictSame(after(/healthcheck:\n +test: \[CMD, \/mailpit, readyz\]/, 'healthcheck:'), [
    'mailpit has no health check.',
  ]);
  t.strictSame(after("limits: { cpus: '0.5', memory: 128M }", "limits: { cpus: '0.5' }"), [
    'mailpit has no limits.',
  ]);
  t.strictSame(
    after(
      "limits: { cpus: '1.0', memory: 512M }\n\nx-mongo",
      "limits: { cpus: '1.0', memory: 400M }\n\nx-mongo",
    ),
    [
      'rabbitmq does not hold publishers back before its memory is full.',
      'rabbitmq-1 does not hold publishers back before its memory is full.',
      'rabbitmq-2 does not hold publishers back before its memory is full.',
      'rabbitmq-3 does not hold publishers back before its memory is full.',
    ],
  );
  t.strictSame(after('configs: [*rabbitmq-memory]', ''), [
    'rabbitmq does not hold publishers back before its memory is full.',
  ]);
  t.strictSame(
    after('rabbitmq: { condition: service_healthy }', 'rabbitmq: { condition: service_started }'),
    [
      'customer waits for rabbitmq with service_started, not service_healthy.',
      'backoffice waits for rabbitmq with service_started, not service_healthy.',
      'projections waits for rabbitmq with service_started, not service_healthy.',
      'console waits for rabbitmq with service_started, not service_healthy.',
    ],
  );
  t.strictSame(after("volumes: ['mail:/data']", "volumes: ['mails:/data']"), [
    'mails is used and not declared in volumes.',
    'mail is declared in volumes and not used.',
  ]);
  t.strictSame(
    after(
      'MONGO_INITDB_ROOT_PASSWORD_FILE: /run/secrets/mongo_admin_password',
      'MONGO_INITDB_ROOT_PASSWORD: x',
    ),
    ['mongo: MONGO_INITDB_ROOT_PASSWORD stands in the file; use a secret.'],
  );
  t.strictSame(after('./.data/compose/amqp_url', './.data/compose/amqp'), [
    'Nothing makes the file of the secret amqp_url.',
  ]);
  const unpinned = files.dockerfile.replace('node:22.21.1-bookworm-slim', 'node:22');
  t.strictSame(problemsOf({ ...files, dockerfile: unpinned }), [
    'Dockerfile: the image node:22 is not pinned to a version.',
    'Dockerfile: the image node:22 is not pinned to a version.',
    'Dockerfile: the image node:22 is not pinned to a version.',
  ]);
});
