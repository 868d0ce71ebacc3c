// GET /groups/:group: the failed messages of one group in one state, and its newest replays.

import { FAILED_STATES, type FailedState } from '../../shared-contracts/messages/failed-message-state.ts';
import { PageError } from '../../shared-contracts/runtime/web/page-error.ts';
import { pageNumber, pagingOf } from '../../shared-contracts/runtime/web/query.ts';
import { readPage } from '../recovery/list.ts';
import { progressOf } from '../recovery/progress.ts';
import type { Recovery } from '../recovery/recovery.ts';
import { isEditable } from '../recovery/replay-edited.ts';
import { type ConsoleSite, pathOf } from './console-site.ts';

const PAGE_SIZE = 20;
const MOST_REPLAYS = 5;

const STATE_LABELS: Record<FailedState, { label: string; empty: string }> = {
  waiting: { label: 'Waiting', empty: 'No message of this group waits for you.' },
  replaying: { label: 'Being replayed', empty: 'Nothing is being replayed.' },
  recovered: { label: 'Recovered', empty: 'Nothing has been recovered yet.' },
  discarded: { label: 'Deleted', empty: 'Nothing has been deleted.' },
};

type Route = { Params: { group: string }; Querystring: { state?: string; page?: string } };

export function listMessagesPage({ app, recoveries, tracesUrl, nameOf }: ConsoleSite): void {
  app.get<Route>('/groups/:group', async (request, reply) => {
    const recovery = recoveries.of(request.params.group);
    const state = FAILED_STATES.find((known) => known === (request.query.state ?? 'waiting'));
    if (state === undefined) throw new PageError(404, 'There is no such list.');
    const { group, ledger } = recovery;
    await ledger.readToEnd();
    const page = pageNumber(request.query.page);
    const listed = await readPage(ledger, state, (page - 1) * PAGE_SIZE, PAGE_SIZE);
    const mayAct = reply.locals.readOnly !== true;
    const names = await Promise.all(listed.map(({ discarded }) => discarded && nameOf(discarded.by)));
    return reply.view('list-messages', {
      title: group.name,
      group: { ...group, path: pathOf.group(group.name) },
      states: FAILED_STATES.map((known) => ({
        name: known,
        ...STATE_LABELS[known],
        count: ledger.index.count(known),
        current: known === state,
      })),
      empty: STATE_LABELS[state].empty,
      replayable: mayAct && state !== 'replaying',
      waitingList: state === 'waiting',
      selectable: mayAct && state === 'waiting',
      editable: mayAct && state === 'waiting' && isEditable(recovery),
      rows: listed.map(({ message, facts, resolvedAt, discarded }, index) => ({
        attempts: message.attempts,
        last: facts,
        origin: facts.origin,
        traceUrl: facts.traceId === null ? undefined : `${tracesUrl}/traces/${facts.traceId}`,
        resolvedAt,
        discarded: discarded && { ...discarded, by: names[index] },
      })),
      paging: pagingOf(page, PAGE_SIZE, ledger.index.count(state)),
      replays: newestReplays(recovery),
    });
  });
}

/** Replays of many messages, and those that go on. */
function newestReplays({ group, ledger }: Recovery) {
  const newest = [];
  for (const facts of ledger.index.replays()) {
    const progress = progressOf(facts);
    if (progress.total <= 1 && progress.ended) continue;
    newest.push({ ...progress, path: pathOf.replay(group.name, progress.batch) });
    if (newest.length === MOST_REPLAYS) break;
  }
  return newest;
}
