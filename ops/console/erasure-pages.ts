// GET /erasures and /erasures/:erasureId: for administrators, erasures of customers and how far one is. POST /erasures asks for
// one.
import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import { ERASURE_STEPS } from '../../shared-contracts/messages/erasure-events.ts';
import { hasEnded } from '../../shared-contracts/runtime/operations/operation-state.ts';
import { CommandId, commandIdOf } from '../../shared-contracts/runtime/web/double-submit.ts';
import { emailField, parseForm } from '../../shared-contracts/runtime/web/form.ts';
import { PageError } from '../../shared-contracts/runtime/web/page-error.ts';
import { listErasures, progressOf, readErasure, requestErasure } from '../erasure/erasures.ts';
import { leftByHand, STEP_NAMES } from '../erasure/step-sentences.ts';
import type { ConsoleSite } from './console-site.ts';

const PATH = '/erasures';
const MOST_ERASURES = 100;

const EraseForm = Type.Object({
  commandId: CommandId,
  email: emailField({ errorMessage: 'Give the e-mail address of the customer.' }),
  again: Type.String({ errorMessage: 'Type the address again.' }),
});

const onlyAdmins = { config: { access: ['admin'] } } as const;

export function erasurePages({ app, observatory, secrets, operatorOf, nameOf, live }: ConsoleSite): void {
  const { store, watch } = observatory;

  const list = async () => {
    const newest = (await listErasures(store)).slice(-MOST_ERASURES).reverse();
    return Promise.all(
      newest.map(async (erasure) => ({
        ...erasure,
        by: await nameOf(erasure.by),
        keys: erasure.subjects.length,
        path: `${PATH}/${erasure.erasureId}`,
      })),
    );
  };

  app.get(PATH, onlyAdmins, async (_request, reply) =>
    reply.view('erasures', { title: 'Erasures', erasures: await list() }),
  );

  app.post(PATH, onlyAdmins, async (request, reply) => {
    const form = parseForm(EraseForm, request.body);
    const refuse = async (values: object, errors: object) =>
      reply.code(400).view('erasures', {
        title: 'Erasures',
        erasures: await list(),
        form: { values, errors },
      });
    if (!form.ok) return refuse(form.values, form.errors);
    const { email, again } = form.values;
    if (email.toLowerCase() !== again.toLowerCase())
      return refuse(form.typed, { again: 'This is another address. Type the same one in both fields.' });
    const erasureId = commandIdOf(form.values);
    await requestErasure(store, secrets, { erasureId, email, by: operatorOf(request) });
    return reply.redirect(`${PATH}/${erasureId}`, 303);
  });

  app.get(`${PATH}/:erasureId`, onlyAdmins, async (request: FastifyRequest<Named>, reply) => {
    const found = await readErasure(store, request.params.erasureId);
    if (found === undefined)
      throw new PageError(404, 'There is no such erasure.', { code: 'no-such-erasure' });
    const { operation, erasure } = found;
    const done = new Map(erasure.steps.map((each) => [each.step, each]));
    return reply.view('erasure', {
      title: 'Erasure',
      erasure,
      by: await nameOf(erasure.by),
      liveFrom: hasEnded(operation) ? undefined : `${PATH}/${erasure.erasureId}/live`,
      ended: operation.condition === 'done',
      failed: hasEnded(operation) && operation.condition !== 'done' ? (operation.detail ?? '') : undefined,
      ...progressOf(erasure),
      keys: erasure.subjects.length,
      steps: ERASURE_STEPS.map((step) => ({
        name: STEP_NAMES[step],
        done: done.has(step),
        count: done.get(step)?.count,
        left: leftByHand(step, done.get(step)?.outOfReach === true),
      })),
    });
  });

  app.get(`${PATH}/:erasureId/live`, onlyAdmins, async (_request, reply) => {
    await watch.last();
    return live(reply, (changed) => watch.listen(changed));
  });
}

type Named = { Params: { erasureId: string } };
