import { EMBEDDED_NODES, NODE_NAMES, type NodeName } from '../embedded/nodes.ts';
import type { WantedPort } from './ports.ts';
import { SERVER_SETTINGS } from './server-urls.ts';
import { type Environment, PORT_SETTINGS, type PortName, type Ports } from './settings.ts';

export const SERVICE_NAMES = ['customer', 'backoffice', 'projections', 'console'] as const;
export type ServiceName = (typeof SERVICE_NAMES)[number];

/** The sites that a service serves, by the name of their port. */
const SITES = ['customer', 'backoffice', 'analysts', 'console'] as const satisfies readonly PortName[];

/** The page that a node has, by the name of its port. */
const NODE_PAGES: Readonly<Record<NodeName, PortName | undefined>> = {
  eventstore: undefined,
  mongodb: undefined,
  broker: 'broker',
  mail: 'mailbox',
  traces: 'traces',
};

/** Where everything is reached. A page of a node is undefined where a real server replaces that node. */
export type SystemUrls = {
  readonly customer: string;
  readonly backoffice: string;
  readonly analysts: string;
  readonly console: string;
  readonly mailbox: string | undefined;
  readonly broker: string | undefined;
  readonly traces: string | undefined;
  readonly eventstore: string;
  readonly mongo: string;
  readonly amqp: string;
  readonly smtp: string;
  readonly otlp: string;
};

/** The addresses that sites and embedded nodes bind on. */
export type Hosts = { readonly sites: string; readonly nodes: string };

/** Hosts by the settings; nodes have no passwords, so opening the sites to a network does not open the nodes. */
export function hostSettings(env: Environment): Hosts {
  return {
    sites: env.DESKSTREAM_HOST || '127.0.0.1',
    nodes: env.DESKSTREAM_NODES_HOST || '127.0.0.1',
  };
}

/** The embedded nodes that are needed: those that no setting replaces by a real server. */
export function neededNodes(env: Environment): readonly NodeName[] {
  return NODE_NAMES.filter((node) => !env[SERVER_SETTINGS[node].setting]);
}

/** Everything that is going to listen. */
export function wantedPorts(nodes: readonly NodeName[], hosts: Hosts): readonly WantedPort[] {
  const ofNodes = nodes.flatMap((node): PortName[] => {
    const page = NODE_PAGES[node];
    return page === undefined ? [SERVER_SETTINGS[node].port] : [SERVER_SETTINGS[node].port, page];
  });
  return [
    ...SITES.map((name) => ({ name, host: hosts.sites, hostSetting: 'DESKSTREAM_HOST' })),
    ...ofNodes.map((name) => ({ name, host: hosts.nodes, hostSetting: 'DESKSTREAM_NODES_HOST' })),
  ];
}

/** Where everything is reached: by the settings where they say, else on the ports of this start. */
export function systemUrls(
  env: Environment,
  nodes: readonly NodeName[],
  hosts: Hosts,
  ports: Ports,
): SystemUrls {
  const site = (name: PortName) => env[urlSetting(name)] || `http://${pageHost(hosts.sites)}:${ports[name]}`;
  const page = (node: NodeName) => {
    const name = NODE_PAGES[node];
    if (name === undefined) return undefined;
    const embedded = nodes.includes(node) ? `http://${pageHost(hosts.nodes)}:${ports[name]}` : undefined;
    return env[urlSetting(name)] || embedded;
  };
  const server = (node: NodeName) => {
    const { setting, port } = SERVER_SETTINGS[node];
    return env[setting] || EMBEDDED_NODES[node].url(`${reachableHost(hosts.nodes)}:${ports[port]}`, false);
  };
  return {
    customer: site('customer'),
    backoffice: site('backoffice'),
    analysts: site('analysts'),
    console: site('console'),
    mailbox: page('mail'),
    broker: page('broker'),
    traces: page('traces'),
    eventstore: server('eventstore'),
    mongo: server('mongodb'),
    amqp: server('broker'),
    smtp: server('mail'),
    otlp: server('traces'),
  };
}

/** The settings that a service is started with, on top of those of the launcher itself. */
export function serviceSettings(
  service: ServiceName,
  given: { hosts: Hosts; ports: Ports; urls: SystemUrls; masterKeyFile: string; demo: boolean },
): Environment {
  const { hosts, ports, urls, masterKeyFile, demo } = given;
  return {
    EVENTSTORE_URL: urls.eventstore,
    MONGO_URL: urls.mongo,
    AMQP_URL: urls.amqp,
    SMTP_URL: urls.smtp,
    OTEL_EXPORTER_OTLP_ENDPOINT: urls.otlp,
    OTEL_SERVICE_NAME: service,
    DESKSTREAM_HOST: hosts.sites,
    DESKSTREAM_DEMO: String(demo),
    DESKSTREAM_MASTER_KEY_FILE: masterKeyFile,
    ...Object.fromEntries(SITES.map((name) => [PORT_SETTINGS[name].setting, String(ports[name])])),
    DESKSTREAM_CUSTOMER_URL: urls.customer,
    DESKSTREAM_BACKOFFICE_URL: urls.backoffice,
    DESKSTREAM_ANALYSTS_URL: urls.analysts,
    DESKSTREAM_CONSOLE_URL: urls.console,
    DESKSTREAM_MAILBOX_URL: urls.mailbox,
    DESKSTREAM_BROKER_PAGE_URL: urls.broker,
    DESKSTREAM_TRACES_URL: urls.traces,
  };
}

/** What an embedded node is started with. */
export function nodeOptions(node: NodeName, hosts: Hosts, ports: Ports, dataDir: string) {
  const page = NODE_PAGES[node];
  return {
    dataDir,
    host: hosts.nodes,
    port: ports[SERVER_SETTINGS[node].port],
    pagePort: page === undefined ? 0 : ports[page],
  };
}

function urlSetting(name: PortName): string {
  return PORT_SETTINGS[name].setting.replace(/_PORT$/, '_URL');
}

function reachableHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}

function pageHost(host: string): string {
  return ['127.0.0.1', '0.0.0.0', '::1', '::'].includes(host) ? 'localhost' : reachableHost(host);
}
