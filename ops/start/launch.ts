import { parseArgs } from 'node:util';
import { CodedError } from '../../shared-contracts/errors/coded-error.ts';
import { DEMO_ACCOUNTS, DEMO_PASSWORD } from '../../shared-contracts/runtime/accounts/demo-accounts.ts';
import { unknownSettings } from '../../shared-contracts/runtime/unknown-settings.ts';
import type { SystemUrls } from './plan.ts';
import { dataDirSetting, type Environment, portSettings } from './settings.ts';
import { type RunningSystem, startSystem } from './system.ts';

const HELP = `npm start [-- --reset] [-- --no-demo]

  --reset     start from nothing: delete what the embedded nodes have kept
  --no-demo   no demo data, and no confirmation mail that fails on purpose
  --help      this text`;

const INTERRUPTED = 130;
const SAME_SIGNAL_MS = 500;
const PARENT_CHECK_MS = 500;

/** `npm start`: starts everything, says where it is, and stops everything on Ctrl-C or SIGTERM. */
export async function launch(args: readonly string[], env: Environment): Promise<void> {
  const flags = readFlags(args);
  if (typeof flags === 'string') {
    console.error(flags);
    process.exitCode = 2;
    return;
  }
  if (flags.help) {
    console.log(HELP);
    return;
  }
  // Whoever reads the output may be gone first; that is no reason to leave processes behind.
  process.stdout.on('error', () => {});
  const stop = new AbortController();
  const kill = new AbortController();
  listenForStop(stop, kill);
  if (env.npm_lifecycle_event !== undefined) stopWithParent(stop);

  const begun = performance.now();
  for (const sentence of unknownSettings(env)) console.error(sentence);
  try {
    const system = await startSystem({
      dataDir: dataDirSetting(env),
      env: { DESKSTREAM_LOG_FORMAT: process.stdout.isTTY ? 'text' : 'json', ...env },
      demo: flags.demo,
      reset: flags.reset,
      ports: portSettings(env),
      log: (line) => console.log(line),
      stopSignal: stop.signal,
      killSignal: kill.signal,
    });
    if (!stop.signal.aborted)
      console.log(welcome(system.urls, flags.demo, (performance.now() - begun) / 1000));
    await untilStopped(system, stop.signal);
  } catch (error) {
    if (!stop.signal.aborted) {
      console.error(error instanceof CodedError ? error.message : error);
      process.exitCode = 1;
      return;
    }
  }
  console.log('Stopped.');
  process.exit(0);
}

/** The first signal stops, one that comes later kills. npm passes on a Ctrl-C that the terminal has sent already. */
function listenForStop(stop: AbortController, kill: AbortController): void {
  let asked = Number.POSITIVE_INFINITY;
  const onSignal = () => {
    const now = performance.now();
    if (!stop.signal.aborted) {
      asked = now;
      console.log('Stopping … (Ctrl-C once more kills everything at once)');
      stop.abort();
    } else if (now - asked > SAME_SIGNAL_MS) {
      kill.abort();
      process.exit(INTERRUPTED);
    }
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
}

/** A SIGTERM or SIGKILL that is meant for `npm start` reaches npm and its shell only; then the launcher is an orphan. */
function stopWithParent(stop: AbortController): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) stop.abort();
  }, PARENT_CHECK_MS).unref();
}

function readFlags(args: readonly string[]): { reset: boolean; demo: boolean; help: boolean } | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        reset: { type: 'boolean' },
        'no-demo': { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    return { reset: values.reset ?? false, demo: !values['no-demo'], help: values.help ?? false };
  } catch {
    return `npm start takes --reset, --no-demo and --help (behind "--"), not ${args.join(' ')}.`;
  }
}

async function untilStopped(system: RunningSystem, stopSignal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    if (stopSignal.aborted) return resolve();
    stopSignal.addEventListener('abort', () => resolve(), { once: true });
  });
  await system.stop();
}

/** The accounts of the demo, by what they may do. */
function signIns(): readonly string[] {
  const rows = Object.values(DEMO_ACCOUNTS).map(
    ({ name, email, roles }) => `  ${roles.join(', ').padEnd(12)} ${email.padEnd(24)} ${name}`,
  );
  return ['', `Employees sign in with the password ${DEMO_PASSWORD}:`, '', ...rows, ''];
}

function welcome(urls: SystemUrls, demo: boolean, seconds: number): string {
  const pages: readonly (readonly [string, string | undefined, string])[] = [
    ['Customers', urls.customer, 'report an issue, and follow it'],
    ['Back office', urls.backoffice, 'work the tickets'],
    ['Analysts', urls.analysts, 'what happened, in numbers'],
    ['Mailbox', urls.mailbox, 'every mail that was sent'],
    ['Broker', urls.broker, 'what is on its way between the services'],
    ['Operators', urls.console, 'messages that failed, and their replay'],
    ['Traces', urls.traces, 'every step of every request'],
  ];
  const lines = pages.flatMap(([name, url, what]) =>
    url === undefined ? [] : [`  ${name.padEnd(12)} ${url.padEnd(24)} ${what}`],
  );
  const then = demo
    ? `Its confirmation mail fails on purpose: replay it at ${urls.console}`
    : `Find its ticket at ${urls.backoffice}`;
  return [
    '',
    `Deskstream is ready (${seconds.toFixed(1)} s).`,
    '',
    ...lines,
    '',
    `First, report an issue at ${urls.customer}`,
    then,
    ...(demo ? signIns() : [`Make the first administrator: npm run ops -- admin you@example.org`, '']),
    'Ctrl-C stops everything.',
    '',
  ].join('\n');
}
