// Users and access lists, through the official client and over HTTPS, as on the real server.
import { readFile } from 'node:fs/promises';
import { request } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import {
  EventStoreDBClient,
  jsonEvent,
  persistentSubscriptionToAllSettingsFromDefaults,
  START,
} from '@eventstore/db-client';
import t from 'tap';
import { startEventStoreNode } from '../node.ts';
import { collect, errorOf } from '../testing/answers.ts';

const cert = join(import.meta.dirname, '../testing/localhost-cert.pem');
const key = join(import.meta.dirname, '../testing/localhost-key.pem');
const ca = await readFile(cert, 'utf8');
const PASSWORD = 'the first of all';
const folder = t.testdir({ password: `${PASSWORD}\n`, data: {} });
const options = {
  dataDir: join(folder, 'data'),
  port: 0,
  cert,
  key,
  adminPasswordFile: join(folder, 'password'),
};
let node = await startEventStoreNode(options);
const clients: EventStoreDBClient[] = [];
t.teardown(async () => {
  await Promise.all(clients.map((client) => client.dispose()));
  await node.close();
});

function as(user: string, password = `${user} password`): EventStoreDBClient {
  const who = user === '' ? '' : `${user}:${encodeURIComponent(password)}@`;
  const client = EventStoreDBClient.connectionString(
    `esdb://${who}localhost:${node.ports.eventstore}?tls=true&tlsCAFile=${encodeURIComponent(cert)}`,
  );
  clients.push(client);
  return client;
}

/** Asks over HTTPS, as the administrator unless it is said as whom. */
async function ask(method: string, path: string, body?: object, auth = `admin:${PASSWORD}`) {
  const asked = request({
    method,
    path,
    auth: auth === '' ? undefined : auth,
    host: 'localhost',
    port: node.ports.eventstore,
    ca,
    headers: { 'content-type': 'application/json' },
    agent: false,
  });
  asked.end(body === undefined ? undefined : JSON.stringify(body));
  return new Promise<{ status: number | undefined; body: unknown }>((resolve, reject) => {
    asked.once('error', reject);
    asked.once('response', async (response) => {
      const answer = await text(response);
      const isJson = response.headers['content-type']?.startsWith('application/json');
      resolve({ status: response.statusCode, body: isJson ? JSON.parse(answer) : answer });
    });
  });
}

const event = () => jsonEvent({ type: 'A', data: {} });
const DENIED = { type: 'access-denied' };
/** What becomes of something: done, or the type of the error. */
async function outcome(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'done',
    (error) => error.type,
  );
}

t.test('users are made, changed and listed by administrators', async (t) => {
  const made = await ask('POST', '/users', {
    loginName: 'kim',
    fullName: 'Kim',
    groups: ['readers'],
    password: 'kim password',
  });
  t.strictSame(made, { status: 201, body: { loginName: 'kim', success: true, error: 'Success' } });
  t.match(await ask('POST', '/users', { loginName: 'kim', password: 'x' }), {
    status: 409,
    body: { success: false, error: 'Conflict' },
  });
  t.match(await ask('POST', '/users', { loginName: 'lou' }), { status: 400 });
  for (const loginName of ['lou', 'pat'])
    await ask('POST', '/users', { loginName, password: `${loginName} password` });
  const kim = { loginName: 'kim', fullName: 'Kim', groups: ['readers'], disabled: false };
  t.strictSame(await ask('GET', '/users/kim'), {
    status: 200,
    body: { data: kim, success: true, error: 'Success' },
  });
  const listed = await ask('GET', '/users');
  t.match(listed.body, {
    data: [{ loginName: 'admin', groups: ['$admins'] }, { loginName: 'ops', groups: ['$ops'] }, kim, {}, {}],
  });
  t.notMatch(JSON.stringify(listed.body), /hash|salt/);
  t.match(await ask('GET', '/users/sam'), { status: 404, body: { error: 'NotFound' } });
  for (const auth of ['kim:kim password', `ops:${PASSWORD}`, ''])
    t.equal((await ask('GET', '/users', undefined, auth)).status, 401, auth);
});

t.test('who has no password, or a wrong one, is refused; so is who is disabled', async (t) => {
  t.match(await errorOf(collect(as('').readStream('s'))), { ...DENIED, message: /Access Denied/ });
  t.match(await errorOf(collect(as('kim', 'guessed').readStream('s'))), {
    ...DENIED,
    message: /Unauthenticated/,
  });
  t.match(await errorOf(as('admin', 'changeit').appendToStream('s', event())), DENIED);
  t.equal((await ask('GET', '/health/live', undefined, '')).status, 204);

  const pat = as('pat');
  t.equal(await outcome(pat.appendToStream('s', event())), 'done');
  t.match(await ask('POST', '/users/pat/command/disable'), { status: 200 });
  t.equal(await outcome(collect(pat.readStream('s'))), 'access-denied');
  await ask('POST', '/users/pat/command/enable');
  t.equal(await outcome(collect(pat.readStream('s'))), 'done');
  await ask('POST', '/users/pat/command/reset-password', { newPassword: 'another' });
  t.equal(await outcome(collect(pat.readStream('s'))), 'access-denied');
  t.equal(await outcome(collect(as('pat', 'another').readStream('s'))), 'done');
});

