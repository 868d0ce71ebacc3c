import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lockFolder, type Release } from './folder-lock.ts';

/**
 * Opens (and makes, where it is missing) the folder that one node keeps its data in, and holds it for this process.
 *
 * The folder carries a file FORMAT with the node's name and the version of its layout, so that a node never
 * misreads what another node, or a newer version of itself, has written. Data of an older version is of this one from now on.
 *
 * @returns what gives the folder free, to be called when all of its files are closed
 * @throws Error with a sentence for people when the folder is in use, or belongs to another node or to a newer version
 */
export async function openDataFolder(dir: string, node: string, formatVersion: number): Promise<Release> {
  const release = await lockFolder(dir);
  try {
    await checkFormat(dir, node, formatVersion);
    return release;
  } catch (error) {
    await release();
    throw error;
  }
}

async function checkFormat(dir: string, node: string, formatVersion: number): Promise<void> {
  const path = join(dir, 'FORMAT');
  const found = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  const mark = async () => {
    await writeFile(`${path}.unfinished`, `${node} ${formatVersion}\n`);
    await rename(`${path}.unfinished`, path);
  };
  if (found === undefined) return mark();
  const [owner, version] = found.trim().split(' ');
  if (owner !== node) {
    throw new Error(`${dir} holds data of "${owner}", not of "${node}". Choose another folder with --data.`);
  }
  if (Number(version) > formatVersion) {
    throw new Error(
      `${dir} was written by a newer version (format ${version}, this version reads up to ${formatVersion}). Update Deskstream, or choose another folder with --data.`,
    );
  }
  if (Number(version) < formatVersion) await mark();
}
