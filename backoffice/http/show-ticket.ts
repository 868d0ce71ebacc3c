// One ticket as an employee sees it: what it is about, what can be done now, and its whole history from the stream.
import type { FastifyReply } from 'fastify';
import { EMPLOYEES } from '../../shared-contracts/documents/employee-document.ts';
import { streamOf } from '../../shared-contracts/messages/names.ts';
import type { FormState } from '../../shared-contracts/runtime/web/form.ts';
import { PageError } from '../../shared-contracts/runtime/web/page-error.ts';
import { ticket, ticketDecider } from '../ticket/ticket-decider.ts';
import { openKind } from '../ticket/ticket-state.ts';
import type { BackofficeSite } from './backoffice-site.ts';
import { KIND_LABELS, STATUS_BADGES } from './labels.ts';
import { employeesIn, historyOf } from './ticket-history.ts';

/** A form of the page that came back: which one, with what was typed. */
export type FailedForm = { readonly action: string; readonly form: FormState };

/** Tickets are worked by people: a longer stream than this is shown by its newest events. */
const LONGEST_HISTORY = 1000;

export async function showTicket(
  { store, readModels }: BackofficeSite,
  reply: FastifyReply,
  ticketId: string,
  failed?: FailedForm,
): Promise<FastifyReply> {
  const events = [];
  let state = ticketDecider.initial;
  for await (const { event, origin, metadata } of store.read(streamOf.ticket(ticketId))) {
    if (!ticket.isEvent(event)) continue;
    state = ticketDecider.evolve(state, event);
    events.push({ event, origin, metadata });
    if (events.length > LONGEST_HISTORY) events.splice(1, 1);
  }
  const prepared = events[0]?.event;
  if (prepared?.type !== 'TicketPrepared' || state.kind === 'none') {
    throw new PageError(404, 'There is no such ticket.');
  }

  const collection = await readModels.collection(EMPLOYEES);
  const ids = [...employeesIn(events), ...(state.assigneeId === null ? [] : [state.assigneeId])];
  const [named, active] = await Promise.all([
    collection.find({ _id: { $in: ids } }).toArray(),
    collection
      .find({ active: true, roles: { $in: ['agent', 'admin'] } })
      .sort({ name: 1, _id: 1 })
      .limit(500)
      .toArray(),
  ]);
  const names = new Map(named.map(({ _id, name }) => [_id, name]));
  const open = state.kind !== 'resolved' && state.kind !== 'cancelled';
  return reply.view('ticket', {
    title: prepared.data.subject,
    ticket: {
      ...prepared.data,
      kind: KIND_LABELS[prepared.data.kind],
      badge: STATUS_BADGES[state.kind],
      assignee: state.assigneeId === null ? null : (names.get(state.assigneeId) ?? 'somebody'),
      preparedAt: events[0]?.metadata.occurredAt,
    },
    can: {
      assign: open,
      start: open && state.kind !== 'in-progress' && state.assigneeId !== null,
      reply: state.hasCustomer && state.kind !== 'cancelled',
      wait: state.hasCustomer && open && state.kind !== 'waiting',
      report: open && openKind(state) === 'in-progress',
      resolve: open && openKind(state) === 'in-progress',
      reopen: !open,
      cancel: open,
    },
    employees: active.map(({ _id, name }) => ({ value: _id, label: name })),
    assigneeId: state.assigneeId,
    failed: failed?.form,
    forms: failed === undefined ? {} : { [failed.action]: failed.form },
    history: historyOf(events, names).toReversed(),
  });
}
