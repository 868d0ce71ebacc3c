// What the streams say by themselves: what was answered is there, each issue has one ticket, each step of it became news.
import { categoryOf, streamOf } from '../../../../shared-contracts/messages/names.ts';
import { type AllStreams, eventsIn } from './all-streams.ts';
import type { Answered } from './people.ts';

/** What was answered with 303 and is not in its stream. */
export function findLost(streams: AllStreams, answered: readonly Answered[]): readonly string[] {
  return answered
    .filter(({ stream, type }) => !streams.get(stream)?.some((event) => event.type === type))
    .map(({ stream, type }) => `${type} in ${stream}`);
}

/** Issues by how many tickets were prepared for them. */
export function findTickets(streams: AllStreams) {
  const prepared = counted(
    eventsIn(streams, categoryOf.ticket)
      .filter(({ type }) => type === 'TicketPrepared')
      .map(({ data }) => String(data.issueId)),
  );
  const issues = eventsIn(streams, categoryOf.issue)
    .filter(({ type }) => type === 'IssueReported')
    .map(({ data }) => String(data.issueId));
  return {
    issues: issues.length,
    withoutTicket: issues.filter((issue) => !prepared.has(issue)),
    withTwoTickets: [...prepared].filter(([, count]) => count > 1).map(([issue]) => issue),
  };
}

/** What of a ticket is told to its customer. */
const TOLD = new Set([
  'TicketPrepared',
  'TicketAssigned',
  'TicketStarted',
  'TicketStatusReported',
  'TicketResolved',
  'TicketReopened',
  'TicketCancelled',
]);

/** Every step of an issue's ticket is to be in the issue's stream, once. */
export function findNews(streams: AllStreams) {
  const known = counted(
    eventsIn(streams, categoryOf.issue)
      .filter(({ type }) => type === 'IssueProgressed')
      .map(({ stream, data }) => `revision ${data.ticketRevision} of ${data.ticketId} in ${stream}`),
  );
  const steps = [...streams].flatMap(([name, events]) => {
    const issueId = events[0]?.data.issueId;
    if (!name.startsWith(categoryOf.ticket) || typeof issueId !== 'string') return [];
    const ticketId = name.slice(categoryOf.ticket.length);
    const told = events.filter(({ type }) => TOLD.has(type));
    return told.map(({ revision }) => `revision ${revision} of ${ticketId} in ${streamOf.issue(issueId)}`);
  });
  return {
    missing: steps.filter((step) => !known.has(step)),
    twice: [...known].filter(([, count]) => count > 1).map(([step]) => step),
  };
}

/** What somebody wrote on one side is to be on the other, as often. */
export function findTexts(streams: AllStreams): readonly string[] {
  const count = (stream: string, type: string) =>
    streams.get(stream)?.filter((event) => event.type === type).length ?? 0;
  return [...streams].flatMap(([ticket, events]) => {
    const issueId = events[0]?.data.issueId;
    if (!ticket.startsWith(categoryOf.ticket) || typeof issueId !== 'string') return [];
    const issue = streamOf.issue(issueId);
    const answers = [count(ticket, 'TicketReplySent'), count(issue, 'IssueAnswered')];
    const replies = [count(issue, 'IssueReplied'), count(ticket, 'TicketReplyReceived')];
    if (answers[0] === answers[1] && replies[0] === replies[1]) return [];
    return [`${issue}: ${answers.join(' → ')} answers, ${replies.join(' → ')} replies`];
  });
}

/** Messages from the broker that were appended to their inbox more than once. */
export function findTakenTwice(streams: AllStreams): readonly string[] {
  const taken = counted(
    (['backoffice', 'customer'] as const)
      .flatMap((service) => eventsIn(streams, categoryOf.inbox(service)))
      .map(({ type, id, stream }) => `${type} ${id} in ${stream}`),
  );
  return [...taken].filter(([, count]) => count > 1).map(([message]) => message);
}

/** How often each value is there. */
export function counted(values: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
