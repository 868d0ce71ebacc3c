import { join } from 'node:path';
import { isEmailAddress } from '../messages/fields.ts';
import { SettingError } from './setting-error.ts';
import { type Environment, settingReader, withSecretsFromFiles } from './setting-values.ts';

export type InnerUrls = {
  readonly customer: string;
  readonly backoffice: string;
  readonly analysts: string;
};

/** Everything that can be set, read from the environment once, at the start of a service. */
export type Settings = {
  readonly eventStoreUrl: string;
  readonly amqpUrl: string;
  readonly mongoUrl: string;
  readonly smtpUrl: string;
  readonly host: string;
  /** Proxies whose word on the client's address and protocol counts: addresses or networks. */
  readonly trustedProxies: readonly string[];
  /** Issues that one network address may report in a minute; 0: any number. */
  readonly reportsPerMinute: number;
  readonly repliesPerMinute: number;
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
  /** Where programs of ours reach the sites: in containers, or behind a proxy, that is another address. */
  readonly innerUrls: InnerUrls;
  /** Pages of embedded nodes, which erase what no protocol has a word for; undefined where a real server stands in for one. */
  readonly nodePages: { readonly mailbox: string | undefined; readonly broker: string | undefined };
  readonly masterKeyFile: string;
  readonly mailFrom: string;
  /** RabbitMQ's management address with an administrator, for a setup; empty where there is none. */
  readonly brokerAdminUrl: string;
  /** Who becomes the first administrator, as long as there is none. */
  readonly firstAdmin: { readonly email: string; readonly password: string } | undefined;
  /** Demo data. */
  readonly demo: boolean;
  /** Confirmation mails fail on purpose until an operator replays them, to show how recovery works. */
  readonly failFirstMail: boolean;
  /** Whether the sites answer `/metrics` to who reaches them directly. */
  readonly metrics: boolean;
  readonly logLevel: string;
  /** `text` is for people at a terminal. */
  readonly logFormat: 'json' | 'text';
};

/** @throws SettingError naming the first setting that is wrong. */
export function readSettings(environment: Environment): Settings {
  const { text, url, urlIfSet, port, addresses, count, flag, choice } = settingReader(
    withSecretsFromFiles(environment),
  );
  const demo = flag('DESKSTREAM_DEMO');
  return {
    eventStoreUrl: url('EVENTSTORE_URL'),
    amqpUrl: url('AMQP_URL'),
    mongoUrl: url('MONGO_URL'),
    smtpUrl: url('SMTP_URL'),
    host: text('DESKSTREAM_HOST'),
    trustedProxies: addresses('DESKSTREAM_TRUSTED_PROXIES'),
    reportsPerMinute: count('DESKSTREAM_REPORTS_PER_MINUTE'),
    repliesPerMinute: count('DESKSTREAM_REPLIES_PER_MINUTE'),
    ports: {
      customer: port('DESKSTREAM_CUSTOMER_PORT'),
      backoffice: port('DESKSTREAM_BACKOFFICE_PORT'),
      analysts: port('DESKSTREAM_ANALYSTS_PORT'),
      console: port('DESKSTREAM_CONSOLE_PORT'),
    },
    urls: {
      customer: url('DESKSTREAM_CUSTOMER_URL'),
      backoffice: url('DESKSTREAM_BACKOFFICE_URL'),
      analysts: url('DESKSTREAM_ANALYSTS_URL'),
      console: url('DESKSTREAM_CONSOLE_URL'),
      traces: url('DESKSTREAM_TRACES_URL'),
    },
    innerUrls: {
      customer: urlIfSet('DESKSTREAM_CUSTOMER_INNER_URL') ?? url('DESKSTREAM_CUSTOMER_URL'),
      backoffice: urlIfSet('DESKSTREAM_BACKOFFICE_INNER_URL') ?? url('DESKSTREAM_BACKOFFICE_URL'),
      analysts: urlIfSet('DESKSTREAM_ANALYSTS_INNER_URL') ?? url('DESKSTREAM_ANALYSTS_URL'),
    },
    nodePages: {
      mailbox: urlIfSet('DESKSTREAM_MAILBOX_URL'),
      broker: urlIfSet('DESKSTREAM_BROKER_PAGE_URL'),
    },
    masterKeyFile: text('DESKSTREAM_MASTER_KEY_FILE') || join(text('DESKSTREAM_DATA_DIR'), 'master.key'),
    mailFrom: mailFrom(text('DESKSTREAM_MAIL_FROM')),
    brokerAdminUrl: text('DESKSTREAM_BROKER_ADMIN_URL'),
    firstAdmin: firstAdmin(text('DESKSTREAM_ADMIN_EMAIL'), text('DESKSTREAM_ADMIN_PASSWORD')),
    demo,
    failFirstMail: flag('DESKSTREAM_FAIL_FIRST_MAIL', demo),
    metrics: flag('DESKSTREAM_METRICS'),
    logLevel: choice('DESKSTREAM_LOG_LEVEL'),
    logFormat: choice('DESKSTREAM_LOG_FORMAT') === 'text' ? 'text' : 'json',
  };
}

function mailFrom(sender: string): string {
  if (/^(?:[^<>\r\n]*<[^<>\s@]+@[^<>\s@]+>|[^<>\s@]+@[^<>\s@]+)$/.test(sender)) return sender;
  throw new SettingError(
    'DESKSTREAM_MAIL_FROM',
    'must be an e-mail address, with a name or without, like Deskstream <desk@example.org>',
  );
}

function firstAdmin(email: string, password: string): Settings['firstAdmin'] {
  if (email === '') return undefined;
  if (!isEmailAddress(email)) {
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
