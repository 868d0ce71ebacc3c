import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A setting that is missing or wrong; the message names it and says what it should be. */
export class SettingError extends Error {
  readonly code = 'bad-setting';

  constructor(name: string, problem: string) {
    super(`${name}: ${problem}.`);
    this.name = 'SettingError';
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Everything that can be set, read from the environment once, at the start of a service. */
export type Settings = {
  readonly eventStoreUrl: string;
  readonly amqpUrl: string;
  readonly mongoUrl: string;
  readonly smtpUrl: string;
  readonly host: string;
  readonly ports: {
    readonly customer: number;
    readonly backoffice: number;
    readonly analysts: number;
    readonly console: number;
  };
  /** Where people reach the sites; links in mails and between the sites use them. */
  readonly urls: {
    readonly customer: string;
    readonly backoffice: string;
    readonly analysts: string;
    readonly console: string;
    readonly traces: string;
  };
  /** Pages of embedded nodes, which erase what no protocol has a word for; undefined where a real server stands in for one. */
  readonly nodePages: { readonly mailbox: string | undefined; readonly broker: string | undefined };
  readonly masterKeyFile: string;
  readonly mailFrom: string;
  /** Who becomes the first administrator, as long as there is none. */
  readonly firstAdmin: { readonly email: string; readonly password: string } | undefined;
  /** Demo data. */
  readonly demo: boolean;
  /** Confirmation mails fail on purpose until an operator replays them, to show how recovery works. */
  readonly failFirstMail: boolean;
  readonly logLevel: string;
  /** `text` is for people at a terminal. */
  readonly logFormat: 'json' | 'text';
};

/** @throws SettingError naming the first setting that is wrong. */
export function readSettings(env: Environment): Settings {
  const demo = flag(env, 'DESKSTREAM_DEMO', false);
  return {
    eventStoreUrl: url(env, 'EVENTSTORE_URL', 'esdb://127.0.0.1:2113?tls=false', ['esdb:', 'esdb+discover:']),
    amqpUrl: url(env, 'AMQP_URL', 'amqp://127.0.0.1:5672', ['amqp:', 'amqps:']),
    mongoUrl: url(env, 'MONGO_URL', 'mongodb://127.0.0.1:27017/deskstream', ['mongodb:', 'mongodb+srv:']),
    smtpUrl: url(env, 'SMTP_URL', 'smtp://127.0.0.1:1025', ['smtp:', 'smtps:']),
    host: text(env, 'DESKSTREAM_HOST', '127.0.0.1'),
    ports: {
      customer: port(env, 'DESKSTREAM_CUSTOMER_PORT', 3000),
      backoffice: port(env, 'DESKSTREAM_BACKOFFICE_PORT', 3001),
      analysts: port(env, 'DESKSTREAM_ANALYSTS_PORT', 3002),
      console: port(env, 'DESKSTREAM_CONSOLE_PORT', 3006),
    },
    urls: {
      customer: url(env, 'DESKSTREAM_CUSTOMER_URL', 'http://localhost:3000', ['http:', 'https:']),
      backoffice: url(env, 'DESKSTREAM_BACKOFFICE_URL', 'http://localhost:3001', ['http:', 'https:']),
      analysts: url(env, 'DESKSTREAM_ANALYSTS_URL', 'http://localhost:3002', ['http:', 'https:']),
      console: url(env, 'DESKSTREAM_CONSOLE_URL', 'http://localhost:3006', ['http:', 'https:']),
      traces: url(env, 'DESKSTREAM_TRACES_URL', 'http://localhost:3007', ['http:', 'https:']),
    },
    nodePages: {
      mailbox: optionalUrl(env, 'DESKSTREAM_MAILBOX_URL'),
      broker: optionalUrl(env, 'DESKSTREAM_BROKER_PAGE_URL'),
    },
    masterKeyFile: text(
      env,
      'DESKSTREAM_MASTER_KEY_FILE',
      join(text(env, 'DESKSTREAM_DATA_DIR', '.data'), 'master.key'),
    ),
    mailFrom: text(env, 'DESKSTREAM_MAIL_FROM', 'Deskstream <desk@localhost>'),
    firstAdmin: firstAdmin(env),
    demo,
    failFirstMail: flag(env, 'DESKSTREAM_FAIL_FIRST_MAIL', demo),
    logLevel: oneOf(env, 'DESKSTREAM_LOG_LEVEL', 'info', ['debug', 'info', 'warn', 'error', 'silent']),
    logFormat: oneOf(env, 'DESKSTREAM_LOG_FORMAT', 'json', ['json', 'text']) === 'text' ? 'text' : 'json',
  };
}

function firstAdmin(env: Environment): Settings['firstAdmin'] {
  const email = text(env, 'DESKSTREAM_ADMIN_EMAIL', '');
  const file = text(env, 'DESKSTREAM_ADMIN_PASSWORD_FILE', '');
  const password =
    file === '' ? (env.DESKSTREAM_ADMIN_PASSWORD ?? '') : fileText('DESKSTREAM_ADMIN_PASSWORD_FILE', file);
  if (email === '') return undefined;
  if (!/^[^\s@]+@[^\s@]+\.[^\s@]{2,}$/.test(email)) {
    throw new SettingError('DESKSTREAM_ADMIN_EMAIL', 'must be an e-mail address, like admin@example.org');
  }
  if (password === '') {
    throw new SettingError(
      'DESKSTREAM_ADMIN_PASSWORD',
      'must be set beside DESKSTREAM_ADMIN_EMAIL, or a file with it',
    );
  }
  return { email, password };
}

function fileText(name: string, file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new SettingError(
      name,
      `the file cannot be read (${error instanceof Error ? error.message : error})`,
    );
  }
}

function text(env: Environment, name: string, fallback: string): string {
  const value = env[name]?.trim();
  return value === undefined || value === '' ? fallback : value;
}

function url(env: Environment, name: string, fallback: string, protocols: readonly string[]): string {
  const value = text(env, name, fallback);
  if (protocols.some((protocol) => value.startsWith(`${protocol}//`))) return value.replace(/\/$/, '');
  throw new SettingError(
    name,
    `must be a URL that starts with ${protocols.map((p) => `${p}//`).join(' or ')}`,
  );
}

function optionalUrl(env: Environment, name: string): string | undefined {
  return text(env, name, '') === '' ? undefined : url(env, name, '', ['http:', 'https:']);
}

function port(env: Environment, name: string, fallback: number): number {
  const value = Number(text(env, name, String(fallback)));
  if (Number.isInteger(value) && value >= 0 && value <= 65_535) return value;
  throw new SettingError(name, 'must be a port, 0 to 65535 (0: any free one)');
}

function flag(env: Environment, name: string, fallback: boolean): boolean {
  return oneOf(env, name, String(fallback), ['true', 'false']) === 'true';
}

function oneOf(env: Environment, name: string, fallback: string, choices: readonly string[]): string {
  const value = text(env, name, fallback);
  if (choices.includes(value)) return value;
  throw new SettingError(name, `must be one of ${choices.join(', ')}`);
}
