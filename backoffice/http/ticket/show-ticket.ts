// One ticket as an employee sees it: the conversation, where it stands, what can be done now, and its whole history. All of it
// comes from the stream: the page is never behind, and shows while MongoDB is down.
import type { FastifyReply } from 'fastify';
import {
  KIND_LABELS,
  PRIORITY_CHOICES,
  PRIORITY_LABELS,
} from '../../../shared-contracts/documents/ticket-labels.ts';
import type { SignedIn } from '../../../shared-contracts/runtime/accounts/signed-in.ts';
import type { FormState } from '../../../shared-contracts/runtime/web/form.ts';
import { PageError } from '../../../shared-contracts/runtime/web/page-error.ts';
import { isSettled, type KnownTicket, openKind } from '../../ticket/ticket-state.ts';
import type { BackofficeSite } from '../backoffice-site.ts';
import { PRIORITY_BADGES, STATUS_BADGES } from '../badges.ts';
import { colleaguesOrMe, namesOf } from '../colleagues.ts';
import { conversationOf, type Said } from './ticket-conversation.ts';
import { type HistoryEntry, historyOf } from './ticket-history.ts';
import { employeesIn, readTicket, type TicketStory } from './ticket-story.ts';

/** A form of the page that came back: which one, with what was typed. */
export type FailedForm = {
  readonly action: string;
  readonly form: FormState;
  /** What happened that whoever sent it had not seen. */
  readonly isNews?: (entry: HistoryEntry) => boolean;
};

/**
 * Answers with the page of a ticket; `failed` is the form of it that came back.
 *
 * @throws PageError 404 where there is no such ticket.
 */
export async function showTicket(
  site: BackofficeSite,
  reply: FastifyReply,
  ticketId: string,
  me: SignedIn,
  failed?: FailedForm,
): Promise<FastifyReply> {
  const [story, colleagues] = await Promise.all([readTicket(site.store, ticketId), colleaguesOrMe(site, me)]);
  if (story === undefined) throw new PageError(404, 'There is no such ticket.', { code: 'no-such-ticket' });
  const names = await namesOf(site, employeesIn(story));
  const nameOf = (employeeId: string) => names.get(employeeId) ?? 'somebody';
  const history = historyOf(story, nameOf);
  const conversation = conversationOf(story, nameOf);
  const { state } = story;
  const { assigneeId } = state;
  const can = possible(state, me.employeeId);
  return reply.view('ticket', {
    title: `${story.number} ${story.prepared.subject}`,
    ticket: factsOf(story, conversation, assigneeId === null ? null : nameOf(assigneeId)),
    can,
    me: me.employeeId,
    assigneeId,
    // A colleague who left may still have it.
    employees: colleagues.offered,
    employeesMissing: !colleagues.complete,
    priorities: PRIORITY_CHOICES,
    failed: failed?.form,
    forms: failed === undefined ? {} : { [failed.action]: failed.form },
    news: failed?.isNews === undefined ? [] : history.filter(failed.isNews),
    conversation: conversation.map((said) => ({ ...said, internal: said.side === 'internal' })),
    history: history.toReversed(),
  });
}

function possible(state: KnownTicket, me: string) {
  const open = !isSettled(state);
  const started = openKind(state) === 'in-progress';
  return {
    assign: open,
    take: open && state.assigneeId !== me,
    unassign: open && state.assigneeId !== null,
    start: open && state.kind !== 'in-progress' && state.assigneeId !== null,
    reply: state.hasCustomer && state.kind !== 'cancelled',
    wait: state.hasCustomer && open && state.kind !== 'waiting',
    report: open && started,
    resolve: open && started,
    reopen: !open,
    cancel: open,
  };
}

function factsOf(story: TicketStory, conversation: readonly Said[], assignee: string | null) {
  const { prepared, state, events } = story;
  const lastWords = conversation.findLast(
    ({ side, what }) => side !== 'internal' && !what.startsWith('says'),
  );
  const lastPause = events.findLast(({ event }) => event.type === 'TicketPausedForCustomer');
  const open = !isSettled(state);
  return {
    ...prepared,
    number: story.number,
    revision: story.revision,
    leftOut: story.leftOut,
    eventCount: story.events.length + story.leftOut,
    kind: KIND_LABELS[prepared.kind],
    badge: STATUS_BADGES[state.kind],
    priority: state.priority,
    priorityText: PRIORITY_LABELS[state.priority],
    priorityBadge: PRIORITY_BADGES[state.priority],
    tags: state.tags,
    assignee,
    preparedAt: story.preparedAt,
    updatedAt: events.at(-1)?.metadata.occurredAt,
    waitingSince: state.kind === 'waiting' ? lastPause?.metadata.occurredAt : undefined,
    unansweredSince: open && lastWords?.side === 'theirs' ? lastWords.at : undefined,
    rating: state.rating && (state.rating.helped ? 'It helped' : 'It did not help'),
  };
}
