// GET /tickets/new and POST /tickets: a ticket prepared by hand.
import Type from 'typebox';
import { TICKETS } from '../../shared-contracts/documents/ticket-document.ts';
import { KINDS, LIMITS } from '../../shared-contracts/messages/fields.ts';
import { streamOf } from '../../shared-contracts/messages/names.ts';
import { handleCommand } from '../../shared-contracts/runtime/handle-command.ts';
import { deterministicId } from '../../shared-contracts/runtime/ids.ts';
import { CommandId, commandIdOf } from '../../shared-contracts/runtime/web/double-submit.ts';
import { parseForm } from '../../shared-contracts/runtime/web/form.ts';
import { ticket } from '../ticket/ticket-decider.ts';
import { type BackofficeSite, commandContext, goOn } from './backoffice-site.ts';
import { KIND_LABELS } from './labels.ts';

const PrepareForm = Type.Object({
  commandId: CommandId,
  subject: Type.String({ maxLength: LIMITS.subject, errorMessage: 'Say in a few words what it is about.' }),
  customerName: Type.Optional(Type.String({ maxLength: LIMITS.name })),
  kind: Type.Enum([...KINDS], { errorMessage: 'Choose what kind of ticket it is.' }),
  text: Type.String({ maxLength: LIMITS.text, errorMessage: 'Say what is to be done.' }),
});

const page = {
  title: 'Prepare a ticket',
  kinds: KINDS.map((value) => ({ value, label: KIND_LABELS[value] })),
};

export function prepareTicketPages(site: BackofficeSite): void {
  const { app, store } = site;
  app.get('/tickets/new', (_request, reply) => reply.view('prepare-ticket', page));

  app.post('/tickets', async (request, reply) => {
    const form = parseForm(PrepareForm, request.body);
    if (!form.ok) return reply.code(400).view('prepare-ticket', { ...page, form });
    const { subject, customerName = '', kind, text } = form.values;
    const commandId = commandIdOf(form.values);
    const ticketId = deterministicId('ticket', commandId);
    const result = await handleCommand(
      store,
      ticket,
      streamOf.ticket(ticketId),
      {
        type: 'PrepareTicket',
        commandId,
        ticketId,
        issueId: null,
        customerId: null,
        customerName,
        subject,
        kind,
        text,
      },
      commandContext(request, commandId),
    );
    if (result.kind === 'rejected') {
      const again = { values: form.typed, errors: { _form: result.rejection.message } };
      return reply.code(409).view('prepare-ticket', { ...page, form: again });
    }
    return goOn(site, reply, result, TICKETS, ticketId, `/tickets/${ticketId}`, 'The ticket is prepared.');
  });
}
