import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { NamedModel } from '../../shared-contracts/documents/read-model.ts';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import type { CommandContext, CommandResult } from '../../shared-contracts/runtime/handle-command.ts';
import type { ReadModels } from '../../shared-contracts/runtime/read-models/read-models.ts';

/** What the pages of this site work with. */
export type BackofficeSite = {
  readonly app: FastifyInstance;
  readonly store: EventStore;
  readonly readModels: ReadModels;
};

/** A command that somebody gave on a page. */
export function commandContext(commandId: string): CommandContext {
  return { actor: 'employee', correlationId: randomUUID(), causationId: commandId };
}

/**
 * Ends a form that was accepted: waits until the lists show what was written, so that nobody is shown the past, and
 * goes on to a page.
 */
export async function goOn(
  { readModels }: BackofficeSite,
  reply: FastifyReply,
  written: Extract<CommandResult, { kind: 'done' }>,
  model: NamedModel,
  id: string,
  to: string,
  text: string,
): Promise<FastifyReply> {
  const shown = await readModels.reached(model, id, written.revision).catch(() => false);
  if (written.appended === 0) reply.flash('note', 'Nothing changed: it was so already.');
  else if (shown) reply.flash('done', text);
  else reply.flash('note', `${text} The lists are still catching up.`);
  return reply.redirect(to, 303);
}
