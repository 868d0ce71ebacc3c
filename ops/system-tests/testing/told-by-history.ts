// What is known of a generated ticket, told from its history alone and by none of the product's code: for tests that count again.
import type { GeneratedTicket, Happened } from './generated-tickets.ts';

type Type = Happened['event']['type'];

export type Told = ReturnType<typeof toldBy>;

/** One row of an export, by its columns, and what figures need besides. */
export function toldBy({ id, happened }: GeneratedTicket, nameOf: (agent: string) => string) {
  const [prepared] = happened;
  if (prepared?.event.type !== 'TicketPrepared') throw new Error('A history begins with TicketPrepared.');
  const { issueId, kind } = prepared.event.data;
  const since = (moment: Happened | undefined) =>
    moment === undefined ? null : moment.at.getTime() - prepared.at.getTime();
  const all = (...types: readonly Type[]) => happened.filter(({ event }) => types.includes(event.type));
  const statuses = happened.map((_, index) => statusAfter(happened.slice(0, index + 1)));
  const status = statuses.at(-1) ?? 'prepared';
  const resolved = all('TicketResolved');
  const lastResolved = resolved.at(-1);
  const rated = all('TicketRated').at(-1);
  const assignees = all('TicketAssigned').map(({ event }) => assigneeIn([{ event, at: prepared.at }]));
  const lastAssigneeId = assignees.at(-1) ?? null;
  const written = issueId === null ? [] : happened.filter(isOfEmployee);
  const { agentMs, customerMs } = turns(happened, statuses);
  const rounds = roundsOf(happened);
  return {
    row: {
      ticketId: id,
      issueId,
      kind,
      priority: priorityIn(happened),
      tags: tagsIn(happened),
      status,
      open: status !== 'resolved' && status !== 'cancelled',
      assigneeId: assigneeIn(happened),
      lastAssigneeId,
      lastAssigneeName: lastAssigneeId === null ? null : nameOf(lastAssigneeId),
      preparedAt: prepared.at.toISOString(),
      updatedAt: text(happened.at(-1)),
      firstAssignedAt: text(all('TicketAssigned')[0]),
      firstReplyAt: text(written[0]),
      firstReplyMs: since(written[0]),
      firstResolvedAt: text(resolved[0]),
      firstResolutionMs: since(resolved[0]),
      lastResolvedAt: text(lastResolved),
      fullResolutionMs: since(lastResolved),
      resolvedById:
        lastResolved === undefined ? null : assigneeIn(happened.slice(0, happened.indexOf(lastResolved))),
      agentMs,
      customerMs,
      resolutions: resolved.length,
      reopens: all('TicketReopened').length,
      repliesByCustomer: issueId === null ? 0 : happened.filter(isOfCustomer).length,
      repliesByEmployees: written.length,
      notes: all('TicketNoteAdded').length,
      reassignments: assignees.filter((agent, index) => index > 0 && agent !== assignees[index - 1]).length,
      helped: rated?.event.type === 'TicketRated' ? rated.event.data.helped : null,
      ratedAt: text(rated),
      rounds,
      revision: happened.length - 1,
    },
    preparedAt: prepared.at.getTime(),
    resolvedAt: resolved.map(({ at }) => at.getTime()),
    stayed: resolved.length === 1 && status === 'resolved',
    /** Whether it was open just before a moment. */
    openBefore: (moment: number) => {
      const before = statuses[happened.filter(({ at }) => at.getTime() < moment).length - 1];
      return before !== undefined && before !== 'resolved' && before !== 'cancelled';
    },
  };
}

function text(moment: Happened | undefined): string | null {
  return moment === undefined ? null : moment.at.toISOString();
}

const AFTER: Partial<Record<Type, string>> = {
  TicketPrepared: 'prepared',
  TicketUnassigned: 'prepared',
  TicketAssigned: 'assigned',
  TicketStarted: 'in-progress',
  TicketStatusReported: 'in-progress',
  TicketPausedForCustomer: 'waiting',
  TicketResolved: 'resolved',
  TicketCancelled: 'cancelled',
};

function statusAfter(happened: readonly Happened[]): string {
  const last = happened.at(-1);
  if (last === undefined) throw new Error('Nothing has happened.');
  const earlier = happened.slice(0, -1);
  const { type } = last.event;
  if (type === 'TicketReopened') return assigneeIn(earlier) === null ? 'prepared' : 'assigned';
  if (type === 'TicketReplyReceived' && statusAfter(earlier) === 'waiting') {
    return statusAfter(earlier.slice(0, earlier.findLastIndex(isPause)));
  }
  return AFTER[type] ?? statusAfter(earlier);
}

function isPause({ event }: Happened): boolean {
  return event.type === 'TicketPausedForCustomer';
}

function assigneeIn(happened: readonly Happened[]): string | null {
  const last = happened.findLast(({ event: { type } }) => /^Ticket(Una|A)ssigned$/.test(type));
  return last?.event.type === 'TicketAssigned' ? last.event.data.employeeId : null;
}

function priorityIn(happened: readonly Happened[]): string {
  const last = happened.findLast(({ event }) => event.type === 'TicketPriorityChanged');
  return last?.event.type === 'TicketPriorityChanged' ? last.event.data.priority : 'normal';
}

/** No tag is put on twice. */
function tagsIn(happened: readonly Happened[]): readonly string[] {
  const of = (type: Type) =>
    happened.flatMap(({ event }) => (event.type === type && 'tag' in event.data ? [event.data.tag] : []));
  const gone = of('TicketUntagged');
  return of('TicketTagged').filter((tag) => !gone.includes(tag));
}

function isOfEmployee({ event }: Happened): boolean {
  switch (event.type) {
    case 'TicketReplySent':
    case 'TicketStatusReported':
    case 'TicketResolved':
      return true;
    case 'TicketPausedForCustomer':
      return event.data.text !== null;
    case 'TicketReopened':
    case 'TicketCancelled':
      return event.data.by === 'employee' && event.data.text !== null;
    default:
      return false;
  }
}

function isOfCustomer({ event }: Happened): boolean {
  if (event.type === 'TicketReopened') return event.data.by === 'customer';
  return event.type === 'TicketReplyReceived';
}

/** What the clocks say that have stopped: the one that runs now is read when the turn passes. */
function turns(happened: readonly Happened[], statuses: readonly string[]) {
  const turn = statuses.map((status) =>
    status === 'waiting' ? 'customer' : /resolved|cancelled/.test(status) ? 'nobody' : 'agent',
  );
  const stopped = turn.findLastIndex((each, index) => index > 0 && each !== turn[index - 1]);
  const ran = (whose: string) =>
    happened.slice(0, Math.max(0, stopped)).reduce((sum, { at }, index) => {
      const next = happened[index + 1];
      return turn[index] === whose && next !== undefined ? sum + next.at.getTime() - at.getTime() : sum;
    }, 0);
  return { agentMs: ran('agent'), customerMs: ran('customer') };
}

function roundsOf(happened: readonly Happened[]) {
  const opened = happened.filter(({ event: { type } }) => /Prepared|Reopened/.test(type));
  const settled = happened.filter(({ event: { type } }) => /Resolved|Cancelled/.test(type));
  return opened.map((opening, index) => {
    const end = settled[index];
    const outcome = end === undefined ? null : end.event.type === 'TicketResolved' ? 'resolved' : 'cancelled';
    return { openedAt: text(opening), settledAt: text(end), outcome };
  });
}
