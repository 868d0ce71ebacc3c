// Every environment variable of ours, as data. Services and the launcher read by it, the README's tables are made of
// it, the compose files are held against it, and what it does not know is taken for a typing error.
// Longer than most files, since it is one table.

type Common = {
  /** What it means, as the README says it. */
  readonly meaning: string;
  /** The default in words, where it is not a value. */
  readonly shownDefault?: string;
};

export type SettingDefinition = Common &
  (
    | {
        readonly kind: 'url';
        /** What the URL may begin with. */
        readonly protocols: readonly string[];
        readonly default: string;
        /** The URL may hold a password: `{name}_FILE` may name a file that holds it. */
        readonly secret?: true;
      }
    | { readonly kind: 'text'; readonly default: string; readonly secret?: true }
    | { readonly kind: 'choice'; readonly choices: readonly string[]; readonly default: string }
    | { readonly kind: 'flag'; readonly default: boolean }
    | { readonly kind: 'count'; readonly default: number }
    | {
        readonly kind: 'port';
        readonly default: number;
        /** What listens there. */
        readonly what: string;
      }
  );

const HTTP = ['http:', 'https:'];

function page(port: number, what: string) {
  return { kind: 'url', protocols: HTTP, default: `http://localhost:${port}`, meaning: what } as const;
}

function inner(of: string, what: string) {
  return {
    kind: 'url',
    protocols: HTTP,
    default: '',
    shownDefault: `as \`${of}\``,
    meaning: `where the console and the command line reach ${what}, where that is another address than people's`,
  } as const;
}

function port(number: number, what: string) {
  return { kind: 'port', default: number, what, meaning: `port of ${what}` } as const;
}

