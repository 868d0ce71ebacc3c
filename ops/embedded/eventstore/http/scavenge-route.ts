import type { Scavenges } from '../server/operations.ts';
import type { Route } from './router.ts';

/** `POST /admin/scavenge` gives space back, and answers when that is done (or, with `?wait=false`, when it has begun). */
export function scavengeRoute(scavenges: Scavenges): Route {
  return async ({ method, path, query }) => {
    if (method !== 'POST' || path.join('/') !== 'admin/scavenge') return undefined;
    const { id, done } = scavenges.start();
    if (query.get('wait') === 'false') {
      done.catch(() => {});
      return { status: 200, body: { scavengeId: id } };
    }
    return { status: 200, body: { scavengeId: id, ...(await done) } };
  };
}
