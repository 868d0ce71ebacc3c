// GET /: every group of every service, and how many of its messages wait for a person.
import type { ConsoleSite } from './console-site.ts';

export function overviewPage({ app, recoveries }: ConsoleSite): void {
  app.get('/', async (_request, reply) => {
    await Promise.all(recoveries.all.map(({ ledger }) => ledger.readToEnd()));
    const groups = recoveries.all.map(({ group: { name, service, purpose }, ledger: { index } }) => ({
      name,
      service,
      purpose,
      waiting: index.count('waiting'),
      replaying: index.count('replaying'),
      recovered: index.count('recovered'),
      discarded: index.count('discarded'),
    }));
    const waiting = groups.reduce((sum, group) => sum + group.waiting, 0);
    return reply.view('overview', { title: 'Overview', groups, waiting });
  });
}
