// POST /groups/:group/discard: a failed message is not to be handled.
import Type from 'typebox';
import { CommandId, commandIdOf } from '../../shared-contracts/runtime/web/double-submit.ts';
import { parseForm } from '../../shared-contracts/runtime/web/form.ts';
import { PageError } from '../../shared-contracts/runtime/web/page-error.ts';
import { discard } from '../recovery/discard.ts';
import { type ConsoleSite, pathOf } from './console-site.ts';

const DiscardForm = Type.Object({
  commandId: CommandId,
  message: Type.String({ format: 'uuid' }),
  reason: Type.String({ maxLength: 1000, errorMessage: 'Say why this message is not to be handled.' }),
});

type Route = { Params: { group: string } };

export function discardMessage({ app, recoveries, operatorOf }: ConsoleSite): void {
  app.post<Route>('/groups/:group/discard', async (request, reply) => {
    const recovery = recoveries.of(request.params.group);
    const path = pathOf.group(recovery.group.name);
    const form = parseForm(DiscardForm, request.body);
    if (!form.ok) {
      reply.flash('problem', form.errors.reason ?? 'This form is not complete. Try again.');
      return reply.redirect(path, 303);
    }
    const { message, reason } = form.values;
    const asked = { by: operatorOf(request), commandId: commandIdOf(form.values) };
    await discard(recovery, [message], reason, asked);
    const now = recovery.ledger.index.message(message);
    if (now === undefined) throw new PageError(404, 'There is no such failed message.');
    if (now.state === 'discarded') {
      const sentence = 'The message is deleted. You find it under Deleted, where it can still be replayed.';
      reply.flash('done', sentence);
    } else reply.flash('note', 'The message was recovered meanwhile.');
    return reply.redirect(path, 303);
  });
}
