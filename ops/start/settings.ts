import { resolve } from 'node:path';
import { StartError } from './start-error.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Everything that listens: the setting of its port, the usual port, and what people call it. */
export const PORT_SETTINGS = {
  customer: { setting: 'DESKSTREAM_CUSTOMER_PORT', usual: 3000, what: "the customers' pages" },
  backoffice: { setting: 'DESKSTREAM_BACKOFFICE_PORT', usual: 3001, what: 'the back office' },
  analysts: { setting: 'DESKSTREAM_ANALYSTS_PORT', usual: 3002, what: "the analysts' pages" },
  mailbox: { setting: 'DESKSTREAM_MAILBOX_PORT', usual: 3004, what: 'the mailbox page' },
  broker: { setting: 'DESKSTREAM_BROKER_PAGE_PORT', usual: 3005, what: 'the broker page' },
  console: { setting: 'DESKSTREAM_CONSOLE_PORT', usual: 3006, what: "the operators' console" },
  traces: { setting: 'DESKSTREAM_TRACES_PORT', usual: 3007, what: 'the trace page' },
  eventstore: { setting: 'DESKSTREAM_EVENTSTORE_PORT', usual: 2113, what: 'the event store' },
  amqp: { setting: 'DESKSTREAM_AMQP_PORT', usual: 5672, what: 'the broker (AMQP)' },
  mongo: { setting: 'DESKSTREAM_MONGO_PORT', usual: 27017, what: 'MongoDB' },
  smtp: { setting: 'DESKSTREAM_SMTP_PORT', usual: 1025, what: 'the mail server (SMTP)' },
  otlp: { setting: 'DESKSTREAM_OTLP_PORT', usual: 4318, what: 'the trace collector (OTLP)' },
} as const;

export type PortName = keyof typeof PORT_SETTINGS;

/** A port for everything that listens; 0 means any free one. */
export type Ports = Readonly<Record<PortName, number>>;

/** Any free port for everything: for tests, which run beside each other. */
export const ANY_PORTS: Ports = portsFrom(() => 0);

/** The ports that the settings ask for. */
export function portSettings(env: Environment): Ports {
  return portsFrom((name) => {
    const { setting, usual, what } = PORT_SETTINGS[name];
    const text = env[setting];
    if (text === undefined || text === '') return usual;
    const port = Number(text);
    if (!/^\d+$/.test(text) || port > 65_535) {
      throw new StartError(
        `${setting} is "${text}": give the port of ${what} as a number from 1 to 65535, or 0 for any free one.`,
      );
    }
    return port;
  });
}

/** Folder of everything that is kept on disk. */
export function dataDirSetting(env: Environment): string {
  return resolve(env.DESKSTREAM_DATA_DIR || '.data');
}

function portsFrom(port: (name: PortName) => number): Ports {
  return {
    customer: port('customer'),
    backoffice: port('backoffice'),
    analysts: port('analysts'),
    mailbox: port('mailbox'),
    broker: port('broker'),
    console: port('console'),
    traces: port('traces'),
    eventstore: port('eventstore'),
    amqp: port('amqp'),
    mongo: port('mongo'),
    smtp: port('smtp'),
    otlp: port('otlp'),
  };
}
