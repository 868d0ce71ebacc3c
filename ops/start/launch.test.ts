import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import t from 'tap';
import { addressesOf, SERVER_SETTINGS } from './server-urls.ts';
import { PORT_SETTINGS, portSettings } from './settings.ts';

const START = join(import.meta.dirname, '..', 'start.js');

const ANY_PORTS = Object.fromEntries(Object.values(PORT_SETTINGS).map(({ setting }) => [setting, '0']));

/** Runs `npm start`'s program until it ends by itself. */
async function start(args: readonly string[], env: Record<string, string> = {}, nodeArgs: string[] = []) {
  const child = spawn(process.execPath, [...nodeArgs, START, ...args], {
    env: { PATH: process.env.PATH, ...ANY_PORTS, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, err, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { code, out, err };
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

t.test('says in one sentence why it does not start, and ends with a code that is not 0', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  // A TCP server that listens has an address with a port.
  const { port } = server.address() as AddressInfo;
  const old = join(t.testdir(), 'old-node.mjs');
  await writeFile(old, "Object.defineProperty(process, 'versions', { value: { node: '20.18.3' } });\n");

  const cases = [
    [
      await start([], { DESKSTREAM_CONSOLE_PORT: String(port) }),
      1,
      `Port ${port}, for the operators' console, is taken by another program. Stop that program, or set DESKSTREAM_CONSOLE_PORT to another port.\n`,
    ],
    [
      await start([], { DESKSTREAM_SMTP_PORT: '1o25' }),
      1,
      'DESKSTREAM_SMTP_PORT is "1o25": give the port of the mail server (SMTP) as a number from 1 to 65535, or 0 for any free one.\n',
    ],
    [
      await start([], {
        AMQP_URL: 'amqp://broker',
        AMQP_URL_FILE: '/run/secrets/amqp',
        DESKSTREAM_HOTS: '::1',
      }),
      1,
      'DESKSTREAM_HOTS is not a setting and changes nothing. Did you mean DESKSTREAM_HOST?\nAMQP_URL: is set, and AMQP_URL_FILE as well; set one of them.\n',
    ],
    [
      await start(['--rest']),
      2,
      'npm start takes --reset, --no-demo and --help (behind "--"), not --rest.\n',
    ],
    [
      await start([], {}, ['--import', old]),
      1,
      'Deskstream needs Node 20.19 or newer; this is Node 20.18.3. Update Node and start again.\n',
    ],
  ] as const;
  for (const [run, code, sentence] of cases) t.strictSame(run, { code, out: '', err: sentence });

  const help = await start(['--help']);
  t.equal(help.code, 0);
  t.match(help.out, /--reset .*\n.*--no-demo/);
});

t.test('starts the whole product, and one Ctrl-C stops every process of it', async (t) => {
  const launcher = spawn(process.execPath, [START, '--no-demo'], {
    env: { PATH: process.env.PATH, ...ANY_PORTS, DESKSTREAM_DATA_DIR: t.testdir() },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own, as a terminal gives to what it runs.
    detached: true,
  });
  const group = -Number(launcher.pid);
  const closed = once(launcher, 'close');
  t.teardown(() => {
    if (isRunning(group)) process.kill(group, 'SIGKILL');
  });
  const errors = text(launcher.stderr);
  let printed = '';
  launcher.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    const before = printed;
    printed += chunk;
    if (!before.includes('Ctrl-C stops') && printed.includes('Ctrl-C stops')) process.kill(group, 'SIGINT');
  });
  const [code] = await closed;
  t.strictSame([code, await errors], [0, '']);
  t.notOk(isRunning(group), 'no process is left');
  for (const page of ['Customers', 'Back office', 'Analysts', 'Mailbox', 'Broker', 'Operators', 'Traces']) {
    t.match(printed, new RegExp(`^  ${page} +http://localhost:\\d+ `, 'm'));
  }
  t.match(printed, /\nStopping [\s\S]*\nStopped\.\n$/);
  t.notMatch(printed, 'did not stop by itself');
});

t.test('reads ports from the settings', async (t) => {
  const ports = portSettings({
    DESKSTREAM_CUSTOMER_PORT: '8080',
    DESKSTREAM_AMQP_PORT: '0',
    DESKSTREAM_OTLP_PORT: '',
  });
  t.strictSame(ports, {
    customer: 8080,
    backoffice: 3001,
    analysts: 3002,
    mailbox: 3004,
    broker: 3005,
    console: 3006,
    traces: 3007,
    eventstore: 2113,
    amqp: 0,
    mongo: 27017,
    smtp: 1025,
    otlp: 4318,
  });
  for (const wrong of ['65536', '-1', '3000.5', ' ', 'http']) {
    t.throws(() => portSettings({ DESKSTREAM_CUSTOMER_PORT: wrong }), { name: 'StartError' }, wrong);
  }
});

t.test('finds the addresses in server URLs, and never shows a password', async (t) => {
  const { eventstore, mongodb, broker, mail, traces } = SERVER_SETTINGS;
  t.strictSame(
    addressesOf(eventstore, 'esdb://admin:changeit@a.example:2111,b.example,[::1]:2113?tls=true'),
    [
      { host: 'a.example', port: 2111 },
      { host: 'b.example', port: 2113 },
      { host: '::1', port: 2113 },
    ],
  );
  t.strictSame(addressesOf(mongodb, 'mongodb+srv://cluster.example/deskstream'), [], 'DNS records tell');
  t.strictSame(addressesOf(mongodb, 'mongodb://%2Ftmp%2Fmongodb-27017.sock/deskstream'), [], 'a socket file');
  t.strictSame(addressesOf(broker, 'amqps://rabbit.example/vhost'), [{ host: 'rabbit.example', port: 5671 }]);
  t.strictSame(addressesOf(mail, 'smtp://mail.example'), [{ host: 'mail.example', port: 587 }]);
  t.strictSame(addressesOf(traces, 'https://otlp.example/v1'), [{ host: 'otlp.example', port: 443 }]);
  for (const wrong of [
    'http://admin:secret@a.example',
    'amqp://u:secret@a.example:99999',
    'amqp://u:secret@',
    'a.example:5672',
  ]) {
    t.throws(() => addressesOf(broker, wrong), {
      name: 'StartError',
      message:
        'AMQP_URL is not a URL of that server: it should look like amqp://user:password@rabbitmq.example:5672.',
    });
  }
});
