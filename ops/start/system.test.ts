import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { eventually } from '../system-tests/testing/eventually.ts';
import { ANY_PORTS } from './settings.ts';
import { type ProcessName, type SystemOptions, startSystem } from './system.ts';

const FAKE = join(import.meta.dirname, 'fixtures/fake-child.js');
const NAMES: readonly ProcessName[] = [
  'eventstore',
  'nodes',
  'customer',
  'backoffice',
  'projections',
  'console',
];
const FAKES = Object.fromEntries(NAMES.map((name) => [name, FAKE]));

function alive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function prepare(t: Test, given: Partial<SystemOptions> = {}) {
  const lines: string[] = [];
  const options: SystemOptions = {
    dataDir: t.testdir(),
    env: { PATH: process.env.PATH },
    demo: true,
    ports: ANY_PORTS,
    modules: FAKES,
    log: (line) => lines.push(line),
    ...given,
  };
  return { options, lines };
}

async function running(t: Test, given: Partial<SystemOptions> = {}) {
  const { options, lines } = prepare(t, given);
  const system = await startSystem(options);
  t.teardown(() => system.killAll());
  return { system, lines, options };
}

/** What a fake process answers: who it is and the settings that it was started with. */
async function ask(url: string): Promise<{ pid: number; name: string; env: Record<string, string> }> {
  const response = await fetch(url);
  return (await response.json()) as { pid: number; name: string; env: Record<string, string> };
}

async function takePort(t: Test): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  // A TCP server that listens has an address with a port.
  return (server.address() as AddressInfo).port;
}

t.test(
  'starts nodes and services, tells each where the others are, and leaves no process behind',
  async (t) => {
    const { system, lines, options } = await running(t);
    const pids = NAMES.map((name) => system.pid(name) ?? 0);

    const customer = await ask(system.urls.customer);
    const analysts = await ask(system.urls.analysts);
    t.strictSame([customer.name, customer.pid], ['customer', system.pid('customer')]);
    t.strictSame([analysts.name, analysts.pid], ['projections', system.pid('projections')]);
    t.equal((await ask(system.urls.mailbox ?? '')).name, 'nodes');
    t.equal((await ask(system.urls.eventstore.replace('esdb', 'http'))).name, 'eventstore');
    const told = {
      EVENTSTORE_URL: system.urls.eventstore,
      MONGO_URL: system.urls.mongo,
      AMQP_URL: system.urls.amqp,
      SMTP_URL: system.urls.smtp,
      OTEL_EXPORTER_OTLP_ENDPOINT: system.urls.otlp,
      OTEL_SERVICE_NAME: 'customer',
      DESKSTREAM_DEMO: 'true',
      DESKSTREAM_HOST: '127.0.0.1',
      DESKSTREAM_MASTER_KEY_FILE: join(options.dataDir, 'master.key'),
      DESKSTREAM_BACKOFFICE_URL: system.urls.backoffice,
      DESKSTREAM_CONSOLE_URL: system.urls.console,
      DESKSTREAM_MAILBOX_URL: system.urls.mailbox,
      DESKSTREAM_TRACES_URL: system.urls.traces,
    };
    t.strictSame(Object.fromEntries(Object.keys(told).map((key) => [key, customer.env[key]])), told);

    await system.stop();
    t.strictSame(pids.filter(alive), []);
    const closed = lines.filter((line) => line.endsWith('| closed')).map((line) => line.split(' ')[0]);
    t.strictSame(closed.slice(0, 4).toSorted(), ['backoffice', 'console', 'customer', 'projections']);
    t.strictSame(closed.slice(4).toSorted(), ['eventstore', 'nodes'], 'nodes stop when the services have');
  },
);

t.test('starts again what dies, on the same port, and says so', async (t) => {
  const { system, lines } = await running(t, { limits: { firstDelay: 50 } });
  const before = await ask(system.urls.customer);
  const [customer, nodes] = [system.restarted('customer'), system.restarted('nodes')];
  system.kill('customer', 'SIGKILL');
  system.kill('nodes', 'SIGKILL');
  await Promise.all([customer, nodes]);

  const after = await ask(system.urls.customer);
  t.not(after.pid, before.pid);
  t.equal(after.pid, system.pid('customer'));
  t.equal((await ask(system.urls.mailbox ?? '')).name, 'nodes');
  t.ok(lines.includes('customer ended by SIGKILL; it is started again in 0.05 s.'));
  t.ok(lines.includes('customer is ready again.'));
  await system.stop();
  t.equal(system.pid('customer'), undefined);
});

t.test('a process that cannot start ends everything with its own sentence', async (t) => {
  const cases = [
    ['console:fails', 'The moon is in the wrong phase: set DESKSTREAM_MOON to "full".'],
    ['nodes:fails', 'The moon is in the wrong phase: set DESKSTREAM_MOON to "full".'],
    ['customer:dies', 'customer ended with exit code 7 before it was ready; its last lines say why.'],
  ] as const;
  for (const [behaviour, message] of cases) {
    const { options, lines } = prepare(t, { env: { FAKE_BEHAVIOUR: behaviour } });
    await t.rejects(startSystem(options), { name: 'StartError', message }, behaviour);
    const listened = lines.filter((line) => line.includes('listens on')).length;
    const closed = lines.filter((line) => line.endsWith('| closed')).length;
    t.equal(closed, listened, 'what had started was stopped');
  }
});

