// Asks the nodes of an event store for the space of what was deleted, and waits until they have given it back.
import { readFileSync } from 'node:fs';
import { request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';
import { type EventStoreDBClient, StreamNotFoundError } from '@eventstore/db-client';
import { eventsOf } from './events-of.ts';

/** `not-allowed`: the user of this service may not; an operator has to. */
export type Scavenged = 'done' | 'not-allowed';

const ASK_EVERY_MS = 1000;

/**
 * Scavenges every node that the address of the store names, since each node only does so for itself.
 *
 * @throws when a node cannot be reached, or `stop` aborts.
 */
export async function scavenge(
  client: EventStoreDBClient,
  url: string,
  stop: AbortSignal,
): Promise<Scavenged> {
  for (const node of nodesOf(url)) {
    const { status, body } = await post(node);
    if (status === 401 || status === 403) return 'not-allowed';
    const answer: { scavengeId?: unknown; removedEvents?: unknown } = status === 200 ? JSON.parse(body) : {};
    if (typeof answer.scavengeId !== 'string')
      throw new Error(`${node.url.host} refuses to scavenge: ${status}.`);
    // The embedded node answers when it is done, and says what that came to.
    if (answer.removedEvents === undefined) await waitFor(client, answer.scavengeId, stop);
  }
  return 'done';
}

/** A server says in a stream of its own how each scavenge has ended. */
async function waitFor(client: EventStoreDBClient, scavengeId: string, stop: AbortSignal): Promise<void> {
  for (;;) {
    try {
      for await (const { event } of eventsOf(client.readStream(`$scavenges-${scavengeId}`)))
        if (event?.type === '$scavengeCompleted') return;
    } catch (error) {
      if (!(error instanceof StreamNotFoundError)) throw error;
    }
    await pause(ASK_EVERY_MS, undefined, { signal: stop });
  }
}

type Node = { readonly url: URL; readonly auth: string | undefined; readonly ca: Buffer | undefined };

function nodesOf(connectionString: string): readonly Node[] {
  const [, credentials, hosts = '', query = ''] =
    /^esdb(?:\+discover)?:\/\/(?:([^@/]+)@)?([^/?]+)\/?(?:\?(.*))?$/.exec(connectionString) ?? [];
  const options = new Map(
    [...new URLSearchParams(query)].map(([name, value]) => [name.toLowerCase(), value]),
  );
  const scheme = options.get('tls') === 'false' ? 'http' : 'https';
  const caFile = options.get('tlscafile');
  const ca = caFile === undefined ? undefined : readFileSync(caFile);
  const auth = credentials === undefined ? undefined : decodeURIComponent(credentials);
  return hosts.split(',').map((host) => {
    const address = /:\d+$/.test(host) ? host : `${host}:2113`;
    return { url: new URL(`${scheme}://${address}/admin/scavenge`), auth, ca };
  });
}

async function post({ url, auth, ca }: Node): Promise<{ readonly status: number; readonly body: string }> {
  const request = url.protocol === 'https:' ? secureRequest : plainRequest;
  return new Promise((resolve, reject) => {
    const asked = request(
      url,
      {
        method: 'POST',
        headers: { 'content-length': 0 },
        ...(auth === undefined ? {} : { auth }),
        ...(ca === undefined ? {} : { ca }),
      },
      (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (part: string) => {
          body += part;
        });
        response.once('error', reject);
        response.once('end', () => resolve({ status: response.statusCode ?? 0, body }));
      },
    );
    asked.once('error', reject);
    asked.end();
  });
}
