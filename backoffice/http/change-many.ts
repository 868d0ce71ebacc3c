// POST /tickets/change: one change to several tickets of a list, and a page that says what became of each.
import type { FastifyReply } from 'fastify';
import Type, { type Static } from 'typebox';
import { numberOf } from '../../shared-contracts/documents/issue-number.ts';
import { TICKETS } from '../../shared-contracts/documents/ticket-document.ts';
import { LIMITS, PRIORITIES, TagField } from '../../shared-contracts/messages/fields.ts';
import { streamOf } from '../../shared-contracts/messages/names.ts';
import type { TicketEvent } from '../../shared-contracts/messages/ticket-events.ts';
import type { SignedIn } from '../../shared-contracts/runtime/accounts/signed-in.ts';
import { employee } from '../../shared-contracts/runtime/employee/employee-decider.ts';
import {
  type CommandContext,
  type CommandResult,
  handleCommand,
  SEEN_TOO_LITTLE,
} from '../../shared-contracts/runtime/handle-command.ts';
import { deterministicId } from '../../shared-contracts/runtime/ids.ts';
import { loadStream } from '../../shared-contracts/runtime/load-stream.ts';
import { CommandId, commandIdOf } from '../../shared-contracts/runtime/web/double-submit.ts';
import { type FormState, parseForm } from '../../shared-contracts/runtime/web/form.ts';
import { whoActs } from '../../shared-contracts/runtime/web/sign-in/guard.ts';
import type { TicketCommand } from '../ticket/commands.ts';
import { ticket } from '../ticket/ticket-decider.ts';
import { type BackofficeSite, commandContext } from './backoffice-site.ts';
import { colleaguesOrMe } from './colleagues.ts';
import { PRIORITY_CHOICES } from './labels.ts';
import { mindsOf } from './minded-events.ts';
import { PAGE_SIZE } from './ticket-queries.ts';

const CHANGES = ['assign', 'priority', 'tag', 'resolve'] as const;

/** A ticket as the list showed it: its id and the revision of its document. */
const CHOSEN = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.(\d{1,9})$/;

const ChangeForm = Type.Object({
  commandId: CommandId,
  change: Type.Enum([...CHANGES], { errorMessage: 'Choose what to change.' }),
  tickets: Type.Array(Type.String({ pattern: CHOSEN.source }), {
    minItems: 1,
    maxItems: PAGE_SIZE,
    uniqueItems: true,
    errorMessage: `Choose the tickets to change, ${PAGE_SIZE} at most.`,
  }),
  assignee: Type.Optional(
    Type.String({
      pattern: '^(me|nobody|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$',
      errorMessage: 'Choose an employee.',
    }),
  ),
  priority: Type.Optional(Type.Enum([...PRIORITIES], { errorMessage: 'Choose a priority.' })),
  tag: Type.Optional({ ...TagField, errorMessage: 'Give a tag of small letters, digits and dashes.' }),
  text: Type.Optional(Type.String({ maxLength: LIMITS.text, errorMessage: 'Say what solved them.' })),
  back: Type.Optional(Type.String({ pattern: '^\\?[^#\\s]*$', maxLength: 2000 })),
});
type Change = Static<typeof ChangeForm>;

type Chosen = { readonly ticketId: string; readonly revision: number };
/** A change without the ticket that it is made to. */
type Make = (ids: { readonly commandId: string; readonly ticketId: string }) => TicketCommand;
type Outcome = Chosen & { readonly result: CommandResult };

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
    return showOutcomes(site, reply, form.values, outcomes);
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
      if (assignee === 'nobody')
        return { make: (ids) => ({ type: 'UnassignTicket', ...ids, why: 'by-employee', from: null }) };
      const employeeId = assignee === 'me' ? me.employeeId : assignee;
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
    assignees: [{ value: 'me', label: 'Me' }, { value: 'nobody', label: 'Nobody' }, ...offered],
    priorities: PRIORITY_CHOICES,
    back: backTo(back),
  });
}

async function showOutcomes(
  site: BackofficeSite,
  reply: FastifyReply,
  values: Change,
  outcomes: readonly Outcome[],
) {
  const subjects = await subjectsOf(site, outcomes);
  const caughtUp = await Promise.all(
    outcomes.map(({ ticketId, result }) =>
      result.kind === 'rejected'
        ? true
        : site.readModels.reached(TICKETS, ticketId, result.revision).catch(() => false),
    ),
  );
  const rows = outcomes.map(({ ticketId, result }) => ({
    ticketId,
    ...(subjects.get(ticketId) ?? { issueNumber: numberOf(ticketId), subject: 'Ticket' }),
    ...outcomeOf(result),
  }));
  return reply.view('change-tickets', {
    title: 'What became of it',
    rows,
    done: rows.filter(({ tone }) => tone === 'good').length,
    catchingUp: caughtUp.includes(false),
    back: backTo(values.back),
  });
}

function outcomeOf(result: CommandResult) {
  if (result.kind === 'rejected') {
    const { code, message } = result.rejection;
    const why =
      code === SEEN_TOO_LITTLE
        ? 'Something happened to it since the list was made. Look at it first.'
        : message;
    return { text: 'Refused', tone: 'bad', why };
  }
  const changed = result.appended > 0 || result.repeated === true;
  return changed
    ? { text: 'Done', tone: 'good', why: '' }
    : { text: 'Nothing changed', tone: 'neutral', why: 'It was so already.' };
}

/** What the tickets are called; a list that cannot be reached leaves them without. */
async function subjectsOf({ readModels }: BackofficeSite, chosen: readonly Chosen[]) {
  try {
    const tickets = await readModels.collection(TICKETS);
    const ids = chosen.map(({ ticketId }) => ticketId);
    const found = await tickets
      .find({ _id: { $in: ids } }, { projection: { subject: 1, issueId: 1 } })
      .toArray();
    return new Map(
      found.map(({ _id, issueId, subject }) => [_id, { issueNumber: numberOf(issueId ?? _id), subject }]),
    );
  } catch {
    return new Map<string, { readonly issueNumber: string; readonly subject: string }>();
  }
}

function chosenIn(value: string): readonly Chosen[] {
  const [, ticketId, revision] = CHOSEN.exec(value) ?? [];
  return ticketId === undefined ? [] : [{ ticketId, revision: Number(revision) }];
}

/** Back to the list that was come from, and to nowhere else. */
function backTo(back: unknown): string {
  return typeof back === 'string' && /^\?[^#\s]*$/.test(back) ? `/tickets${back}` : '/tickets';
}
