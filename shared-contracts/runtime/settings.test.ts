import { join } from 'node:path';
import t from 'tap';
import { loadSecrets, tokenFor } from './secrets.ts';
import { SECRET_SETTINGS } from './setting-definitions.ts';
import { readSettings } from './settings.ts';
import { unknownSettings } from './unknown-settings.ts';

t.test('with nothing set, everything is on this machine', async (t) => {
  t.strictSame(readSettings({}), {
    eventStoreUrl: 'esdb://127.0.0.1:2113?tls=false',
    amqpUrl: 'amqp://127.0.0.1:5672',
    mongoUrl: 'mongodb://127.0.0.1:27017/deskstream',
    smtpUrl: 'smtp://127.0.0.1:1025',
    host: '127.0.0.1',
    trustedProxies: [],
    reportsPerMinute: 60,
    repliesPerMinute: 60,
    ports: { customer: 3000, backoffice: 3001, analysts: 3002, console: 3006 },
    urls: {
      customer: 'http://localhost:3000',
      backoffice: 'http://localhost:3001',
      analysts: 'http://localhost:3002',
      console: 'http://localhost:3006',
      traces: 'http://localhost:3007',
    },
    innerUrls: {
      customer: 'http://localhost:3000',
      backoffice: 'http://localhost:3001',
      analysts: 'http://localhost:3002',
    },
    nodePages: { mailbox: undefined, broker: undefined },
    masterKeyFile: '.data/master.key',
    mailFrom: 'Deskstream <desk@localhost>',
    brokerAdminUrl: '',
    firstAdmin: undefined,
    demo: false,
    metrics: true,
    logLevel: 'info',
    failFirstMail: false,
    logFormat: 'json',
  });
});

t.test('whatever is set takes the place of its default', async (t) => {
  const env = {
    EVENTSTORE_URL: 'esdb+discover://a,b,c?tls=true',
    AMQP_URL: 'amqps://broker/desk',
    MONGO_URL: 'mongodb+srv://db/desk',
    SMTP_URL: 'smtps://mail:465',
    DESKSTREAM_HOST: '0.0.0.0',
    DESKSTREAM_TRUSTED_PROXIES: 'loopback, 10.1.0.0/16',
    DESKSTREAM_REPORTS_PER_MINUTE: '0',
    DESKSTREAM_REPLIES_PER_MINUTE: '5',
    DESKSTREAM_CUSTOMER_PORT: '8000',
    DESKSTREAM_BACKOFFICE_PORT: '8001',
    DESKSTREAM_ANALYSTS_PORT: '8002',
    DESKSTREAM_CONSOLE_PORT: '0',
    DESKSTREAM_CUSTOMER_URL: 'https://help.example.org/',
    DESKSTREAM_BACKOFFICE_URL: 'https://desk.example.org',
    DESKSTREAM_ANALYSTS_URL: 'https://numbers.example.org',
    DESKSTREAM_CONSOLE_URL: 'https://ops.example.org',
    DESKSTREAM_TRACES_URL: 'https://traces.example.org',
    DESKSTREAM_CUSTOMER_INNER_URL: 'http://customers:3000/',
    DESKSTREAM_BACKOFFICE_INNER_URL: 'http://backoffices:3001',
    DESKSTREAM_MAILBOX_URL: 'https://mail.example/',
    DESKSTREAM_BROKER_PAGE_URL: 'https://broker.example',
    DESKSTREAM_MASTER_KEY_FILE: '/run/secrets/master.key',
    DESKSTREAM_MAIL_FROM: 'Help <help@example.org>',
    DESKSTREAM_DEMO: 'true',
    DESKSTREAM_METRICS: 'false',
    DESKSTREAM_LOG_LEVEL: 'silent',
  };
  t.strictSame(readSettings(env), {
    eventStoreUrl: 'esdb+discover://a,b,c?tls=true',
    amqpUrl: 'amqps://broker/desk',
    mongoUrl: 'mongodb+srv://db/desk',
    smtpUrl: 'smtps://mail:465',
    host: '0.0.0.0',
    trustedProxies: ['loopback', '10.1.0.0/16'],
    reportsPerMinute: 0,
    repliesPerMinute: 5,
    ports: { customer: 8000, backoffice: 8001, analysts: 8002, console: 0 },
    urls: {
      customer: 'https://help.example.org',
      backoffice: 'https://desk.example.org',
      analysts: 'https://numbers.example.org',
      console: 'https://ops.example.org',
      traces: 'https://traces.example.org',
    },
    innerUrls: {
      customer: 'http://customers:3000',
      backoffice: 'http://backoffices:3001',
      analysts: 'https://numbers.example.org',
    },
    nodePages: { mailbox: 'https://mail.example', broker: 'https://broker.example' },
    masterKeyFile: '/run/secrets/master.key',
    mailFrom: 'Help <help@example.org>',
    brokerAdminUrl: '',
    firstAdmin: undefined,
    demo: true,
    metrics: false,
    logLevel: 'silent',
    failFirstMail: true,
    logFormat: 'json',
  });
});

