import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import t, { type Test } from 'tap';
import { parseCommand } from './command.ts';
import { NODE_NAMES } from './nodes.ts';
import { lockFolder } from './shared/folder-lock.ts';

const MAIN = join(import.meta.dirname, 'main.js');

function run(t: Test, cwd: string, args: readonly string[]) {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd,
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.teardown(() => child.kill('SIGKILL'));
  return child;
}

async function ended(child: ChildProcess): Promise<number | NodeJS.Signals | null> {
  const [code, signal] = await once(child, 'close');
  return signal ?? code;
}

/** What the node has printed when it says where it listens, or when it ends before that. */
async function announced(child: ReturnType<typeof run>): Promise<string> {
  let printed = '';
  return new Promise((resolve) => {
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      printed += chunk;
      if (/listens on .*\.\n/.test(printed)) resolve(printed);
    });
    child.stdout.once('end', () => resolve(printed));
  });
}

t.test('every node runs alone, on any free port, and stops cleanly', async (t) => {
  const dir = t.testdir();
  for (const [index, name] of NODE_NAMES.entries()) {
    const child = run(t, dir, [
      name,
      '--port',
      '0',
      '--data',
      name,
      ...(name === 'eventstore' || name === 'mongodb' ? [] : ['--page-port', '0']),
    ]);
    const [, port] =
      /listens on \w+:\/\/127\.0\.0\.1:(\d+).* keeps its data in \w+\.\n/.exec(await announced(child)) ?? [];
    t.match(port, /^\d+$/, `${name} says where it listens`);
    const socket = connect(Number(port), '127.0.0.1');
    await once(socket, 'connect');
    socket.destroy();
    await t.rejects(
      lockFolder(join(dir, name), 0),
      { message: /is in use by another process\. Stop that process, or/ },
      `${name} holds its folder`,
    );

    const taken = run(t, dir, [name, '--port', String(port), '--data', 'other']);
    const [sentence, code] = await Promise.all([text(taken.stderr), ended(taken)]);
    t.strictSame(
      [code, sentence],
      [
        1,
        `Port ${port} is taken by another program. Stop that program, or choose another port with --port.\n`,
      ],
    );

    const end = ended(child);
    child.kill(index % 2 === 0 ? 'SIGTERM' : 'SIGINT');
    t.equal(await end, 0, `${name} stops cleanly`);
  }
});

t.test("refuses another node's folder in one sentence", async (t) => {
  const dir = t.testdir();
  await mkdir(join(dir, 'mine'));
  await writeFile(join(dir, 'mine', 'FORMAT'), 'broker 1\n');
  const child = run(t, dir, ['mail', '--port', '0', '--page-port', '0', '--data', 'mine']);
  const [sentence, code] = await Promise.all([text(child.stderr), ended(child)]);
  t.equal(code, 1);
  t.match(sentence, /^.*mine holds data of "broker", not of "mail"\. .*\n$/);
});

t.test('two processes never write one folder; a killed one leaves it free', async (t) => {
  const dir = t.testdir();
  const args = ['mail', '--port', '0', '--page-port', '0', '--data', 'mail'];
  const first = run(t, dir, args);
  t.match(await announced(first), /listens on/);
  const second = run(t, dir, args);
  const printed = announced(second);
  first.kill('SIGKILL');
  t.match(await printed, /listens on/, 'it waited for the first to end');
  const end = ended(second);
  second.kill('SIGTERM');
  t.equal(await end, 0);
});

t.test('reads the command line, and refuses what cannot be meant', async (t) => {
  const env = { DESKSTREAM_DATA_DIR: '/var/desk' };
  t.strictSame(
    parseCommand(
      [
        'eventstore',
        '--advertise-host',
        'es.example',
        '--advertise-port',
        '443',
        '--cert',
        'c',
        '--key',
        'k',
        '--admin-password-file',
        'p',
      ],
      env,
    ),
    {
      kind: 'run',
      node: 'eventstore',
      options: {
        dataDir: '/var/desk/eventstore',
        host: '127.0.0.1',
        port: 2113,
        pagePort: 0,
        advertiseHost: 'es.example',
        advertisePort: 443,
        cert: 'c',
        key: 'k',
        adminPasswordFile: 'p',
      },
    },
  );
  t.strictSame(parseCommand(['mail', '--page-port', '8025', '--host', '::1', '--data', 'd'], {}), {
    kind: 'run',
    node: 'mail',
    options: { dataDir: 'd', host: '::1', port: 1025, pagePort: 8025 },
  });
  const refused = [
    [[], 'Name the node to run: eventstore, mongodb, broker, mail, traces.'],
    [['postgres'], 'There is no node "postgres"; there are eventstore, mongodb, broker, mail, traces.'],
    [['mail', 'traces'], 'One node at a time: "traces" is too much.'],
    [['mongodb', '--page-port', '1'], 'mongodb has no page, so it takes no --page-port.'],
    [['mail', '--cert', 'c', '--key', 'k'], 'mail takes no --cert; only the event store does.'],
    [['eventstore', '--key', 'k'], 'TLS needs both --cert and --key.'],
    [
      ['eventstore', '--admin-password-file', 'p'],
      'There are users with TLS only: give --cert and --key beside --admin-password-file.',
    ],
    [
      ['mail', '--port', 'smtp'],
      '--port takes a port from 0 to 65535, not "smtp". Run with --help to see what it takes.',
    ],
    [['mail', '--colour'], "Unknown option '--colour'. Run with --help to see what it takes."],
  ] as const;
  for (const [args, sentence] of refused) t.strictSame(parseCommand(args, {}), { kind: 'refused', sentence });

  const child = run(t, t.testdir(), ['postgres']);
  const [sentence, code] = await Promise.all([text(child.stderr), ended(child)]);
  t.strictSame([code, sentence], [2, `${refused[1][1]}\n`]);
  t.strictSame(parseCommand(['--help'], {}), { kind: 'help' });
});
