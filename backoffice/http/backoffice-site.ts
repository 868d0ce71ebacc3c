import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { NamedModel } from '../../shared-contracts/documents/read-model.ts';
import { actorOf } from '../../shared-contracts/messages/actors.ts';
import type { Accounts } from '../../shared-contracts/runtime/accounts/accounts.ts';
import type { EmployeeIds } from '../../shared-contracts/runtime/accounts/employee-id.ts';
import type { PasswordHashing } from '../../shared-contracts/runtime/accounts/password-hashing.ts';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import type { CommandContext, CommandResult } from '../../shared-contracts/runtime/handle-command.ts';
import type { StreamChanges } from '../../shared-contracts/runtime/live/stream-changes.ts';
import type { ReadModels } from '../../shared-contracts/runtime/read-models/read-models.ts';
import type { AnswerLive } from '../../shared-contracts/runtime/web/live.ts';
import { whoActs } from '../../shared-contracts/runtime/web/sign-in/guard.ts';
import { inTime } from './in-time.ts';

/** What the pages of this site work with. */
export type BackofficeSite = {
  readonly app: FastifyInstance;
  readonly store: EventStore;
  readonly readModels: ReadModels;
  readonly accounts: Accounts;
  readonly hashing: PasswordHashing;
  readonly employeeIds: EmployeeIds;
  /** The key that temporary passwords are made from. */
  readonly temporaryPasswords: Uint8Array;
  /** Lets open pages follow their ticket. */
  readonly live: AnswerLive;
  readonly changes: Pick<StreamChanges, 'listen'>;
};

/** Beyond that, the page says that the lists are catching up. */
const LONGEST_WAIT_MS = 1500;

/** A command that somebody gave on a page, in the name of who is signed in. */
export function commandContext(request: FastifyRequest, commandId: string): CommandContext {
  return { actor: actorOf(whoActs(request)), correlationId: randomUUID(), causationId: commandId };
}

/** What came of a form, the document that shows it, and where its sender goes on. */
type Accepted = {
  readonly written: Extract<CommandResult, { kind: 'done' }>;
  readonly model: NamedModel;
  /** Of the document. */
  readonly id: string;
  /** Path of the next page, and what is said on it. */
  readonly to: string;
  readonly text: string;
};

/**
 * Ends a form that was accepted: waits until the lists show what was written, so that nobody is shown the past, and
 * goes on to a page.
 */
export async function goOn(
  { readModels }: BackofficeSite,
  reply: FastifyReply,
  { written, model, id, to, text }: Accepted,
): Promise<FastifyReply> {
  const shown = await inTime(readModels.reached(model, id, written.revision), LONGEST_WAIT_MS).catch(
    () => false,
  );
  if (written.appended === 0 && written.repeated === undefined)
    reply.flash('note', 'Nothing changed: it was so already.');
  else if (shown) reply.flash('done', text);
  else reply.flash('note', `${text} The lists are still catching up.`);
  return reply.redirect(to, 303);
}
