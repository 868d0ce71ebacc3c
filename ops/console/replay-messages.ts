// POST /groups/:group/replay, replay-selected, replay-all: failed messages are handled again.
import type { FastifyReply } from 'fastify';
import Type from 'typebox';
import { CommandId, commandIdOf } from '../../shared-contracts/runtime/web/double-submit.ts';
import { parseForm } from '../../shared-contracts/runtime/web/form.ts';
import { PageError } from '../../shared-contracts/runtime/web/page-error.ts';
import type { OperatorRequest, Recovery } from '../recovery/recovery.ts';
import { carryOut, startReplay } from '../recovery/replay.ts';
import type { Wanted } from '../recovery/selection.ts';
import { type ConsoleSite, pathOf } from './console-site.ts';
import { tellOutcome } from './outcome.ts';

const Message = Type.String({ format: 'uuid' });
const OneForm = Type.Object({ commandId: CommandId, message: Message });
const SelectedForm = Type.Object({ commandId: CommandId, messages: Type.Array(Message, { maxItems: 100 }) });
const AllForm = Type.Object({ commandId: CommandId });

type Route = { Params: { group: string } };

export function replayMessages({ app, recoveries, operatorOf }: ConsoleSite): void {
  app.post<Route>('/groups/:group/replay', async (request, reply) => {
    const recovery = recoveries.of(request.params.group);
    const form = parseForm(OneForm, request.body);
    if (!form.ok) throw incomplete();
    const { message } = form.values;
    const asked = { by: operatorOf(request), commandId: commandIdOf(form.values) };
    const started = await startReplay(recovery, { messages: [message] }, asked);
    if (recovery.ledger.index.message(message) === undefined) {
      throw new PageError(404, 'There is no such failed message.');
    }
    if (started === undefined) reply.flash('note', 'This message is being replayed already.');
    else {
      await carryOut(recovery, started.batch);
      await tellOutcome(reply, recovery, started.batch);
    }
    return reply.redirect(pathOf.group(recovery.group.name), 303);
  });

  app.post<Route>('/groups/:group/replay-selected', async (request, reply) => {
    const recovery = recoveries.of(request.params.group);
    const form = parseForm(SelectedForm, request.body);
    if (!form.ok) throw incomplete();
    const { messages } = form.values;
    if (messages.length === 0) {
      reply.flash('problem', 'Tick the messages that you mean first.');
      return reply.redirect(pathOf.group(recovery.group.name), 303);
    }
    const asked = { by: operatorOf(request), commandId: commandIdOf(form.values) };
    return replay(reply, recovery, { messages }, asked);
  });

  app.post<Route>('/groups/:group/replay-all', async (request, reply) => {
    const recovery = recoveries.of(request.params.group);
    const form = parseForm(AllForm, request.body);
    if (!form.ok) throw incomplete();
    const asked = { by: operatorOf(request), commandId: commandIdOf(form.values) };
    return replay(reply, recovery, {}, asked);
  });

  /** Starts a replay and shows how far it is. */
  const replay = async (reply: FastifyReply, recovery: Recovery, wanted: Wanted, asked: OperatorRequest) => {
    const { name } = recovery.group;
    const started = await startReplay(recovery, wanted, asked);
    if (started === undefined) {
      reply.flash('note', 'None of these waits any more.');
      return reply.redirect(pathOf.group(name), 303);
    }
    recoveries.begin(recovery, started.batch);
    return reply.redirect(pathOf.replay(name, started.batch), 303);
  };
}

function incomplete(): PageError {
  return new PageError(400, 'This form is not complete. Go back and try again.');
}
