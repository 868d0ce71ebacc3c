// Whether what the system stands on answers, which version it is, and how long the answer took.
import type { ChannelModel } from 'amqplib';
import { MongoClient } from 'mongodb';
import { createTransport } from 'nodemailer';
import { deadQueueOf, exchangeOf, queueOf, type ServiceName } from '../../shared-contracts/messages/names.ts';
import { askServer } from '../../shared-contracts/runtime/ask-server.ts';
import { connectBroker } from '../../shared-contracts/runtime/bus/connect-broker.ts';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import { storeNodes } from '../../shared-contracts/runtime/event-store/store-nodes.ts';
import { plural } from '../../shared-contracts/runtime/plural.ts';
import { takeAuthority } from '../../shared-contracts/runtime/server-url.ts';
import type { InnerUrls } from '../../shared-contracts/runtime/settings.ts';
import { type Check, check } from './check.ts';
import { readServiceReports, type ServiceReport } from './service-reports.ts';

const RECEIVERS = ['customer', 'backoffice'] as const satisfies readonly ServiceName[];
const CONNECT_MS = 4000;

export function checkStore(open: () => Promise<EventStore>, url: string): Promise<Check> {
  return check(
    'Event store',
    'Look whether it runs, and whether EVENTSTORE_URL leads to it; the services wait and go on by themselves.',
    async () => {
      const store = await open();
      await store.reach();
      return { detail: 'answers', version: await storeVersion(url) };
    },
  );
}

/** The store says its version over HTTP on the same port; where that cannot be asked the version stays unknown. */
async function storeVersion(url: string): Promise<string | undefined> {
  try {
    const [node] = storeNodes(url);
    if (node === undefined) return undefined;
    const { text } = await askServer(node, { method: 'GET', path: '/info', limitMs: CONNECT_MS });
    const said: unknown = JSON.parse(text);
    const version = typeof said === 'object' && said !== null ? Reflect.get(said, 'esVersion') : undefined;
    return typeof version === 'string' ? version : undefined;
  } catch {
    return undefined;
  }
}

export function checkMongo(url: string): Promise<Check> {
  return check(
    'MongoDB',
    'Look whether it runs, and whether MONGO_URL leads to it. Lists stand still meanwhile; nothing is lost.',
    async () => {
      const client = new MongoClient(url, { serverSelectionTimeoutMS: CONNECT_MS });
      try {
        const info = await client.db().admin().command({ buildInfo: 1 });
        return { detail: 'answers', version: String(info.version) };
      } finally {
        await client.close();
      }
    },
  );
}

export function checkMail(url: string): Promise<Check> {
  return check(
    'Mail server',
    'Look whether it runs, and whether SMTP_URL leads to it. Mails wait, and go out when it answers.',
    async () => {
      const { url: address, ca } = takeAuthority(url);
      const transport = createTransport({
        url: address,
        ...(ca === undefined ? {} : { tls: { ca } }),
        connectionTimeout: CONNECT_MS,
        greetingTimeout: CONNECT_MS,
        socketTimeout: CONNECT_MS,
      });
      try {
        await transport.verify();
        return { detail: 'answers' };
      } finally {
        transport.close();
      }
    },
  );
}

export function checkBroker(url: string): Promise<Check> {
  return check(
    'Broker',
    'Look whether it runs, and whether AMQP_URL leads to it. Messages between the services wait meanwhile.',
    async () => {
      const connection = await connectBroker(takeAuthority(url), { timeout: CONNECT_MS });
      connection.on('error', () => undefined);
      try {
        const { product, version } = connection.connection.serverProperties;
        return { ...(await lookAtQueues(connection)), version: `${product} ${version}` };
      } finally {
        await connection.close().catch(() => undefined);
      }
    },
  );
}

type Found = Partial<Pick<Check, 'result' | 'detail' | 'advice'>>;

async function lookAtQueues(connection: ChannelModel): Promise<Found> {
  const seen: string[] = [];
  for (const service of RECEIVERS) {
    // What is missing ends the channel, so each looks through its own.
    const channel = await connection.createChannel();
    channel.on('error', () => undefined);
    try {
      await channel.checkExchange(exchangeOf(service));
      const dead = await channel.checkQueue(deadQueueOf(service));
      const { messageCount } = await channel.checkQueue(queueOf(service));
      if (dead.messageCount > 0) {
        return {
          result: 'problem',
          detail: `${plural(dead.messageCount, 'message')} in ${deadQueueOf(service)}`,
          advice:
            'The service could not even record them. Look at them on the broker’s page, and move them back.',
        };
      }
      seen.push(`${messageCount} in ${queueOf(service)}`);
      await channel.close();
    } catch (error) {
      return {
        result: 'problem',
        detail: `${queueOf(service)}: ${error instanceof Error ? error.message : 'missing'}`,
        advice: 'Start the services once: they declare their queues.',
      };
    }
  }
  return { detail: `answers; ${seen.join(', ')}` };
}

export async function checkServices(urls: InnerUrls): Promise<readonly Check[]> {
  return (await readServiceReports(urls)).map(checkOfService);
}

const SERVICE_NAMES: Readonly<Record<ServiceName, string>> = {
  customer: 'Customer service',
  backoffice: 'Back office',
  projections: 'Projections',
};

function checkOfService({ service, url, checks, tookMs }: ServiceReport): Check {
  const shown = { name: SERVICE_NAMES[service], version: undefined, tookMs };
  if (checks === undefined) {
    return {
      ...shown,
      result: 'problem',
      detail: `does not answer at ${url}`,
      advice: 'Look whether it runs, and what its log says.',
    };
  }
  const wrong = checks.filter(({ ok }) => !ok);
  if (wrong.length === 0) return { ...shown, result: 'ok', detail: 'ready', advice: '' };
  const detail = wrong.map((each) => [each.name, each.detail].filter(Boolean).join(': ')).join('; ');
  return {
    ...shown,
    result: 'problem',
    detail,
    advice: 'What it needs is named here: bring that back, and it goes on by itself.',
  };
}
