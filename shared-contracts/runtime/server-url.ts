import { readFileSync } from 'node:fs';

/**
 * Reads `tlsCAFile` out of the URL of a server whose client does not know that parameter: the certificates (PEM) of the
 * authority that vouches for the server. EventStoreDB's and MongoDB's clients read it themselves.
 *
 * @throws Error with a sentence for people when the file cannot be read.
 */
export function takeAuthority(serverUrl: string): { readonly url: string; readonly ca?: string } {
  const address = new URL(serverUrl);
  const file = address.searchParams.get('tlsCAFile');
  if (file === null) return { url: serverUrl };
  address.searchParams.delete('tlsCAFile');
  return { url: address.href, ca: readAuthority(file) };
}

/** The certificates (PEM) in the file that `tlsCAFile` names. @throws Error with a sentence for people when it cannot be read. */
export function readAuthority(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`The certificates that tlsCAFile names cannot be read (${reason}).`, { cause });
  }
}