t.test('a setting that is empty counts as not set', async (t) => {
  t.strictSame(readSettings({ AMQP_URL: '', DESKSTREAM_CUSTOMER_PORT: '  ' }), readSettings({}));
});

t.test('a setting that is wrong is named, with what it should be', async (t) => {
  const said = (env: Record<string, string>) => {
    try {
      readSettings(env);
      return undefined;
    } catch (error) {
      return String(error);
    }
  };
  t.strictSame(
    [
      said({ EVENTSTORE_URL: 'http://localhost:2113' }),
      said({ AMQP_URL: 'localhost' }),
      said({ DESKSTREAM_CUSTOMER_PORT: 'eighty' }),
      said({ DESKSTREAM_CUSTOMER_PORT: '70000' }),
      said({ DESKSTREAM_CONSOLE_PORT: '-1' }),
      said({ DESKSTREAM_DEMO: 'yes' }),
      said({ DESKSTREAM_LOG_LEVEL: 'loud' }),
      said({ DESKSTREAM_REPORTS_PER_MINUTE: 'many' }),
      said({ DESKSTREAM_TRUSTED_PROXIES: '10.0.0.0/8,proxy' }),
    ],
    [
      'SettingError: EVENTSTORE_URL: must be a URL that starts with esdb:// or esdb+discover://.',
      'SettingError: AMQP_URL: must be a URL that starts with amqp:// or amqps://.',
      'SettingError: DESKSTREAM_CUSTOMER_PORT: must be a port, 0 to 65535 (0: any free one).',
      'SettingError: DESKSTREAM_CUSTOMER_PORT: must be a port, 0 to 65535 (0: any free one).',
      'SettingError: DESKSTREAM_CONSOLE_PORT: must be a port, 0 to 65535 (0: any free one).',
      'SettingError: DESKSTREAM_DEMO: must be one of true, false.',
      'SettingError: DESKSTREAM_LOG_LEVEL: must be one of debug, info, warn, error, silent.',
      'SettingError: DESKSTREAM_REPORTS_PER_MINUTE: must be a whole number, 0 or more.',
      'SettingError: DESKSTREAM_TRUSTED_PROXIES: "proxy" is not an address, a network like 10.0.0.0/8, or one of loopback, linklocal, uniquelocal.',
    ],
  );
});

t.test('keys come from the master key, the same each time and another for each purpose', async (t) => {
  const dir = t.testdir({
    'master.key': `${Buffer.alloc(32, 1).toString('base64')}\n`,
    'other.key': Buffer.alloc(32, 2).toString('base64'),
  });
  const secrets = await loadSecrets(join(dir, 'master.key'));
  const again = await loadSecrets(join(dir, 'master.key'));
  const other = await loadSecrets(join(dir, 'other.key'));
  const links = secrets.key('tracking-links');
  t.equal(links.length, 32);
  t.strictSame(again.key('tracking-links'), links);
  t.notSame(secrets.key('cookies'), links);
  t.notSame(other.key('tracking-links'), links);
});

t.test('a token is the same for the same thing only, and looks like nothing', async (t) => {
  const dir = t.testdir({ 'master.key': Buffer.alloc(32, 1).toString('base64') });
  const key = (await loadSecrets(join(dir, 'master.key'))).key('tracking-links');
  const token = tokenFor(key, 'issue-1');
  t.match(token, /^[\w-]{32}$/);
  t.equal(tokenFor(key, 'issue-1'), token);
  t.not(tokenFor(key, 'issue-2'), token);
  t.not(tokenFor(Buffer.alloc(32, 2), 'issue-1'), token);
});

t.test('a master key that is missing or no key is said in a sentence', async (t) => {
  const dir = t.testdir({ short: Buffer.alloc(16).toString('base64'), empty: '', words: 'open sesame' });
  await t.rejects(loadSecrets(join(dir, 'nowhere')), {
    code: 'bad-setting',
    message: /^DESKSTREAM_MASTER_KEY_FILE: the file cannot be read \(ENOENT: .+\)\.$/,
  });
  for (const name of ['short', 'empty', 'words']) {
    await t.rejects(loadSecrets(join(dir, name)), {
      code: 'bad-setting',
      message:
        'DESKSTREAM_MASTER_KEY_FILE: the file must hold 32 random bytes as base64, for example from `openssl rand -base64 32`.',
    });
  }
});

