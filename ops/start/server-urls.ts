import type { NodeName } from '../embedded/nodes.ts';
import type { PortName } from './settings.ts';
import { StartError } from './start-error.ts';

/** The setting that replaces an embedded node by a real server, and what its URL looks like. */
export type ServerSetting = {
  readonly setting: string;
  /** Name of the node's own port. */
  readonly port: PortName;
  /** Schemes of the URL, each with the port that is meant when none is given; undefined: found by DNS only. */
  readonly schemes: Readonly<Record<string, number | undefined>>;
  readonly example: string;
};

export const SERVER_SETTINGS: Readonly<Record<NodeName, ServerSetting>> = {
  eventstore: {
    setting: 'EVENTSTORE_URL',
    port: 'eventstore',
    schemes: { esdb: 2113, 'esdb+discover': 2113 },
    example: 'esdb://eventstore.example:2113?tls=true',
  },
  mongodb: {
    setting: 'MONGO_URL',
    port: 'mongo',
    schemes: { mongodb: 27017, 'mongodb+srv': undefined },
    example: 'mongodb://user:password@mongo.example:27017/deskstream',
  },
  broker: {
    setting: 'AMQP_URL',
    port: 'amqp',
    schemes: { amqp: 5672, amqps: 5671 },
    example: 'amqp://user:password@rabbitmq.example:5672',
  },
  mail: {
    setting: 'SMTP_URL',
    port: 'smtp',
    schemes: { smtp: 587, smtps: 465 },
    example: 'smtp://user:password@mail.example:587',
  },
  traces: {
    setting: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    port: 'otlp',
    schemes: { http: 80, https: 443 },
    example: 'http://collector.example:4318',
  },
};

export type Address = { readonly host: string; readonly port: number };

/**
 * The addresses that a server URL names, any one of which may answer; none where only DNS records or a socket file
 * tell them. Credentials stay out of the result and out of the error.
 */
export function addressesOf(server: ServerSetting, url: string): readonly Address[] {
  const [, scheme = '', authority = ''] = /^([a-z+]+):\/\/([^/?#]+)/i.exec(url.trim()) ?? [];
  const known = Object.entries(server.schemes).find(([name]) => name === scheme.toLowerCase());
  if (known === undefined) throw notUsable(server);
  const [, usualPort] = known;
  if (usualPort === undefined) return [];
  const hosts = authority.slice(authority.lastIndexOf('@') + 1).split(',');
  return hosts.flatMap((host) => {
    if (host.toLowerCase().includes('%2f')) return [];
    const [, name = '', digits] = /^(\[[0-9a-f:.]+\]|[^:[\]]+)(?::(\d{1,5}))?$/i.exec(host) ?? [];
    const port = digits === undefined ? usualPort : Number(digits);
    if (name === '' || port < 1 || port > 65_535) throw notUsable(server);
    return [{ host: name.replace(/^\[|\]$/g, ''), port }];
  });
}

function notUsable(server: ServerSetting): StartError {
  return new StartError(
    `${server.setting} is not a URL of that server: it should look like ${server.example}.`,
  );
}
