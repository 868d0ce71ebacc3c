// What an employee does to one ticket: GET shows it, each POST is one command.
import Type from 'typebox';
import { TICKETS } from '../../../shared-contracts/documents/ticket-document.ts';
import { LIMITS, PRIORITIES, TagField, Uuid } from '../../../shared-contracts/messages/fields.ts';
import { streamOf } from '../../../shared-contracts/messages/names.ts';
import type { TicketEvent } from '../../../shared-contracts/messages/ticket-events.ts';
import type { SignedIn } from '../../../shared-contracts/runtime/accounts/signed-in.ts';
import { employee } from '../../../shared-contracts/runtime/employee/employee-decider.ts';
import { handleCommand } from '../../../shared-contracts/runtime/handle-command.ts';
import { loadStream } from '../../../shared-contracts/runtime/load-stream.ts';
import { CommandId, commandIdOf } from '../../../shared-contracts/runtime/web/double-submit.ts';
import { formReader, type ParsedForm, refusedForm } from '../../../shared-contracts/runtime/web/form.ts';
import { whoActs } from '../../../shared-contracts/runtime/web/sign-in/guard.ts';
import type { TicketCommand } from '../../ticket/ticket-commands.ts';
import { ticket } from '../../ticket/ticket-decider.ts';
import { type BackofficeSite, commandContext, goOn } from '../backoffice-site.ts';
import { mindsOf } from './minded-events.ts';
import { showTicket } from './show-ticket.ts';

/** What every form of the page carries: which command it is, and how much of the ticket its page showed. */
const base = {
  commandId: CommandId,
  seenRevision: Type.Integer({
    minimum: 0,
    maximum: Number.MAX_SAFE_INTEGER,
    errorMessage: 'This form is not complete. Please reload the page and send it again.',
  }),
};
type Base = { readonly commandId: string; readonly seenRevision: number };

const text = (errorMessage: string) => Type.String({ maxLength: LIMITS.text, errorMessage });
const readDo = formReader(Type.Object(base));
const readSay = (errorMessage: string) => formReader(Type.Object({ ...base, text: text(errorMessage) }));
const readMaySay = formReader(
  Type.Object({ ...base, text: Type.Optional(Type.String({ maxLength: LIMITS.text })) }),
);
const readAssign = formReader(
  Type.Object({
    ...base,
    employeeId: Type.String({ format: 'uuid', errorMessage: 'Choose an employee.' }),
  }),
);
const readReply = formReader(
  Type.Object({
    ...base,
    text: text('Write what the customer should read.'),
    wait: Type.Optional(Type.Literal('yes')),
  }),
);
const readPriority = formReader(
  Type.Object({ ...base, priority: Type.Enum([...PRIORITIES], { errorMessage: 'Choose a priority.' }) }),
);
const readTag = formReader(
  Type.Object({
    ...base,
    tag: { ...TagField, errorMessage: 'Give a tag of small letters, digits and dashes, like paper-jam.' },
  }),
);

type Ids = { readonly commandId: string; readonly ticketId: string };

export function changeTicketPages(site: BackofficeSite): void {
  const { app, store } = site;
  const params = { schema: { params: Type.Object({ ticketId: Uuid }) } };
  type Route = { Params: { ticketId: string } };

  app.get<Route>('/tickets/:ticketId', params, (request, reply) =>
    showTicket(site, reply, request.params.ticketId, whoActs(request)),
  );

  app.get<Route>('/tickets/:ticketId/live', params, (request, reply) =>
    site.live(reply, (changed) => site.changes.listen(streamOf.ticket(request.params.ticketId), changed)),
  );

  const action = <Values extends Base>(
    name: string,
    read: (body: unknown) => ParsedForm<Values>,
    done: string,
    toCommand: (ids: Ids, values: Values, who: SignedIn) => TicketCommand | Promise<TicketCommand>,
  ) => {
    app.post<Route>(`/tickets/:ticketId/${name}`, params, async (request, reply) => {
      const { ticketId } = request.params;
      const me = whoActs(request);
      const form = read(request.body);
      if (!form.ok) return showTicket(site, reply.code(400), ticketId, me, { action: name, form });
      const commandId = commandIdOf(form.values);
      const command = await toCommand({ commandId, ticketId }, form.values, me);
      const context = commandContext(request, commandId);
      const minds = mindsOf(command.type);
      const seen = { revision: form.values.seenRevision, minds: ({ type }: TicketEvent) => minds(type) };
      const result = await handleCommand(store, ticket, streamOf.ticket(ticketId), command, context, seen);
      if (result.kind === 'done') {
        const next = { id: ticketId, to: `/tickets/${ticketId}`, text: done };
        return goOn(site, reply, { written: result, model: TICKETS, ...next });
      }
      const again = refusedForm(form, result.rejection.message);
      return showTicket(site, reply.code(409), ticketId, me, {
        action: name,
        form: again,
        isNews: ({ revision, type }) => revision > seen.revision && minds(type),
      });
    });
  };

  action('assign', readAssign, 'The ticket is assigned.', async (ids, { employeeId }) => {
    const { state } = await loadStream(store, employee, streamOf.employee(employeeId));
    return { type: 'AssignTicket', ...ids, employeeId, employee: state.kind };
  });
  action('unassign', readDo, 'Nobody looks after the ticket now.', (ids) => ({
    type: 'UnassignTicket',
    ...ids,
    why: 'by-employee',
    from: null,
  }));
  action('start', readDo, 'Work has started.', (ids) => ({ type: 'StartWork', ...ids }));
  action('report', readSay('Say how far the work is.'), 'The customer is told.', (ids, values) => ({
    type: 'ReportStatus',
    ...ids,
    text: values.text,
  }));
  action('resolve', readSay('Say what solved it.'), 'The ticket is resolved.', (ids, values) => ({
    type: 'ResolveTicket',
    ...ids,
    text: values.text,
  }));
  action('reopen', readSay('Say why it needs work again.'), 'The ticket is open again.', (ids, values) => ({
    type: 'ReopenTicket',
    ...ids,
    text: values.text,
  }));
  action('reply', readReply, 'Your reply is on its way.', (ids, { text: written, wait }, { name }) => ({
    type: 'SendReply',
    ...ids,
    from: name,
    text: written,
    thenWait: wait === 'yes',
  }));
  action('wait', readMaySay, 'The ticket waits for the customer.', (ids, values) => ({
    type: 'WaitForCustomer',
    ...ids,
    text: values.text ?? null,
  }));
  action('note', readSay('Write what colleagues should know.'), 'The note is added.', (ids, values) => ({
    type: 'AddNote',
    ...ids,
    text: values.text,
  }));
  action('cancel', readMaySay, 'The ticket is cancelled.', (ids, values) => ({
    type: 'CancelTicket',
    ...ids,
    by: 'employee',
    text: values.text ?? null,
  }));
  action('priority', readPriority, 'The priority is set.', (ids, { priority }) => ({
    type: 'ChangePriority',
    ...ids,
    priority,
  }));
  action('tag', readTag, 'The tag is on.', (ids, { tag }) => ({ type: 'AddTag', ...ids, tag }));
  action('untag', readTag, 'The tag is off.', (ids, { tag }) => ({ type: 'RemoveTag', ...ids, tag }));
}
