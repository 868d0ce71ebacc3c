import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { StartError } from './start-error.ts';

const KEY_BYTES = 32;

/**
 * Path of the file with the key that wraps every subject's key; the file is made where it is missing. It is on disk
 * as a whole or not at all: without it no personal data can be read again.
 */
export async function ensureMasterKey(dataDir: string): Promise<string> {
  await mkdir(dataDir, { recursive: true });
  const path = join(dataDir, 'master.key');
  const found = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (found === undefined) await writeKey(dataDir, path);
  else if (Buffer.from(found.trim(), 'base64').length !== KEY_BYTES) {
    throw new StartError(
      `${path} does not hold a master key (${KEY_BYTES} bytes as base64). Put the right file back; without it personal data cannot be read.`,
    );
  }
  return path;
}

async function writeKey(dataDir: string, path: string): Promise<void> {
  const draft = `${path}.${process.pid}`;
  await rm(draft, { force: true });
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(`${randomBytes(KEY_BYTES).toString('base64')}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await link(draft, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await rm(draft);
  const folder = await open(dataDir);
  await folder.sync().finally(() => folder.close());
}
