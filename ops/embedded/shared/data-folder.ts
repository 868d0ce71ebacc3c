import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Opens (and makes, where it is missing) the folder that one node keeps its data in.
 *
 * The folder carries a file FORMAT with the node's name and the version of its layout, so that a node never
 * misreads what another node, or a newer version of itself, has written.
 *
 * @throws Error with a sentence for people when the folder belongs to another node or to a newer version.
 */
export async function openDataFolder(dir: string, node: string, formatVersion: number): Promise<void> {
  await mkdir(dir, { recursive: true });
  const path = join(dir, 'FORMAT');
  const found = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (found === undefined) {
    await writeFile(path, `${node} ${formatVersion}\n`);
    return;
  }
  const [owner, version] = found.trim().split(' ');
  if (owner !== node) {
    throw new Error(`${dir} holds data of "${owner}", not of "${node}". Choose another folder with --data.`);
  }
  if (Number(version) > formatVersion) {
    throw new Error(
      `${dir} was written by a newer version (format ${version}, this version reads up to ${formatVersion}). Update Deskstream, or choose another folder with --data.`,
    );
  }
}