/** What services and the launcher read, in the order of the README. */
export const SETTINGS = {
  EVENTSTORE_URL: {
    kind: 'url',
    protocols: ['esdb:', 'esdb+discover:'],
    default: 'esdb://127.0.0.1:2113?tls=false',
    shownDefault: 'embedded',
    secret: true,
    meaning: '`esdb://…` or `esdb+discover://…`',
  },
  AMQP_URL: {
    kind: 'url',
    protocols: ['amqp:', 'amqps:'],
    default: 'amqp://127.0.0.1:5672',
    shownDefault: 'embedded',
    secret: true,
    meaning: '`amqp://…` or `amqps://…`',
  },
  MONGO_URL: {
    kind: 'url',
    protocols: ['mongodb:', 'mongodb+srv:'],
    default: 'mongodb://127.0.0.1:27017/deskstream',
    shownDefault: 'embedded',
    secret: true,
    meaning: '`mongodb://…/deskstream`',
  },
  SMTP_URL: {
    kind: 'url',
    protocols: ['smtp:', 'smtps:'],
    default: 'smtp://127.0.0.1:1025',
    shownDefault: 'embedded',
    secret: true,
    meaning: '`smtp://…` or `smtps://…`',
  },
  DESKSTREAM_DATA_DIR: {
    kind: 'text',
    default: '.data',
    meaning: 'what the embedded nodes keep, and the master key',
  },
  DESKSTREAM_MASTER_KEY_FILE: {
    kind: 'text',
    default: '',
    shownDefault: '`master.key` in the data folder',
    meaning:
      '32 random bytes as base64, made at the first start; keys for links and cookies are derived from it, and the keys of personal data are wrapped under it. Lose it, and nobody can read that data again',
  },
  DESKSTREAM_HOST: { kind: 'text', default: '127.0.0.1', meaning: 'address that the sites bind to' },
  DESKSTREAM_NODES_HOST: {
    kind: 'text',
    default: '127.0.0.1',
    meaning: 'address that the embedded nodes bind to; they have no passwords',
  },
  DESKSTREAM_TRUSTED_PROXIES: {
    kind: 'text',
    default: '',
    shownDefault: 'none',
    meaning:
      'addresses or networks (`10.0.0.0/8`, `loopback`), separated by commas, of proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed; rate limits count the address that they tell',
  },
  DESKSTREAM_REPORTS_PER_MINUTE: {
    kind: 'count',
    default: 60,
    meaning:
      'issues that one network address may report in a minute, in each instance; 0: any number. Requests from this machine itself are not counted',
  },
  DESKSTREAM_REPLIES_PER_MINUTE: {
    kind: 'count',
    default: 60,
    meaning:
      'replies, ratings and closings together that one network address may send on the pages of issues in a minute, in each instance; 0: any number. Requests from this machine itself are not counted',
  },
  DESKSTREAM_MAIL_FROM: {
    kind: 'text',
    default: 'Deskstream <desk@localhost>',
    meaning: 'sender of the mails',
  },
  DESKSTREAM_ADMIN_EMAIL: {
    kind: 'text',
    default: '',
    shownDefault: 'none',
    meaning: 'the first administrator; once there is one, it means nothing',
  },
  DESKSTREAM_ADMIN_PASSWORD: {
    kind: 'text',
    default: '',
    shownDefault: 'none',
    secret: true,
    meaning: "the first administrator's password",
  },
  DESKSTREAM_BROKER_ADMIN_URL: {
    kind: 'text',
    default: '',
    shownDefault: 'none',
    secret: true,
    meaning:
      "RabbitMQ's management address with an administrator, like `https://admin:password@rabbitmq:15671`; only `npm run ops -- setup` asks it",
  },
  DESKSTREAM_CUSTOMER_INNER_URL: inner('DESKSTREAM_CUSTOMER_URL', 'the customer service'),
  DESKSTREAM_BACKOFFICE_INNER_URL: inner('DESKSTREAM_BACKOFFICE_URL', 'the back office'),
  DESKSTREAM_ANALYSTS_INNER_URL: inner('DESKSTREAM_ANALYSTS_URL', "the analysts' site"),
  DESKSTREAM_DEMO: {
    kind: 'flag',
    default: false,
    shownDefault: '`true` under `npm start`',
    meaning: 'demo accounts, whose password everybody knows: not for a system that others reach',
  },
  DESKSTREAM_FAIL_FIRST_MAIL: {
    kind: 'flag',
    default: false,
    shownDefault: 'as `DESKSTREAM_DEMO`',
    meaning: 'confirmation mails fail until an operator replays them',
  },
  DESKSTREAM_METRICS: {
    kind: 'flag',
    default: true,
    meaning:
      'whether each site answers [`/metrics`](shared-contracts/messages/docs/metrics.md) to who reaches it directly; what a proxy hands on finds nothing there',
  },
  DESKSTREAM_LOG_LEVEL: {
    kind: 'choice',
    choices: ['debug', 'info', 'warn', 'error', 'silent'],
    default: 'info',
    meaning: 'how much is logged',
  },
  DESKSTREAM_LOG_FORMAT: {
    kind: 'choice',
    choices: ['json', 'text'],
    default: 'json',
    shownDefault: '`text` on a terminal, else `json`',
    meaning: 'how it is logged',
  },
  DESKSTREAM_CUSTOMER_URL: page(3000, "the customers' pages"),
  DESKSTREAM_BACKOFFICE_URL: page(3001, 'the back office'),
  DESKSTREAM_ANALYSTS_URL: page(3002, "the analysts' pages"),
  DESKSTREAM_MAILBOX_URL: page(3004, 'the mailbox page'),
  DESKSTREAM_BROKER_PAGE_URL: page(3005, 'the broker page'),
  DESKSTREAM_CONSOLE_URL: page(3006, "the operators' console"),
  DESKSTREAM_TRACES_URL: page(3007, 'the trace page'),
  DESKSTREAM_CUSTOMER_PORT: port(3000, "the customers' pages"),
  DESKSTREAM_BACKOFFICE_PORT: port(3001, 'the back office'),
  DESKSTREAM_ANALYSTS_PORT: port(3002, "the analysts' pages"),
  DESKSTREAM_MAILBOX_PORT: port(3004, 'the mailbox page'),
  DESKSTREAM_BROKER_PAGE_PORT: port(3005, 'the broker page'),
  DESKSTREAM_CONSOLE_PORT: port(3006, "the operators' console"),
  DESKSTREAM_TRACES_PORT: port(3007, 'the trace page'),
  DESKSTREAM_EVENTSTORE_PORT: port(2113, 'the event store'),
  DESKSTREAM_AMQP_PORT: port(5672, 'the broker (AMQP)'),
  DESKSTREAM_MONGO_PORT: port(27017, 'MongoDB'),
  DESKSTREAM_SMTP_PORT: port(1025, 'the mail server (SMTP)'),
  DESKSTREAM_OTLP_PORT: port(4318, 'the trace collector (OTLP)'),
} as const satisfies Readonly<Record<string, SettingDefinition>>;

export type SettingName = keyof typeof SETTINGS;

/** Variables of ours that no service reads: those of tests, and of the image's health check. */
export const OTHER_VARIABLES = {
  DESKSTREAM_HEALTH_URL: "what the image's health check asks",
  DESKSTREAM_TEST_AMQP_URL: 'a real RabbitMQ for tests',
  DESKSTREAM_TEST_CHROMIUM: 'path of the browser for tests',
  DESKSTREAM_TEST_REQUIRE: 'whether a test fails that would be skipped',
  DESKSTREAM_FAULTS_SEED: 'seed of the fault tests',
  DESKSTREAM_OUTAGE_MS: 'how long outages last in the fault tests',
  DESKSTREAM_TRIALS_MS: 'how long the tests with random faults go on',
} as const;

/** The name of the setting that holds the path of a file with the value of a secret one. */
export function fileSettingOf(name: string): string {
  return `${name}_FILE`;
}

/** The settings whose value may stand in a file, named by `{name}_FILE`. */
export const SECRET_SETTINGS: readonly SettingName[] = settingNames().filter(
  (name) => 'secret' in SETTINGS[name],
);

/** All settings, in the order of the README. */
export function settingNames(): readonly SettingName[] {
  return Object.keys(SETTINGS).filter(isSettingName);
}

function isSettingName(name: string): name is SettingName {
  return Object.hasOwn(SETTINGS, name);
}
