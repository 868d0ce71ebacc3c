// GET /conversations/:correlationId: everything with one correlation id over all services, in its order or by its causes,
// with what failed of it.
import type { FailedState } from '../../../shared-contracts/messages/failed-message-state.ts';
import { linkWith, pageNumber } from '../../../shared-contracts/runtime/web/query.ts';
import { type Cause, serviceOf, treeOf } from '../../observe/conversation.ts';
import type { ObservedEvent } from '../../observe/observed-event.ts';
import { readConversation } from '../../observe/read-conversation.ts';
import { type ConsoleSite, pathOf } from '../console-site.ts';
import type { Recoveries } from '../recoveries.ts';

type Route = {
  Params: { correlationId: string };
  Querystring: { view?: string; back?: string; since?: string };
};

/** One event of the conversation, as both views show it. */
type Line = {
  readonly event: ObservedEvent;
  readonly path: string;
  readonly service: string;
  /** How long after the first event. */
  readonly after: string;
  readonly failures: readonly Failure[];
};
type Failure = {
  readonly group: string;
  readonly path: string;
  readonly text: string;
  readonly tone: string;
};
type Branch = Line & { readonly effects: readonly Branch[] };

const FAILURE_TEXTS: Readonly<Record<FailedState, readonly [text: string, tone: string]>> = {
  waiting: ['failed', 'bad'],
  replaying: ['being replayed', 'info'],
  recovered: ['failed, then recovered', 'good'],
  discarded: ['failed, then deleted', 'neutral'],
};
const FARTHEST = 20;

export function showConversationPage({ app, observatory, recoveries }: ConsoleSite): void {
  app.get<Route>('/conversations/:correlationId', async (request, reply) => {
    const { correlationId } = request.params;
    const { view, back, since } = request.query;
    const times = pageNumber(back, FARTHEST);
    const moment = since === undefined ? undefined : new Date(since);
    const from = moment === undefined || Number.isNaN(moment.getTime()) ? undefined : moment;
    await Promise.all(recoveries.all.map(({ ledger }) => ledger.readToEnd()));
    const found = await readConversation(observatory.store, correlationId, { times, since: from });
    const begun = found.events[0]?.writtenAt.getTime() ?? 0;
    const lineOf = (event: ObservedEvent): Line => ({
      event,
      path: pathOf.event(event.stream, event.revision),
      service: serviceOf(event.stream),
      after: afterText(event.writtenAt.getTime() - begun),
      failures: failuresOf(recoveries, event.id),
    });
    const branchOf = ({ event, effects }: Cause): Branch => ({
      ...lineOf(event),
      effects: effects.map(branchOf),
    });
    const byCauses = view === 'causes';
    const services = [...new Set(found.events.map(({ stream }) => serviceOf(stream)))].filter(Boolean);
    return reply.view('conversation', {
      title: 'Conversation',
      correlationId,
      found,
      services: services.join(', '),
      first: found.events[0]?.writtenAt,
      byCauses,
      lines: byCauses ? [] : found.events.map(lineOf),
      branches: byCauses ? treeOf(found.events).map(branchOf) : [],
      failed: found.events.flatMap((event) => failuresOf(recoveries, event.id)).length,
      further: times < FARTHEST ? linkWith(request.query, { back: times + 1 }) : undefined,
    });
  });
}

/** What the ledgers say of an event: in which groups it failed, and what became of that. */
function failuresOf(recoveries: Recoveries, eventId: string): readonly Failure[] {
  return recoveries.all.flatMap(({ group, ledger }) => {
    const message = ledger.index.message(eventId);
    if (message === undefined) return [];
    const [text, tone] = FAILURE_TEXTS[message.state];
    return [{ group: group.name, path: pathOf.message(group.name, eventId), text, tone }];
  });
}

function afterText(milliseconds: number): string {
  if (milliseconds < 1000) return `+${milliseconds} ms`;
  const seconds = milliseconds / 1000;
  return seconds < 120 ? `+${seconds.toFixed(1)} s` : `+${Math.round(seconds / 60)} min`;
}