t.test('ordinary streams are everybody’s, those of the store the administrators’', async (t) => {
  const admin = as('admin', PASSWORD);
  const kim = as('kim');
  await kim.appendToStream('ordinary', event());
  t.strictSame(
    [
      await outcome(kim.setStreamMetadata('ordinary', { maxCount: 5 })),
      await outcome(collect(kim.readAll({ maxCount: 1 }))),
      await outcome(collect(as('ops', PASSWORD).readAll({ maxCount: 1 }))),
      await outcome(collect(kim.readStream('$user-admin'))),
      await outcome(kim.appendToStream('$settings', event())),
      await outcome(kim.setStreamMetadata('$all', {})),
      await outcome(collect(admin.readAll({ maxCount: 1 }))),
      await outcome(collect(admin.readStream('$user-admin'))),
    ],
    ['done', ...Array.from({ length: 5 }, () => 'access-denied'), 'done', 'done'],
  );
});

t.test('a stream’s own list says who may do what; administrators may all the same', async (t) => {
  const admin = as('admin', PASSWORD);
  const [kim, lou] = [as('kim'), as('lou')];
  await admin.setStreamMetadata('listed', {
    acl: { readRoles: ['readers', 'lou'], writeRoles: ['lou'], deleteRoles: ['$admins'] },
  });
  t.strictSame(
    [
      await outcome(kim.appendToStream('listed', event())),
      await outcome(
        kim.appendToStream('listed', event(), { credentials: { username: 'kim', password: 'kim password' } }),
      ),
      await outcome(lou.appendToStream('listed', event())),
      await outcome(collect(kim.readStream('listed'))),
      await outcome(collect(as('pat', 'another').readStream('listed'))),
      await outcome(lou.deleteStream('listed')),
      await outcome(lou.tombstoneStream('listed')),
      await outcome(lou.getStreamMetadata('listed')),
      await outcome(admin.deleteStream('listed')),
    ],
    [
      'access-denied',
      'access-denied',
      'done',
      'done',
      'access-denied',
      'access-denied',
      'access-denied',
      'done',
      'done',
    ],
  );
});

t.test('the defaults of $settings hold for streams without a list of their own', async (t) => {
  const admin = as('admin', PASSWORD);
  const [kim, lou] = [as('kim'), as('lou')];
  await admin.appendToStream(
    '$settings',
    jsonEvent({
      type: 'update-default-acl',
      data: { $userStreamAcl: { $w: ['lou'], $mw: '$admins' }, $systemStreamAcl: { $r: ['lou', '$admins'] } },
    }),
  );
  t.strictSame(
    [
      await outcome(kim.appendToStream('by-default', event())),
      await outcome(lou.appendToStream('by-default', event())),
      await outcome(collect(kim.readStream('by-default'))),
      await outcome(lou.setStreamMetadata('by-default', { maxCount: 1 })),
      await outcome(collect(lou.readStream('$users'))),
      await outcome(lou.appendToStream('$own', event())),
    ],
    ['access-denied', 'done', 'done', 'access-denied', 'done', 'access-denied'],
  );
});

t.test('groups are made by operators, and used by who may read what they hear', async (t) => {
  const admin = as('admin', PASSWORD);
  const kim = as('kim');
  const settings = persistentSubscriptionToAllSettingsFromDefaults({ startFrom: START });
  const create = (client: EventStoreDBClient) => client.createPersistentSubscriptionToAll('g', settings);
  const consume = async (client: EventStoreDBClient) => {
    const subscription = client.subscribeToPersistentSubscriptionToAll('g');
    const end = await new Promise<string>((resolve) => {
      subscription.once('confirmation', () => resolve('joined'));
      subscription.once('error', (error: Error & { type?: string }) => resolve(error.type ?? error.message));
    });
    await subscription.unsubscribe().catch(() => undefined);
    return end;
  };
  t.strictSame(
    [await outcome(create(kim)), await outcome(create(as('ops', PASSWORD))), await consume(kim)],
    ['access-denied', 'done', 'access-denied'],
  );
  await admin.setStreamMetadata('$all', { acl: { readRoles: ['readers'] } });
  t.strictSame(
    [
      await consume(kim),
      await consume(as('lou')),
      await outcome(kim.getPersistentSubscriptionToAllInfo('g')),
      await outcome(kim.replayParkedMessagesToAll('g')),
      await outcome(kim.deletePersistentSubscriptionToAll('g')),
      await outcome(collect(kim.readAll({ maxCount: 1 }))),
      (await ask('POST', '/admin/scavenge', undefined, 'kim:kim password')).status,
    ],
    ['joined', 'access-denied', 'done', 'access-denied', 'access-denied', 'done', 401],
  );
});

t.test('users, lists and passwords outlive the node', async (t) => {
  await node.close();
  node = await startEventStoreNode(options);
  t.equal(await outcome(collect(as('kim').readStream('ordinary'))), 'done');
  t.equal(await outcome(as('kim').appendToStream('by-default', event())), 'access-denied');
  t.match(await ask('DELETE', '/users/kim'), { status: 200 });
  t.equal(await outcome(collect(as('kim').readStream('ordinary'))), 'access-denied');
  t.match(await ask('POST', '/users', { loginName: 'kim', password: 'anew' }), { status: 201 });
  t.equal(await outcome(collect(as('kim', 'anew').readStream('ordinary'))), 'done');
});
