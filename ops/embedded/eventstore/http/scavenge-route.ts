import type { Guard } from '../access/access.ts';
import type { Scavenges } from '../server/scavenges.ts';
import type { Route } from './router.ts';

/** `POST /admin/scavenge` gives space back, and answers when that is done (or, with `?wait=false`, when it has begun). */
export function scavengeRoute(scavenges: Scavenges, guard: Guard): Route {
  return async ({ method, path, query, principal }) => {
    if (method !== 'POST' || path.join('/') !== 'admin/scavenge') return undefined;
    guard.operate(principal);
    const { id, done } = scavenges.start();
    if (query.get('wait') === 'false') {
      done.catch(() => {});
      return { status: 200, body: { scavengeId: id } };
    }
    return { status: 200, body: { scavengeId: id, ...(await done) } };
  };
}
