import type { RunningNode } from './shared/running-node.ts';

/** What a node is started with. Ports may be 0 (any free one); `cert` and `key` are paths of PEM files. */
export type NodeOptions = {
  readonly dataDir: string;
  readonly host: string;
  readonly port: number;
  readonly pagePort: number;
  readonly advertiseHost?: string;
  readonly advertisePort?: number;
  readonly cert?: string;
  readonly key?: string;
  /** Path of a file with the first password of the event store's administrators. */
  readonly adminPasswordFile?: string;
};

export type NodeName = 'eventstore' | 'mongodb' | 'broker' | 'mail' | 'traces';

/** A port by the name that the running node reports it under, and its usual number. */
type ListeningPort = { readonly name: string; readonly usual: number };

export type EmbeddedNode = {
  /** What the node is to people. */
  readonly title: string;
  readonly port: ListeningPort;
  /** Its page, where it has one. */
  readonly page?: ListeningPort;
  /** Whether it can speak TLS and tell clients another address than its own. */
  readonly advertises: boolean;
  /** URL that Deskstream's services use for it. */
  readonly url: (address: string, tls: boolean) => string;
  /** Loads the code of this node only, and starts it. */
  readonly start: (options: NodeOptions) => Promise<RunningNode>;
};

/** Every embedded node. */
export const EMBEDDED_NODES: Readonly<Record<NodeName, EmbeddedNode>> = {
  eventstore: {
    title: 'event store',
    port: { name: 'eventstore', usual: 2113 },
    advertises: true,
    url: (address, tls) => `esdb://${address}?tls=${tls}`,
    start: async (options) => (await import('./eventstore/node.ts')).startEventStoreNode(options),
  },
  mongodb: {
    title: 'MongoDB',
    port: { name: 'mongodb', usual: 27017 },
    advertises: false,
    url: (address) => `mongodb://${address}/deskstream`,
    start: async (options) => (await import('./mongodb/node.ts')).startMongodbNode(options),
  },
  broker: {
    title: 'broker',
    port: { name: 'broker', usual: 5672 },
    page: { name: 'brokerPage', usual: 3005 },
    advertises: false,
    url: (address) => `amqp://${address}`,
    start: async (options) => (await import('./broker/node.ts')).startBrokerNode(options),
  },
  mail: {
    title: 'mail',
    port: { name: 'smtp', usual: 1025 },
    page: { name: 'mailPage', usual: 3004 },
    advertises: false,
    url: (address) => `smtp://${address}`,
    start: async (options) => (await import('./mail/node.ts')).startMailNode(options),
  },
  traces: {
    title: 'traces',
    port: { name: 'otlp', usual: 4318 },
    page: { name: 'tracesPage', usual: 3007 },
    advertises: false,
    url: (address) => `http://${address}`,
    start: async (options) => (await import('./traces/node.ts')).startTracesNode(options),
  },
};

export const NODE_NAMES: readonly NodeName[] = Object.keys(EMBEDDED_NODES).filter(isNodeName);

export function isNodeName(name: string): name is NodeName {
  return Object.hasOwn(EMBEDDED_NODES, name);
}
