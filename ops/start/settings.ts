import { resolve } from 'node:path';
import { SETTINGS, type SettingName } from '../../shared-contracts/runtime/setting-definitions.ts';
import { StartError } from './start-error.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Everything that listens, and the setting of its port. */
export const PORT_SETTINGS = {
  customer: portSetting('DESKSTREAM_CUSTOMER_PORT'),
  backoffice: portSetting('DESKSTREAM_BACKOFFICE_PORT'),
  analysts: portSetting('DESKSTREAM_ANALYSTS_PORT'),
  mailbox: portSetting('DESKSTREAM_MAILBOX_PORT'),
  broker: portSetting('DESKSTREAM_BROKER_PAGE_PORT'),
  console: portSetting('DESKSTREAM_CONSOLE_PORT'),
  traces: portSetting('DESKSTREAM_TRACES_PORT'),
  eventstore: portSetting('DESKSTREAM_EVENTSTORE_PORT'),
  amqp: portSetting('DESKSTREAM_AMQP_PORT'),
  mongo: portSetting('DESKSTREAM_MONGO_PORT'),
  smtp: portSetting('DESKSTREAM_SMTP_PORT'),
  otlp: portSetting('DESKSTREAM_OTLP_PORT'),
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

function portSetting<Name extends Extract<SettingName, `${string}_PORT`>>(setting: Name) {
  const { default: usual, what } = SETTINGS[setting];
  return { setting, usual, what } as const;
}
