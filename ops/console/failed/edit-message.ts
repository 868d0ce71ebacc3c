// GET and POST /failed/:group/:message/edit: one failed message is replayed with other data.
import Type from 'typebox';
import { NotPossible } from '../../../shared-contracts/errors/not-possible.ts';
import { CommandId, commandIdOf } from '../../../shared-contracts/runtime/web/double-submit.ts';
import { type FormState, parseForm } from '../../../shared-contracts/runtime/web/form.ts';
import { PageError } from '../../../shared-contracts/runtime/web/page-error.ts';
import { readFailure } from '../../recovery/find/read-failure.ts';
import type { Selected } from '../../recovery/find/selection.ts';
import type { Recovery } from '../../recovery/recovery.ts';
import { dataToEdit } from '../../recovery/replay/edited-data.ts';
import { isEditable, replayEdited } from '../../recovery/replay/replay-edited.ts';
import { type ConsoleSite, pathOf } from '../console-site.ts';
import { tellOutcome } from './outcome.ts';

const EditForm = Type.Object({
  commandId: CommandId,
  data: Type.String({ errorMessage: 'Give the data of the event as JSON.' }),
});

type Route = { Params: { group: string; message: string } };

export function editMessagePage({ app, recoveries, operatorOf }: ConsoleSite): void {
  app.get<Route>(
    '/failed/:group/:message/edit',
    { config: { access: ['operator'] } },
    async (request, reply) => {
      const { recovery, failure } = await find(request.params);
      const data = await dataToEdit(recovery, failure.facts);
      const values = { data: JSON.stringify(data, undefined, 2) };
      return reply.view('edit-message', pageOf(recovery, failure, values));
    },
  );

  app.post<Route>('/failed/:group/:message/edit', async (request, reply) => {
    const { recovery, failure } = await find(request.params);
    const form = parseForm(EditForm, request.body);
    if (!form.ok) {
      const again = pageOf(recovery, failure, form.values, form.errors);
      return reply.code(400).view('edit-message', again);
    }
    const asked = { by: operatorOf(request), commandId: commandIdOf(form.values) };
    try {
      const data = parseJson(form.values.data);
      const batch = await replayEdited(recovery, failure.message.eventId, data, asked);
      await tellOutcome(reply, recovery, batch);
      return reply.redirect(pathOf.message(recovery.group.name, failure.message.eventId), 303);
    } catch (error) {
      if (!(error instanceof NotPossible)) throw error;
      const again = pageOf(recovery, failure, form.typed, { data: error.message });
      return reply.code(400).view('edit-message', again);
    }
  });

  const find = async ({ group, message }: Route['Params']) => {
    const recovery = recoveries.of(group);
    if (!isEditable(recovery))
      throw new PageError(404, 'The messages of this group cannot be edited.', { code: 'not-editable' });
    return { recovery, failure: await readFailure(recovery, message) };
  };
}

function pageOf(
  { group: { name } }: Recovery,
  { facts }: Selected,
  values: FormState['values'],
  errors: FormState['errors'] = {},
) {
  const path = pathOf.message(name, facts.origin.eventId);
  const group = { name, path: pathOf.group(name) };
  return { title: `Edit · ${name}`, group, path, facts, form: { values, errors } };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new NotPossible(`This is not JSON: ${error instanceof Error ? error.message : ''}`, {
      cause: error,
    });
  }
}
