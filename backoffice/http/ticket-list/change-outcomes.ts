// What became of each ticket that was to be changed, as a page.
import type { FastifyReply } from 'fastify';
import { numberOf } from '../../../shared-contracts/documents/issue-number.ts';
import { TICKETS } from '../../../shared-contracts/documents/ticket-document.ts';
import { type CommandResult, SEEN_TOO_LITTLE } from '../../../shared-contracts/runtime/handle-command.ts';
import type { BackofficeSite } from '../backoffice-site.ts';

/** A ticket, and the revision at which the list showed it. */
export type Chosen = { readonly ticketId: string; readonly revision: number };
export type Outcome = Chosen & { readonly result: CommandResult };

/** @param back the address of the list that was come from */
export async function showOutcomes(
  site: BackofficeSite,
  reply: FastifyReply,
  outcomes: readonly Outcome[],
  back: string,
): Promise<FastifyReply> {
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
    back,
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
