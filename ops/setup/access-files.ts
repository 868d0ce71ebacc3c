// What a setup hands to each service: `{folder}/{user}/EVENTSTORE_URL` and its like, for the settings `EVENTSTORE_URL_FILE` …
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { passwordIn, urlFor } from './server-access.ts';

export type UrlSetting = 'EVENTSTORE_URL' | 'AMQP_URL' | 'MONGO_URL';

/**
 * Keeps the URL that a user connects with, and says its password. A password that was handed out before stays the
 * same, so that a setup can be run again while the services run.
 *
 * @param serverUrl the server; who connects is put into it.
 */
export async function handOut(
  folder: string,
  user: string,
  setting: UrlSetting,
  serverUrl: string,
): Promise<string> {
  const file = join(folder, user, setting);
  const before = await readFile(file, 'utf8').catch(missing);
  const password = (before && passwordIn(before.trim())) ?? randomBytes(24).toString('base64url');
  const text = `${urlFor(serverUrl, user, password)}\n`;
  if (before === text) return password;
  await mkdir(join(folder, user), { recursive: true, mode: 0o700 });
  const unfinished = `${file}.new`;
  await writeFile(unfinished, text, { mode: 0o600 });
  await chmod(unfinished, 0o600);
  await rename(unfinished, file);
  return password;
}

function missing(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined;
  throw error;
}
