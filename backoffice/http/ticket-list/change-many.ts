// POST /tickets/change: one change to several tickets of a list, and a page that says what became of each.
import type { FastifyReply } from 'fastify';
import Type, { type Static } from 'typebox';
import { PRIORITY_CHOICES } from '../../../shared-contracts/documents/ticket-labels.ts';
import { LIMITS, PRIORITIES, TagField } from '../../../shared-contracts/messages/fields.ts';
import { streamOf } from '../../../shared-contracts/messages/names.ts';
import type { TicketEvent } from '../../../shared-contracts/messages/ticket-events.ts';
import type { SignedIn } from '../../../shared-contracts/runtime/accounts/signed-in.ts';
import { employee } from '../../../shared-contracts/runtime/employee/employee-decider.ts';
import { type CommandContext, handleCommand } from '../../../shared-contracts/runtime/handle-command.ts';
import { deterministicId } from '../../../shared-contracts/runtime/ids.ts';
import { loadStream } from '../../../shared-contracts/runtime/load-stream.ts';
import { CommandId, commandIdOf } from '../../../shared-contracts/runtime/web/double-submit.ts';
import { type FormState, parseForm } from '../../../shared-contracts/runtime/web/form.ts';
import { whoActs } from '../../../shared-contracts/runtime/web/sign-in/guard.ts';
import type { TicketCommand } from '../../ticket/ticket-commands.ts';
import { ticket } from '../../ticket/ticket-decider.ts';
import { type BackofficeSite, commandContext } from '../backoffice-site.ts';
import { colleaguesOrMe } from '../colleagues.ts';
import { mindsOf } from '../ticket/minded-events.ts';
import { assigneeChoices, assigneeField, assigneeIn } from './assignee-field.ts';
import { type Chosen, type Outcome, showOutcomes } from './change-outcomes.ts';
import { ID_PATTERN } from './id-pattern.ts';
import { PAGE_SIZE } from './ticket-queries.ts';

const CHANGES = ['assign', 'priority', 'tag', 'resolve'] as const;

/** A ticket as the list showed it: its id and the revision of its document. */
const CHOSEN = new RegExp(`^(${ID_PATTERN})\\.(\\d{1,9})$`);

const ChangeForm = Type.Object({
  commandId: CommandId,
  change: Type.Enum([...CHANGES], { errorMessage: 'Choose what to change.' }),
  tickets: Type.Array(Type.String({ pattern: CHOSEN.source }), {
    minItems: 1,
    maxItems: PAGE_SIZE,
    uniqueItems: true,
    errorMessage: `Choose the tickets to change, ${PAGE_SIZE} at most.`,
  }),
  assignee: assigneeField('Choose an employee.'),
  priority: Type.Optional(Type.Enum([...PRIORITIES], { errorMessage: 'Choose a priority.' })),
  tag: Type.Optional({ ...TagField, errorMessage: 'Give a tag of small letters, digits and dashes.' }),
  text: Type.Optional(Type.String({ maxLength: LIMITS.text, errorMessage: 'Say what solved them.' })),
  back: Type.Optional(Type.String({ pattern: '^\\?[^#\\s]*$', maxLength: 2000 })),
});
type Change = Static<typeof ChangeForm>;

/** A change without the ticket that it is made to. */
type Make = (ids: { readonly commandId: string; readonly ticketId: string }) => TicketCommand;

/** So many are changed at a time; the others wait. */
const AT_ONCE = 5;

export function changeManyPages(site: BackofficeSite): void {
  site.app.post('/tickets/change', async (request, reply) => {
    const me = whoActs(request);
    const form = parseForm(ChangeForm, request.body);
    if (!form.ok) return askAgain(site, reply, form, me);
    const made = await makerOf(site, form.values, me);
    if ('errors' in made) return askAgain(site, reply, { values: form.typed, errors: made.errors }, me);

    const commandId = commandIdOf(form.values);
    const context = commandContext(request, commandId);
    const outcomes: Outcome[] = [];
    const waiting = form.values.tickets.flatMap(chosenIn);
    while (waiting.length > 0) {
      const now = waiting.splice(0, AT_ONCE);
      outcomes.push(
        ...(await Promise.all(now.map((each) => changeOne(site, each, made.make, commandId, context)))),
      );
    }
    return showOutcomes(site, reply, outcomes, backTo(form.values.back));
  });
}

async function changeOne(
  { store }: BackofficeSite,
  chosen: Chosen,
  make: Make,
  commandId: string,
  context: CommandContext,
): Promise<Outcome> {
  const { ticketId, revision } = chosen;
  const command = make({ ticketId, commandId: deterministicId(commandId, ticketId) });
  const minds = mindsOf(command.type);
  const seen = { revision, minds: ({ type }: TicketEvent) => minds(type) };
  const result = await handleCommand(store, ticket, streamOf.ticket(ticketId), command, context, seen);
  return { ...chosen, result };
}

async function makerOf(
  { store }: BackofficeSite,
  { change, assignee, priority, tag, text }: Change,
  me: SignedIn,
): Promise<{ readonly make: Make } | { readonly errors: Readonly<Record<string, string>> }> {
  switch (change) {
    case 'assign': {
      if (assignee === undefined) return { errors: { assignee: 'Choose an employee.' } };
      const employeeId = assigneeIn(assignee, me.employeeId);
      if (employeeId === null)
        return { make: (ids) => ({ type: 'UnassignTicket', ...ids, why: 'by-employee', from: null }) };
      const { state } = await loadStream(store, employee, streamOf.employee(employeeId));
      return { make: (ids) => ({ type: 'AssignTicket', ...ids, employeeId, employee: state.kind }) };
    }
    case 'priority':
      if (priority === undefined) return { errors: { priority: 'Choose a priority.' } };
      return { make: (ids) => ({ type: 'ChangePriority', ...ids, priority }) };
    case 'tag':
      if (tag === undefined) return { errors: { tag: 'Give a tag of small letters, digits and dashes.' } };
      return { make: (ids) => ({ type: 'AddTag', ...ids, tag }) };
    case 'resolve':
      if (text === undefined) return { errors: { text: 'Say what solved them.' } };
      return { make: (ids) => ({ type: 'ResolveTicket', ...ids, text }) };
  }
}

/** The form once more, with what is wrong and what was chosen. */
async function askAgain(site: BackofficeSite, reply: FastifyReply, form: FormState, me: SignedIn) {
  const { offered } = await colleaguesOrMe(site, me);
  const { change, tickets, back } = form.values;
  const chosen = [tickets ?? []].flat().slice(0, PAGE_SIZE);
  const problem = ['tickets', 'change', 'back'].map((name) => form.errors[name]).find(Boolean);
  return reply.code(400).view('change-tickets', {
    title: 'Change tickets',
    asks: true,
    form: problem === undefined ? form : { ...form, errors: { ...form.errors, _form: problem } },
    change,
    is: { [String(change)]: chosen.length > 0 },
    chosen,
    assignees: assigneeChoices(offered),
    priorities: PRIORITY_CHOICES,
    back: backTo(back),
  });
}

function chosenIn(value: string): readonly Chosen[] {
  const [, ticketId, revision] = CHOSEN.exec(value) ?? [];
  return ticketId === undefined ? [] : [{ ticketId, revision: Number(revision) }];
}

/** Back to the list that was come from, and to nowhere else. */
function backTo(back: unknown): string {
  return typeof back === 'string' && /^\?[^#\s]*$/.test(back) ? `/tickets${back}` : '/tickets';
}