t.test('the first administrator has an address and a password, from the environment or a file', async (t) => {
  const file = join(t.testdir({ password: 'the first of all\n' }), 'password');
  const DESKSTREAM_ADMIN_EMAIL = 'admin@example.org';
  const expected = { email: 'admin@example.org', password: 'the first of all' };
  for (const given of [
    { DESKSTREAM_ADMIN_PASSWORD: 'the first of all' },
    { DESKSTREAM_ADMIN_PASSWORD_FILE: file },
  ]) {
    t.strictSame(readSettings({ DESKSTREAM_ADMIN_EMAIL, ...given }).firstAdmin, expected);
  }
  t.throws(() => readSettings({ DESKSTREAM_ADMIN_EMAIL }), /DESKSTREAM_ADMIN_PASSWORD: must be set beside/);
  t.throws(
    () => readSettings({ DESKSTREAM_ADMIN_EMAIL: 'admin' }),
    /DESKSTREAM_ADMIN_EMAIL: must be an e-mail/,
  );
  t.throws(
    () => readSettings({ DESKSTREAM_ADMIN_EMAIL, DESKSTREAM_ADMIN_PASSWORD_FILE: '/nowhere' }),
    /DESKSTREAM_ADMIN_PASSWORD_FILE: the file cannot be read/,
  );
});

t.test('mails have a sender that can be answered', async (t) => {
  for (const DESKSTREAM_MAIL_FROM of ['desk@localhost', 'The Desk <desk@example.org>', '<desk@example.org>'])
    t.equal(readSettings({ DESKSTREAM_MAIL_FROM }).mailFrom, DESKSTREAM_MAIL_FROM);
  for (const DESKSTREAM_MAIL_FROM of ['desk', 'The Desk <desk>', 'Desk desk@example.org', 'a@b.de, c@d.de'])
    t.throws(() => readSettings({ DESKSTREAM_MAIL_FROM }), /DESKSTREAM_MAIL_FROM: must be an e-mail address/);
});

t.test('whatever may hold a secret may stand in a file', async (t) => {
  const values = {
    EVENTSTORE_URL: 'esdb://desk:geheim@store:2113?tls=true',
    AMQP_URL: 'amqps://desk:geheim@broker',
    MONGO_URL: 'mongodb://desk:geheim@db/desk',
    SMTP_URL: 'smtp://desk:geheim@mail:587?requireTLS=true',
    DESKSTREAM_ADMIN_PASSWORD: 'the first of all',
    DESKSTREAM_BROKER_ADMIN_URL: 'https://admin:geheim@broker:15671',
  };
  t.strictSame([...SECRET_SETTINGS].sort(), Object.keys(values).sort());
  const dir = t.testdir(
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, `${value}\n`])),
  );
  const files = Object.fromEntries(Object.keys(values).map((name) => [`${name}_FILE`, join(dir, name)]));
  const others = { DESKSTREAM_ADMIN_EMAIL: 'admin@example.org' };
  t.strictSame(readSettings({ ...others, ...files }), readSettings({ ...others, ...values }));
});

t.test('a secret that stands in two places, or in a file that says nothing, is refused', async (t) => {
  const dir = t.testdir({ url: 'amqp://broker', empty: '\n' });
  const file = join(dir, 'url');
  t.throws(() => readSettings({ AMQP_URL: 'amqp://other', AMQP_URL_FILE: file }), {
    code: 'bad-setting',
    message: 'AMQP_URL: is set, and AMQP_URL_FILE as well; set one of them.',
  });
  t.equal(readSettings({ AMQP_URL: '', AMQP_URL_FILE: file }).amqpUrl, 'amqp://broker');
  t.throws(() => readSettings({ MONGO_URL_FILE: join(dir, 'nowhere') }), {
    message: /^MONGO_URL_FILE: the file cannot be read \(ENOENT: .+\)\.$/,
  });
  t.throws(() => readSettings({ MONGO_URL_FILE: join(dir, 'empty') }), {
    message: 'MONGO_URL_FILE: the file is empty.',
  });
});

t.test(
  'a variable that looks like a setting and is none is named, with the one that was meant',
  async (t) => {
    const env = {
      PATH: '/bin',
      DESKSTREAM_HOST: '::1',
      DESKSTREAM_MAIL_FORM: 'Help <help@example.org>',
      DESKSTREAM_ADMIN_PASSWORD_FILE: '/run/secrets/admin',
      DESKSTREAM_MAIL_FROM_FILE: '/run/secrets/from',
      DESKSTREAM_MOON: 'full',
    };
    t.strictSame(unknownSettings(env), [
      'DESKSTREAM_MAIL_FORM is not a setting and changes nothing. Did you mean DESKSTREAM_MAIL_FROM?',
      'DESKSTREAM_MAIL_FROM_FILE is not a setting and changes nothing. Set DESKSTREAM_MAIL_FROM itself: only what is secret may stand in a file.',
      'DESKSTREAM_MOON is not a setting and changes nothing. The README lists all settings.',
    ]);
  },
);