t.test('a process that does not stop by itself is killed after the limit', async (t) => {
  const { system, lines } = await running(t, {
    env: { FAKE_BEHAVIOUR: 'customer:deaf' },
    limits: { stop: 200 },
  });
  const pid = system.pid('customer') ?? 0;
  await system.stop();
  t.notOk(alive(pid));
  t.ok(lines.includes('customer did not stop by itself: it ended by SIGKILL.'));
});

t.test('a stop in the middle of the start leaves nothing behind', async (t) => {
  const stop = new AbortController();
  const { options, lines } = prepare(t, { stopSignal: stop.signal });
  const log = (line: string) => {
    lines.push(line);
    if (line.startsWith('backoffice')) stop.abort();
  };
  await t.rejects(startSystem({ ...options, log }), { name: 'StartError' });
  t.ok(lines.some((line) => line === 'eventstore  | closed'));
});

t.test('says what is in the way of a start', async (t) => {
  const taken = await takePort(t);
  const replaced = {
    EVENTSTORE_URL: `esdb://127.0.0.1:${taken}?tls=false`,
    MONGO_URL: '',
    PATH: process.env.PATH,
  };
  const cases: readonly (readonly [Partial<SystemOptions>, RegExp])[] = [
    [
      { ports: { ...ANY_PORTS, console: taken } },
      new RegExp(
        `^Port ${taken}, for the operators' console, is taken .* set DESKSTREAM_CONSOLE_PORT to another port\\.$`,
      ),
    ],
    [
      { ports: { ...ANY_PORTS, amqp: taken } },
      new RegExp(
        `^Port ${taken}, for the broker \\(AMQP\\), is taken .* set DESKSTREAM_AMQP_PORT to another port\\.$`,
      ),
    ],
    [
      { ports: { ...ANY_PORTS, customer: 34567, console: 34567 } },
      /^DESKSTREAM_CUSTOMER_PORT and DESKSTREAM_CONSOLE_PORT are both 34567\./,
    ],
    [
      { env: { DESKSTREAM_HOST: '203.0.113.7' } },
      /^"203\.0\.113\.7" is not an address of this machine\. Correct DESKSTREAM_HOST\.$/,
    ],
    [
      { env: { AMQP_URL: 'amqp://guest:secret@127.0.0.1:1' } },
      /^AMQP_URL leads to a server that does not answer: 127\.0\.0\.1:1 \(connection refused\)\./,
    ],
    [
      { env: { SMTP_URL: 'mail.example:25' } },
      /^SMTP_URL is not a URL of that server: it should look like smtp:/,
    ],
  ];
  for (const [given, sentence] of cases) {
    const { options, lines } = prepare(t, given);
    await t.rejects(startSystem(options), { name: 'StartError', message: sentence });
    t.strictSame(lines, [], 'nothing was started');
  }
  const { system } = await running(t, { env: replaced });
  t.equal(system.pid('eventstore'), undefined, 'a real server replaces the embedded node');
  t.equal((await ask(system.urls.customer)).env.EVENTSTORE_URL, replaced.EVENTSTORE_URL);
  t.match(
    system.urls.mongo,
    /^mongodb:\/\/127\.0\.0\.1:\d+\/deskstream$/,
    'an empty setting replaces nothing',
  );
});

t.test('a reset deletes what nodes have kept and nothing else', async (t) => {
  const { options } = prepare(t);
  const { dataDir } = options;
  for (const node of ['eventstore', 'mail']) {
    await mkdir(join(dataDir, node));
    await writeFile(join(dataDir, node, 'FORMAT'), `${node} 1\n`);
  }
  await writeFile(join(dataDir, 'notes.txt'), 'mine');
  const first = await startSystem({ ...options, reset: true });
  await first.stop();
  t.notOk(existsSync(join(dataDir, 'eventstore')));
  t.equal(await readFile(join(dataDir, 'notes.txt'), 'utf8'), 'mine');
  const key = await readFile(join(dataDir, 'master.key'), 'utf8');
  t.equal(Buffer.from(key, 'base64').length, 32);
  t.equal((await stat(join(dataDir, 'master.key'))).mode & 0o777, 0o600);

  await mkdir(join(dataDir, 'mail'));
  await writeFile(join(dataDir, 'mail', 'FORMAT'), 'mail 1\n');
  await mkdir(join(dataDir, 'traces'));
  await writeFile(join(dataDir, 'traces', 'thesis.doc'), 'years of work');
  await t.rejects(startSystem({ ...options, reset: true }), {
    message: /traces does not look like data of the traces node/,
  });
  t.ok(existsSync(join(dataDir, 'mail')), 'one strange folder, and nothing is deleted');
  t.equal(await readFile(join(dataDir, 'master.key'), 'utf8'), key, 'the master key stays');

  await writeFile(join(dataDir, 'master.key'), 'half a k');
  await t.rejects(startSystem(options), { message: /master\.key does not hold a master key/ });
});

t.test('processes end by themselves when the launcher is killed', async (t) => {
  const launcher = spawn(
    process.execPath,
    [join(import.meta.dirname, 'fixtures/launcher.js'), t.testdir(), FAKE],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { PATH: process.env.PATH } },
  );
  const [line] = await once(launcher.stdout, 'data');
  const pids: number[] = JSON.parse(String(line));
  t.equal(pids.length, 6);
  t.strictSame(
    pids.filter((pid) => !alive(pid)),
    [],
  );
  launcher.kill('SIGKILL');
  await eventually('every process has ended', () => !pids.some(alive));
});
