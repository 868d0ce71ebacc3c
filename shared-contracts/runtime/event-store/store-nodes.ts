import type { HttpServer } from '../ask-server.ts';
import { readAuthority } from '../server-url.ts';

const USUAL_PORT = 2113;

/**
 * The nodes that the URL of an event store names, as their HTTP is reached, which the client knows nothing of. The URL may name
 * several hosts, which no URL parser takes, and its options in any case of letters.
 *
 * @throws Error with a sentence for people when the file of `tlsCAFile` cannot be read.
 */
export function storeNodes(storeUrl: string): readonly HttpServer[] {
  const [, credentials = '', hosts = '', query = ''] =
    /^esdb(?:\+discover)?:\/\/(?:([^@/?#]+)@)?([^/?#]+)\/?(?:\?(.*))?$/i.exec(storeUrl) ?? [];
  const options = new Map(
    [...new URLSearchParams(query)].map(([name, value]) => [name.toLowerCase(), value]),
  );
  const file = options.get('tlscafile');
  const ca = file === undefined ? undefined : readAuthority(file);
  const [name = '', ...password] = credentials.split(':').map(decodeURIComponent);
  const user = name === '' ? undefined : { name, password: password.join(':') };
  const scheme = options.get('tls')?.toLowerCase() === 'false' ? 'http' : 'https';
  return hosts.split(',').map((host) => {
    const address = /:\d+$/.test(host) ? host : `${host}:${USUAL_PORT}`;
    return { url: new URL(`${scheme}://${address}`), user, ca };
  });
}
