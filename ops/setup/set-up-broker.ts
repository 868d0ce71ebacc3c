import type { HttpServer } from '../../shared-contracts/runtime/ask-server.ts';
import type { BrokerRights } from './access-plan.ts';
import { askJson } from './ask-json.ts';

const DONE = [201, 204];

/** Makes the user, or gives the one that is there this password and these permissions. */
export async function ensureBrokerUser(
  server: HttpServer,
  name: string,
  rights: BrokerRights,
  password: string,
  vhost: string,
): Promise<void> {
  await askJson(server, 'PUT', `/api/users/${name}`, { password, tags: '' }, DONE);
  const path = `/api/permissions/${encodeURIComponent(vhost)}/${name}`;
  await askJson(server, 'PUT', path, rights, DONE);
}
