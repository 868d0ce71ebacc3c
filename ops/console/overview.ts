// GET /: every group of every service, and how many of its messages wait for a person.
import { ALL_GROUPS } from '../../shared-contracts/messages/names.ts';
import { readLedger } from '../recovery/read-ledger.ts';
import type { ConsoleSite } from './console-site.ts';

export function overviewPage({ app, store }: ConsoleSite): void {
  app.get('/', async (_request, reply) => {
    const groups = [];
    for (const { name, service, purpose } of ALL_GROUPS) {
      const messages = [...(await readLedger(store, name)).values()];
      const count = (state: string) => messages.filter((message) => message.state === state).length;
      groups.push({
        name,
        service,
        purpose,
        waiting: count('waiting'),
        replaying: count('replaying'),
        recovered: count('recovered'),
        discarded: count('discarded'),
      });
    }
    const waiting = groups.reduce((sum, group) => sum + group.waiting, 0);
    return reply.view('overview', { title: 'Overview', groups, waiting });
  });
}
