// GET /failed/replay and /failed/discard: what would be done, to whom; POST does it.
import type { FastifyReply } from 'fastify';
import Type from 'typebox';
import { CommandId, commandIdOf } from '../../../shared-contracts/runtime/web/double-submit.ts';
import { parseForm } from '../../../shared-contracts/runtime/web/form.ts';
import { PageError } from '../../../shared-contracts/runtime/web/page-error.ts';
import { discard } from '../../recovery/discard.ts';
import type { OperatorRequest } from '../../recovery/recovery.ts';
import { planReplay, type ReplayPlan } from '../../recovery/replay/plan-replay.ts';
import { startReplay } from '../../recovery/replay/replay.ts';
import { type ConsoleSite, pathOf } from '../console-site.ts';
import { type Choice, type Chosen, readChoice } from './chosen-messages.ts';
import { linkToFailed } from './failed-query.ts';
import { tellOutcome } from './outcome.ts';
import { waitAMoment } from './wait-a-moment.ts';

/** How many originals are looked for before a replay is offered: more would keep the operator waiting. */
const MOST_LOOKED_AT = 1000;

const ReplayForm = Type.Object({ commandId: CommandId, chosen: Type.Array(Type.String()) });
const DiscardForm = Type.Object({
  commandId: CommandId,
  chosen: Type.Array(Type.String()),
  reason: Type.String({ maxLength: 1000, errorMessage: 'Say why these messages are not to be handled.' }),
});

export function chooseFailures({ app, recoveries, operatorOf }: ConsoleSite): void {
  app.get('/failed/replay', { config: { access: ['operator'] } }, async (request, reply) => {
    const choice = await readChoice(recoveries, request.query, reply.locals.timeZone);
    return confirm(reply, 'replay', choice);
  });

  app.get('/failed/discard', { config: { access: ['operator'] } }, async (request, reply) => {
    const choice = await readChoice(recoveries, request.query, reply.locals.timeZone);
    return confirm(reply, 'discard', choice);
  });

  app.post('/failed/replay', async (request, reply) => {
    const choice = await readChoice(recoveries, request.body, reply.locals.timeZone);
    const form = parseForm(ReplayForm, { ...Object(request.body), chosen: choice.key });
    if (!form.ok)
      throw new PageError(400, 'This form is not complete. Go back and try again.', {
        code: 'form-incomplete',
      });
    const asked = { by: operatorOf(request), commandId: commandIdOf(form.values) };
    const started: { chosen: Chosen; batch: string }[] = [];
    for (const chosen of choice.chosen) {
      const replay = await startReplay(chosen.recovery, chosen.wanted, asked);
      if (replay !== undefined) started.push({ chosen, batch: replay.batch });
    }
    for (const { chosen, batch } of started) recoveries.begin(chosen.recovery, batch);
    if (choice.single !== undefined) return tellSingle(reply, choice.single, started[0]?.batch);
    if (started.length > 0) return reply.redirect(pathOf.replay(asked.commandId), 303);
    reply.flash('note', choice.isEmpty ? NOTHING_TICKED : 'None of these waits any more.');
    return reply.redirect(backTo(choice), 303);
  });

  app.post('/failed/discard', async (request, reply) => {
    const choice = await readChoice(recoveries, request.body, reply.locals.timeZone);
    const form = parseForm(DiscardForm, { ...Object(request.body), chosen: choice.key });
    if (!form.ok) return confirm(reply.code(400), 'discard', choice, form);
    const asked = { by: operatorOf(request), commandId: commandIdOf(form.values) };
    await discardAll(reply, choice, form.values.reason, asked);
    return reply.redirect(choice.single === undefined ? backTo(choice) : pathOfSingle(choice.single), 303);
  });

  /** Waits for a few; many are deleted beside the pages. */
  const discardAll = async (reply: FastifyReply, choice: Choice, reason: string, asked: OperatorRequest) => {
    const work = Promise.all(
      choice.chosen.map(({ recovery, wanted }) =>
        recoveries.track(recovery, discard(recovery, wanted, reason, asked)),
      ),
    );
    const counts = await waitAMoment(work);
    if (counts === undefined) {
      reply.flash('note', 'They are being deleted; the list shows how far it is.');
      return;
    }
    const count = counts.reduce((sum, each) => sum + each, 0);
    const deleted = count === 1 ? 'The message is deleted.' : `${count} messages are deleted.`;
    if (count > 0) reply.flash('done', `${deleted} A replay undoes that.`);
    else reply.flash('note', 'Nothing was deleted: they are recovered or deleted already.');
  };

  const confirm = async (
    reply: FastifyReply,
    action: 'replay' | 'discard',
    choice: Choice,
    form?: object,
  ): Promise<FastifyReply> => {
    if (choice.isEmpty) {
      reply.flash('problem', NOTHING_TICKED);
      return reply.redirect(backTo(choice), 303);
    }
    const looked = choice.single === undefined ? MOST_LOOKED_AT : 1;
    const plans: (ReplayPlan & { readonly group: string; readonly order: string })[] = [];
    for (const { recovery, wanted } of choice.chosen) {
      const plan = await planReplay(recovery, wanted, action === 'replay' ? looked : 0);
      plans.push({ ...plan, group: recovery.group.name, order: recovery.group.order });
    }
    const sum = (count: (plan: (typeof plans)[number]) => number) =>
      plans.reduce((total, plan) => total + count(plan), 0);
    const total = sum((plan) => plan.total);
    return reply.view(action === 'replay' ? 'confirm-replay' : 'confirm-discard', {
      title: action === 'replay' ? 'Replay' : 'Delete',
      plans: plans.filter((plan) => plan.total > 0),
      total,
      gone: sum((plan) => plan.gone),
      examples: plans.flatMap(({ group, examples }) =>
        examples.slice(0, 10).map((origin) => ({ ...origin, path: pathOf.message(group, origin.eventId) })),
      ),
      lookedAt: sum((plan) => plan.lookedAt),
      all: sum((plan) => plan.lookedAt) === total,
      ordered: plans.some((plan) => plan.order === 'by-stream'),
      filters: choice.filters,
      named: choice.named,
      hidden: choice.hidden,
      back: choice.single === undefined ? backTo(choice) : pathOfSingle(choice.single),
      form,
    });
  };

  const tellSingle = async (
    reply: FastifyReply,
    single: { readonly chosen: Chosen; readonly eventId: string },
    batch: string | undefined,
  ) => {
    const { recovery } = single.chosen;
    if (recovery.ledger.index.message(single.eventId) === undefined)
      throw new PageError(404, 'There is no such failed message.', { code: 'no-such-failed-message' });
    if (batch === undefined) reply.flash('note', 'This message is being replayed already.');
    else await tellOutcome(reply, recovery, batch);
    return reply.redirect(pathOfSingle(single), 303);
  };
}

const NOTHING_TICKED = 'Tick the messages that you mean first.';

function pathOfSingle({ chosen, eventId }: NonNullable<Choice['single']>): string {
  return pathOf.message(chosen.recovery.group.name, eventId);
}

function backTo({ query, named }: Choice): string {
  return linkToFailed(pathOf.failed, query.values, named ? { view: 'list' } : {});
}
