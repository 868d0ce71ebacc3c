// GET /replays and /replays/:batch: how far replays are, and what became of each; POSTs take one back, or up again.
import { PageError } from '../../../shared-contracts/runtime/web/page-error.ts';
import { lastErrorAt } from '../../recovery/find/list.ts';
import type { Recovery } from '../../recovery/recovery.ts';
import { progressOf, type ReplayProgress, sumOf } from '../../recovery/replay/progress.ts';
import { cancelReplay, readStarted } from '../../recovery/replay/replay.ts';
import { type ConsoleSite, pathOf } from '../console-site.ts';

const NEWEST_OF_GROUP = 20;
const MOST_LISTED = 50;
const MOST_FAILED = 20;
const MOST_ERRORS = 20;

type Route = { Params: { batch: string } };
/** The part of a replay that is about one group. */
type Part = { readonly recovery: Recovery; readonly progress: ReplayProgress };
type Parts = readonly [Part, ...Part[]];

export function replayPages(site: ConsoleSite): void {
  const { app, recoveries, operatorOf, nameOf, live, changes } = site;

  app.get('/replays', async (_request, reply) => {
    await Promise.all(recoveries.all.map(({ ledger }) => ledger.readToEnd()));
    const batches = new Map<string, Parts>();
    for (const recovery of recoveries.all) {
      for (const progress of newestOf(recovery)) {
        const part = { recovery, progress };
        const parts = batches.get(progress.batch);
        batches.set(progress.batch, parts === undefined ? [part] : [...parts, part]);
      }
    }
    const rows = await Promise.all([...batches.values()].map(rowOf));
    rows.sort((one, other) => other.started.writtenAt.getTime() - one.started.writtenAt.getTime());
    return reply.view('replays', {
      title: 'Replays',
      rows: rows.slice(0, MOST_LISTED),
      liveFrom: '/replays/live',
    });
  });

  app.get('/replays/live', async (_request, reply) => live(reply, (changed) => changes.listenToAll(changed)));

  app.get<Route>('/replays/:batch/live', async (_request, reply) =>
    live(reply, (changed) => changes.listenToAll(changed)),
  );

  app.get<Route>('/replays/:batch', async (request, reply) => {
    const parts = await find(request.params.batch);
    const row = await rowOf(parts);
    const { progress } = row;
    const mayAct = reply.locals.readOnly !== true;
    const goesOn = mayAct && !progress.ended && !progress.cancelled;
    const { filter, messages } = row.started.selection;
    return reply.view('replay', {
      title: 'Replay',
      ...row,
      liveFrom: `${row.path}/live`,
      known: progress.recovered + progress.parkedAgain + progress.withdrawn,
      parts: parts.map(({ recovery: { group }, progress: part }) => ({
        ...part,
        group: group.name,
        path: pathOf.group(group.name),
      })),
      several: parts.length > 1,
      filters: Object.entries(filter).map(([field, value]) => ({ field, value: value ?? 'none' })),
      named: messages !== null,
      failed: (await Promise.all(parts.map(failedIn))).flat(),
      resumable: goesOn && parts.some(({ recovery }) => !recoveries.isCarriedOut(recovery, progress.batch)),
      cancellable: goesOn,
    });
  });

  app.post<Route>('/replays/:batch/cancel', async (request, reply) => {
    const { batch } = request.params;
    for (const { recovery, progress } of await find(batch))
      if (!progress.ended) await cancelReplay(recovery, batch, operatorOf(request));
    reply.flash('done', 'The replay is cancelled. What was not handled yet waits again.');
    return reply.redirect(pathOf.replay(batch), 303);
  });

  app.post<Route>('/replays/:batch/resume', async (request, reply) => {
    const { batch } = request.params;
    for (const { recovery, progress } of await find(batch)) {
      if (progress.cancelled) reply.flash('problem', 'This replay was cancelled. Start another one.');
      else if (!progress.ended) recoveries.begin(recovery, batch);
    }
    return reply.redirect(pathOf.replay(batch), 303);
  });

  const find = async (batch: string): Promise<Parts> => {
    await Promise.all(recoveries.all.map(({ ledger }) => ledger.readToEnd()));
    const [first, ...others] = recoveries.all.flatMap((recovery): readonly Part[] => {
      const facts = recovery.ledger.index.replay(batch);
      return facts === undefined ? [] : [{ recovery, progress: progressOf(facts) }];
    });
    if (first === undefined) throw new PageError(404, 'There is no such replay.', { code: 'no-such-replay' });
    return [first, ...others];
  };

  const rowOf = async (parts: Parts) => {
    const [first] = parts;
    const started = await readStarted(first.recovery, first.progress.batch);
    return {
      path: pathOf.replay(first.progress.batch),
      groups: parts.map(({ recovery }) => recovery.group.name),
      progress: sumOf(parts.map(({ progress }) => progress)),
      started: { ...started, by: await nameOf(started.by) },
    };
  };
}

function newestOf({ ledger }: Recovery): readonly ReplayProgress[] {
  const newest = [];
  for (const facts of ledger.index.replays()) {
    // One that was cancelled before it was ever heard of has no beginning to tell of.
    if (facts.total > 0) newest.push(progressOf(facts));
    if (newest.length === NEWEST_OF_GROUP) break;
  }
  return newest;
}

/** What has failed again, by error: each with some of its messages. */
async function failedIn({ recovery, progress }: Part) {
  type Failed = {
    group: string;
    error: string;
    handler: string;
    count: number;
    newest: number;
    messages: object[];
  };
  const errors = new Map<string, Failed>();
  const { index, facts } = recovery.ledger;
  for (const { eventId } of index.failedIn(progress.batch)) {
    const fact = facts.get(eventId);
    if (fact === undefined) continue;
    const error = fact.errorCode ?? fact.errorName;
    const key = `${fact.handler}\n${error}`;
    const { name: group } = recovery.group;
    const first = { group, error, handler: fact.handler, count: 0, newest: fact.parkedAt, messages: [] };
    const known = errors.get(key) ?? first;
    known.count += 1;
    if (known.messages.length < MOST_FAILED)
      known.messages.push({ ...fact, path: pathOf.message(group, eventId) });
    errors.set(key, known);
  }
  const sorted = [...errors.values()].sort((one, other) => other.count - one.count).slice(0, MOST_ERRORS);
  return Promise.all(
    sorted.map(async (each) => ({ ...each, said: await lastErrorAt(recovery.ledger, each.newest) })),
  );
}
