// GET /read-models: how fresh every read model is, and what becomes of its rebuilds. POSTs rebuild them and take that back.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { READ_MODELS } from '../../../shared-contracts/documents/all-read-models.ts';
import type { ReadModelEntry } from '../../../shared-contracts/documents/read-model.ts';
import { EVERY_READ_MODEL } from '../../../shared-contracts/messages/control-events.ts';
import {
  cancelOperation,
  readOperations,
  requestOperation,
} from '../../../shared-contracts/runtime/operations/control-stream.ts';
import { progressSince } from '../../../shared-contracts/runtime/operations/operation-progress.ts';
import {
  hasEnded,
  type OperationState,
} from '../../../shared-contracts/runtime/operations/operation-state.ts';
import { freshnessOf } from '../../../shared-contracts/runtime/read-models/freshness.ts';
import { commandIdOf, JustDo } from '../../../shared-contracts/runtime/web/double-submit.ts';
import { parseForm } from '../../../shared-contracts/runtime/web/form.ts';
import { PageError } from '../../../shared-contracts/runtime/web/page-error.ts';
import type { ConsoleSite } from '../console-site.ts';
import type { Observatory } from './observatory.ts';

const PATH = '/read-models';
const MOST_OPERATIONS = 20;

const CONDITIONS: Readonly<Record<OperationState['condition'], readonly [text: string, tone: string]>> = {
  asked: ['under way', 'info'],
  cancelling: ['being cancelled', 'warning'],
  done: ['done', 'good'],
  cancelled: ['cancelled', 'neutral'],
  failed: ['failed', 'bad'],
};

export function showReadModelsPage({ app, observatory, operatorOf, nameOf, live }: ConsoleSite): void {
  const { store, watch } = observatory;

  app.get(PATH, async (_request, reply) => {
    const operations = await readOperations(store, 'projections');
    const rebuilds = [...operations.values()].filter(({ operation }) => operation === 'rebuild');
    const newest = rebuilds.reverse().slice(0, MOST_OPERATIONS);
    const models = await modelsOf(observatory, operations).catch(() => undefined);
    return reply.view('read-models', {
      title: 'Read models',
      models,
      operations: await Promise.all(
        newest.map(async (operation) => ({ ...shown(operation), by: await nameOf(operation.by) })),
      ),
      mayAct: reply.locals.readOnly !== true,
    });
  });

  app.get(`${PATH}/live`, async (_request, reply) => {
    await watch.last();
    return live(reply, (changed) => watch.listen(changed));
  });

  const rebuild = async (request: FastifyRequest, reply: FastifyReply, target: string) => {
    const form = parseForm(JustDo, request.body);
    if (!form.ok)
      throw new PageError(400, 'This form is not complete. Go back and try again.', {
        code: 'form-incomplete',
      });
    const operationId = commandIdOf(form.values);
    const by = operatorOf(request);
    await requestOperation(store, 'projections', { operationId, operation: 'rebuild', target, by });
    const what = target === EVERY_READ_MODEL ? 'The read models are' : `${target} is`;
    reply.flash('done', `${what} made anew from the streams. What is there serves meanwhile.`);
    return reply.redirect(PATH, 303);
  };

  app.post(`${PATH}/rebuild`, (request, reply) => rebuild(request, reply, EVERY_READ_MODEL));

  app.post<{ Params: { model: string } }>(`${PATH}/:model/rebuild`, async (request, reply) => {
    const { model } = request.params;
    if (!READ_MODELS.some(({ name }) => name === model))
      throw new PageError(404, 'There is no such read model.', { code: 'no-such-read-model' });
    return rebuild(request, reply, model);
  });

  app.post<{ Params: { operationId: string } }>(
    `${PATH}/operations/:operationId/cancel`,
    async (request, reply) => {
      const { operationId } = request.params;
      const operation = (await readOperations(store, 'projections')).get(operationId);
      if (operation === undefined)
        throw new PageError(404, 'There is no such operation.', { code: 'no-such-operation' });
      if (hasEnded(operation)) reply.flash('note', 'It had ended already.');
      else {
        await cancelOperation(store, 'projections', operationId, operatorOf(request));
        reply.flash(
          'done',
          'The rebuild is cancelled. It stops in a moment, and the read models stay as they were.',
        );
      }
      return reply.redirect(PATH, 303);
    },
  );
}

async function modelsOf({ store, readModels }: Observatory, operations: ReadonlyMap<string, OperationState>) {
  const entries = await readModels.registered();
  return Promise.all(
    entries.map(async (entry: ReadModelEntry) => {
      const { position, ageMs } = await freshnessOf(store, readModels.db, entry);
      const operation = operations.get(entry.building?.operationId ?? '');
      return {
        name: entry._id,
        path: `${PATH}/${entry._id}`,
        meaning: READ_MODELS.find(({ name }) => name === entry._id)?.meaning,
        collection: entry.collection,
        documents: await readModels.db.collection(entry.collection).estimatedDocumentCount(),
        position,
        age: ageMs < 1000 ? undefined : `${Math.round(ageMs / 1000)} s behind`,
        lostAt: entry.lostAt,
        building: operation && !hasEnded(operation) ? shown(operation) : undefined,
      };
    }),
  );
}

function shown(operation: OperationState) {
  const [text, tone] = CONDITIONS[operation.condition];
  const { percent } = progressSince(operation, operation.done, 0);
  return {
    ...operation,
    text,
    tone,
    percent: percent === null ? undefined : Math.floor(percent),
    path: `${PATH}/operations/${operation.operationId}`,
    cancellable: operation.condition === 'asked',
  };
}
