// What an employee does to one ticket: GET shows it, each POST is one command.
import Type, { type TObject } from 'typebox';
import { TICKETS } from '../../shared-contracts/documents/ticket-document.ts';
import { LIMITS, Uuid } from '../../shared-contracts/messages/fields.ts';
import { streamOf } from '../../shared-contracts/messages/names.ts';
import type { SignedIn } from '../../shared-contracts/runtime/accounts/signed-in.ts';
import { employee } from '../../shared-contracts/runtime/employee/employee-decider.ts';
import { handleCommand } from '../../shared-contracts/runtime/handle-command.ts';
import { loadStream } from '../../shared-contracts/runtime/load-stream.ts';
import { CommandId, commandIdOf } from '../../shared-contracts/runtime/web/double-submit.ts';
import { type ParsedForm, parseForm } from '../../shared-contracts/runtime/web/form.ts';
import { whoActs } from '../../shared-contracts/runtime/web/sign-in/guard.ts';
import type { TicketCommand } from '../ticket/commands.ts';
import { ticket } from '../ticket/ticket-decider.ts';
import { type BackofficeSite, commandContext, goOn } from './backoffice-site.ts';
import { showTicket } from './show-ticket.ts';

const text = (errorMessage: string) => Type.String({ maxLength: LIMITS.text, errorMessage });
const readDo = formReader(Type.Object({ commandId: CommandId }));
const readSay = (errorMessage: string) =>
  formReader(Type.Object({ commandId: CommandId, text: text(errorMessage) }));
const readAssign = formReader(
  Type.Object({
    commandId: CommandId,
    employeeId: Type.String({ format: 'uuid', errorMessage: 'Choose an employee.' }),
  }),
);
const readReply = formReader(
  Type.Object({
    commandId: CommandId,
    text: text('Write what the customer should read.'),
    wait: Type.Optional(Type.Literal('yes')),
  }),
);
const readCancel = formReader(
  Type.Object({
    commandId: CommandId,
    text: Type.Optional(Type.String({ maxLength: LIMITS.text })),
  }),
);

function formReader<Schema extends TObject>(schema: Schema) {
  return (body: unknown) => parseForm(schema, body);
}

type Ids = { readonly commandId: string; readonly ticketId: string };

export function changeTicketPages(site: BackofficeSite): void {
  const { app, store } = site;
  const params = { schema: { params: Type.Object({ ticketId: Uuid }) } };
  type Route = { Params: { ticketId: string } };

  app.get<Route>('/tickets/:ticketId', params, (request, reply) =>
    showTicket(site, reply, request.params.ticketId),
  );

  const action = <Values extends { readonly commandId: string }>(
    name: string,
    read: (body: unknown) => ParsedForm<Values>,
    done: string,
    toCommand: (ids: Ids, values: Values, who: SignedIn) => TicketCommand | Promise<TicketCommand>,
  ) => {
    app.post<Route>(`/tickets/:ticketId/${name}`, params, async (request, reply) => {
      const { ticketId } = request.params;
      const form = read(request.body);
      if (!form.ok) return showTicket(site, reply.code(400), ticketId, { action: name, form });
      const commandId = commandIdOf(form.values);
      const command = await toCommand({ commandId, ticketId }, form.values, whoActs(request));
      const result = await handleCommand(
        store,
        ticket,
        streamOf.ticket(ticketId),
        command,
        commandContext(request, commandId),
      );
      if (result.kind === 'done') {
        return goOn(site, reply, result, TICKETS, ticketId, `/tickets/${ticketId}`, done);
      }
      const again = { values: form.typed, errors: { _form: result.rejection.message } };
      return showTicket(site, reply.code(409), ticketId, { action: name, form: again });
    });
  };

  action('assign', readAssign, 'The ticket is assigned.', async (ids, { employeeId }) => {
    const { state } = await loadStream(store, employee, streamOf.employee(employeeId));
    return { type: 'AssignTicket', ...ids, employeeId, employee: state.kind };
  });
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
  action('wait', readCancel, 'The ticket waits for the customer.', (ids, values) => ({
    type: 'WaitForCustomer',
    ...ids,
    text: values.text ?? null,
  }));
  action('note', readSay('Write what colleagues should know.'), 'The note is added.', (ids, values) => ({
    type: 'AddNote',
    ...ids,
    text: values.text,
  }));
  action('cancel', readCancel, 'The ticket is cancelled.', (ids, values) => ({
    type: 'CancelTicket',
    ...ids,
    by: 'employee',
    text: values.text ?? null,
  }));
}
