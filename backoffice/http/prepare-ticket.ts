// GET /tickets/new and POST /tickets: a ticket prepared by hand.
import Type from 'typebox';
import Value from 'typebox/value';
import { TICKETS } from '../../shared-contracts/documents/ticket-document.ts';
import { KIND_CHOICES, PRIORITY_CHOICES } from '../../shared-contracts/documents/ticket-labels.ts';
import { KINDS, LIMITS, PRIORITIES, TagField } from '../../shared-contracts/messages/fields.ts';
import { streamOf } from '../../shared-contracts/messages/names.ts';
import { handleCommand } from '../../shared-contracts/runtime/handle-command.ts';
import { deterministicId } from '../../shared-contracts/runtime/ids.ts';
import { CommandId, commandIdOf } from '../../shared-contracts/runtime/web/double-submit.ts';
import { parseForm, refusedForm } from '../../shared-contracts/runtime/web/form.ts';
import type { TicketCommand } from '../ticket/ticket-commands.ts';
import { ticket } from '../ticket/ticket-decider.ts';
import { type BackofficeSite, commandContext, goOn } from './backoffice-site.ts';

const PrepareForm = Type.Object({
  commandId: CommandId,
  subject: Type.String({ maxLength: LIMITS.subject, errorMessage: 'Say in a few words what it is about.' }),
  customerName: Type.Optional(Type.String({ maxLength: LIMITS.name })),
  kind: Type.Enum([...KINDS], { errorMessage: 'Choose what kind of ticket it is.' }),
  text: Type.String({ maxLength: LIMITS.text, errorMessage: 'Say what is to be done.' }),
  priority: Type.Optional(Type.Enum([...PRIORITIES], { errorMessage: 'Choose a priority.' })),
  tags: Type.Optional(Type.String({ maxLength: (LIMITS.tag + 2) * LIMITS.tags })),
});
const Tags = Type.Array(TagField, { maxItems: LIMITS.tags });

const page = {
  title: 'Prepare a ticket',
  kinds: KIND_CHOICES,
  priorities: PRIORITY_CHOICES,
};

export function prepareTicketPages(site: BackofficeSite): void {
  const { app, store } = site;
  app.get('/tickets/new', (_request, reply) => reply.view('prepare-ticket', page));

  app.post('/tickets', async (request, reply) => {
    const form = parseForm(PrepareForm, request.body);
    if (!form.ok) return reply.code(400).view('prepare-ticket', { ...page, form });
    const { subject, customerName = '', kind, text, priority = 'normal' } = form.values;
    const tags = [...new Set((form.values.tags ?? '').split(/[\s,]+/).filter((tag) => tag !== ''))];
    if (!Value.Check(Tags, tags)) {
      const sentence = `Give tags of small letters, digits and dashes, with spaces between them; ${LIMITS.tags} at most.`;
      return reply.code(400).view('prepare-ticket', { ...page, form: refusedForm(form, sentence, 'tags') });
    }
    const commandId = commandIdOf(form.values);
    const ticketId = deterministicId('ticket', commandId);
    const give = (command: TicketCommand) =>
      handleCommand(
        store,
        ticket,
        streamOf.ticket(ticketId),
        command,
        commandContext(request, command.commandId),
      );
    let result = await give({
      type: 'PrepareTicket',
      commandId,
      ticketId,
      issueId: null,
      customerId: null,
      customerName,
      subject,
      kind,
      text,
    });
    // Each is a command of its own with an id of its own: a form sent again takes up where it was cut short.
    const sort = (what: string): { commandId: string; ticketId: string } => ({
      commandId: deterministicId(commandId, what),
      ticketId,
    });
    const sorting: TicketCommand[] = [
      { type: 'ChangePriority', ...sort('priority'), priority },
      ...tags.map((tag): TicketCommand => ({ type: 'AddTag', ...sort(`tag ${tag}`), tag })),
    ];
    for (const command of sorting) {
      if (result.kind === 'rejected') break;
      const { appended } = result;
      result = await give(command);
      if (result.kind === 'done') result = { ...result, appended: result.appended + appended };
    }
    if (result.kind === 'rejected') {
      const again = refusedForm(form, result.rejection.message);
      return reply.code(409).view('prepare-ticket', { ...page, form: again });
    }
    const next = { id: ticketId, to: `/tickets/${ticketId}`, text: 'The ticket is prepared.' };
    return goOn(site, reply, { written: result, model: TICKETS, ...next });
  });
}
