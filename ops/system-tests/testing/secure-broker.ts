// The broker of secure mode: over TLS, with what manages its users. A real RabbitMQ where there is one, else the embedded one
// behind TLS.
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { startBrokerNode } from '../../embedded/broker/node.ts';
import { freePorts, hasRabbitmq, startRabbitmq } from '../faults/testing/rabbitmq-server.ts';
import type { Teardown } from './test-store.ts';
import { AUTHORITY, LOCALHOST, startTlsFront } from './tls-front.ts';

/** The addresses at which it is reached and managed; of the embedded one also what its management was asked for. */
export type SecureBroker = {
  readonly isReal: boolean;
  readonly url: string;
  readonly adminUrl: string;
  readonly asked: readonly unknown[];
};

/** A real one, with the file that the compose file gives to its nodes. */
async function realBroker(t: Teardown): Promise<SecureBroker> {
  const [tls = 0, management = 0] = await freePorts(2);
  const file = join(import.meta.dirname, '../../../../ops/compose/rabbitmq-cluster.conf');
  const config = (await readFile(file, 'utf8'))
    .replace(/^(listeners\.tcp|cluster_).*\n/gm, '')
    .replace(/^default_queue_type.*\n/m, '')
    .replace(/^(listeners\.ssl\.default) = .*$/m, `$1 = ${tls}`)
    .replace(/^(management\.ssl\.port) = .*$/m, `$1 = ${management}`)
    .replaceAll('/certificates/ca.crt', LOCALHOST.cert)
    .replaceAll('/certificates/node.crt', LOCALHOST.cert)
    .replaceAll('/certificates/node.key', LOCALHOST.key);
  await startRabbitmq(t, config, ['rabbitmq_management']);
  return {
    isReal: true,
    url: `amqps://localhost:${tls}?${AUTHORITY}`,
    adminUrl: `https://guest:guest@localhost:${management}?${AUTHORITY}`,
    asked: [],
  };
}

/** The embedded one behind TLS. */
async function embeddedBroker(t: Teardown, dataDir: string): Promise<SecureBroker> {
  const broker = await startBrokerNode({ dataDir, port: 0, pagePort: 0 });
  t.teardown(() => broker.close());
  const asked: unknown[] = [];
  const management = createServer(async (request: IncomingMessage, response) => {
    asked.push([request.method, request.url, await json(request)]);
    response.writeHead(204).end();
  }).listen(0, '127.0.0.1');
  await once(management, 'listening');
  t.teardown(async () => void management.close());
  const address = management.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    isReal: false,
    url: `amqps://localhost:${await startTlsFront(t, broker.ports.broker)}?${AUTHORITY}`,
    adminUrl: `http://guest:guest@127.0.0.1:${port}`,
    asked,
  };
}

/** It ends with the test. @param dataDir where the embedded one keeps its data. */
export function startSecureBroker(t: Teardown, dataDir: string): Promise<SecureBroker> {
  return hasRabbitmq() ? realBroker(t) : embeddedBroker(t, dataDir);
}
