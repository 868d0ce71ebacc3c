import { opendir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** MB that the files of a folder occupy on disk, where holes do not count. */
export async function folderSize(folder: string): Promise<number> {
  let blocks = 0;
  for await (const entry of await opendir(folder, { recursive: true })) {
    if (!entry.isFile()) continue;
    const found = await stat(join(entry.parentPath, entry.name)).catch(() => undefined);
    blocks += found?.blocks ?? 0;
  }
  // A block is 512 bytes, whatever the file system's own are: stat(2).
  return (blocks * 512) / 1024 ** 2;
}
