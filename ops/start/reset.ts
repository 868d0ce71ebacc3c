import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { NODE_NAMES } from '../embedded/nodes.ts';
import { StartError } from './start-error.ts';

/**
 * Deletes what the embedded nodes have kept; the master key stays, since a real event store may need it. Nothing is
 * deleted unless every folder carries the FORMAT file of its node (or is empty).
 */
export async function resetData(dataDir: string): Promise<void> {
  const folders: string[] = [];
  for (const node of NODE_NAMES) {
    const folder = join(dataDir, node);
    const entries = await readdir(folder).catch(missing);
    if (entries === undefined) continue;
    const format = await readFile(join(folder, 'FORMAT'), 'utf8').catch(missing);
    if (entries.length > 0 && format?.split(' ')[0] !== node) {
      throw new StartError(
        `${folder} does not look like data of the ${node} node (its FORMAT file is missing), so nothing was deleted. Move it away, or set DESKSTREAM_DATA_DIR to another folder.`,
      );
    }
    folders.push(folder);
  }
  for (const folder of folders) await rm(folder, { recursive: true });
}

function missing(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined;
  throw error;
}
