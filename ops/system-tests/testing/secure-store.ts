import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEventStoreNode } from '../../embedded/eventstore/node.ts';
import { opsTerminal } from './ops-terminal.ts';
import type { Teardown } from './test-store.ts';
import { AUTHORITY, LOCALHOST } from './tls-front.ts';

const PASSWORD = 'the first: of all';

/** An event store in this process with TLS, users and lists, and what the setup command does about it; it ends with the test. */
export async function startSecureStore(t: Teardown) {
  const folder = await mkdtemp(join(tmpdir(), 'deskstream-secure-'));
  await writeFile(join(folder, 'admin'), `${PASSWORD}\n`);
  await writeFile(join(folder, 'master.key'), Buffer.alloc(32, 7).toString('base64'));
  const node = await startEventStoreNode({
    dataDir: join(folder, 'store'),
    port: 0,
    ...LOCALHOST,
    adminPasswordFile: join(folder, 'admin'),
  });
  t.teardown(async () => {
    await node.close();
    await rm(folder, { recursive: true });
  });
  const url = `esdb://localhost:${node.ports.eventstore}?tls=true&${AUTHORITY}`;
  const urlAs = (user: string, password: string) =>
    url.replace('://', `://${user}:${encodeURIComponent(password)}@`);
  await writeFile(join(folder, 'EVENTSTORE_URL'), `${urlAs('admin', PASSWORD)}\n`);
  const access = join(folder, 'access');
  const settings = { DESKSTREAM_MASTER_KEY_FILE: join(folder, 'master.key') };
  return {
    /** Without a user. */
    url,
    urlAs,
    /** What everybody is started with besides. */
    settings,
    /** Where setup puts what each user connects with: a folder for each, a file for each setting. */
    access,
    handedOut: async (user: string, setting = 'EVENTSTORE_URL') =>
      (await readFile(join(access, user, setting), 'utf8')).trim(),
    /** Runs the setup command as the administrator of the store, with these settings besides. */
    setup: (more: Readonly<Record<string, string>> = {}) =>
      opsTerminal({ ...settings, EVENTSTORE_URL_FILE: join(folder, 'EVENTSTORE_URL'), ...more })(
        'setup',
        '--access',
        access,
      ),
  };
}
