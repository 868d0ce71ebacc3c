import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { createServer, type TlsOptions } from 'node:tls';
import type { Teardown } from './test-store.ts';

/** A certificate for localhost, which vouches for itself, and its key: paths of PEM files. */
export const LOCALHOST = {
  cert: join(import.meta.dirname, '../../embedded/eventstore/testing/localhost-cert.pem'),
  key: join(import.meta.dirname, '../../embedded/eventstore/testing/localhost-key.pem'),
};

/** Says in a URL who vouches for it. */
export const AUTHORITY = `tlsCAFile=${encodeURIComponent(LOCALHOST.cert)}`;

/** Speaks TLS on a free port and hands what comes on to a server that does not. @returns the port. */
export async function startTlsFront(t: Teardown, target: number): Promise<number> {
  const [cert, key] = await Promise.all([readFile(LOCALHOST.cert), readFile(LOCALHOST.key)]);
  const options: TlsOptions = { cert, key };
  const open = new Set<Socket>();
  const server = createServer(options, (client) => {
    const behind = connect(target, '127.0.0.1');
    for (const socket of [client, behind]) {
      open.add(socket);
      socket.on('close', () => open.delete(socket));
      socket.on('error', () => {
        client.destroy();
        behind.destroy();
      });
    }
    client.pipe(behind).pipe(client);
  });
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(async () => {
    for (const socket of open) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
