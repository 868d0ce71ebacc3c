// GET /groups/:group/replays/:batch: how far a replay is; POSTs take it back, or up again.
import { PageError } from '../../shared-contracts/runtime/web/page-error.ts';
import { progressOf } from '../recovery/progress.ts';
import type { Recovery } from '../recovery/recovery.ts';
import { cancelReplay, readStarted } from '../recovery/replay.ts';
import { type ConsoleSite, pathOf } from './console-site.ts';

const RELOAD_SECONDS = 2;

type Route = { Params: { group: string; batch: string } };

export function showReplayPage({ app, recoveries, operatorOf, nameOf }: ConsoleSite): void {
  app.get<Route>('/groups/:group/replays/:batch', async (request, reply) => {
    const { recovery, progress } = await find(request.params);
    const { name } = recovery.group;
    const started = await readStarted(recovery, progress.batch);
    const carriedOut = recoveries.isCarriedOut(progress.batch);
    if (!progress.ended) reply.header('refresh', String(RELOAD_SECONDS));
    const { filter, messages } = started.selection;
    const mayAct = reply.locals.readOnly !== true;
    return reply.view('show-replay', {
      title: `Replay · ${name}`,
      group: { name, path: pathOf.group(name) },
      path: pathOf.replay(name, progress.batch),
      progress,
      known: progress.recovered + progress.parkedAgain + progress.withdrawn,
      started: { ...started, by: await nameOf(started.by) },
      filters: Object.entries(filter).map(([field, value]) => ({ field, value })),
      named: messages !== null,
      resumable: mayAct && !progress.ended && !progress.cancelled && !carriedOut,
      cancellable: mayAct && !progress.ended && !progress.cancelled,
    });
  });

  app.post<Route>('/groups/:group/replays/:batch/cancel', async (request, reply) => {
    const { recovery, progress } = await find(request.params);
    await cancelReplay(recovery, progress.batch, operatorOf(request));
    reply.flash('done', 'The replay is cancelled. What was not handled yet waits again.');
    return reply.redirect(pathOf.replay(recovery.group.name, progress.batch), 303);
  });

  app.post<Route>('/groups/:group/replays/:batch/resume', async (request, reply) => {
    const { recovery, progress } = await find(request.params);
    if (progress.cancelled) reply.flash('problem', 'This replay was cancelled. Start another one.');
    else recoveries.begin(recovery, progress.batch);
    return reply.redirect(pathOf.replay(recovery.group.name, progress.batch), 303);
  });

  const find = async ({ group, batch }: Route['Params']) => {
    const recovery: Recovery = recoveries.of(group);
    await recovery.ledger.readToEnd();
    const facts = recovery.ledger.index.replay(batch);
    if (facts === undefined) throw new PageError(404, 'There is no such replay.');
    return { recovery, progress: progressOf(facts) };
  };
}
