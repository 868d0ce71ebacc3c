import { readFile } from 'node:fs/promises';

/** PEM text of a certificate and of its key. */
export type Tls = { readonly cert: string; readonly key: string };

/**
 * Reads what the node needs to speak TLS; undefined where it is not to.
 *
 * @throws Error with a sentence for people when only one of the two paths is given
 */
export async function readTls(certPath?: string, keyPath?: string): Promise<Tls | undefined> {
  if (certPath === undefined && keyPath === undefined) return undefined;
  if (certPath === undefined || keyPath === undefined) {
    throw new Error('TLS needs both a certificate and its key: give --cert and --key.');
  }
  const [cert, key] = await Promise.all([readFile(certPath, 'utf8'), readFile(keyPath, 'utf8')]);
  return { cert, key };
}
