import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What is needed of a tap test: something to do when it is over. */
type Teardown = { teardown(task: () => Promise<unknown>): unknown };

/** A folder that is gone with the test: not the test's own, which test files that share a process would share. */
export async function temporaryFolder(t: Teardown): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'deskstream-node-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
