// GET /links and POST /links: who lost the links to their issues has them mailed. The answer is the same for every address.
import fastifyRateLimit from '@fastify/rate-limit';
import Type from 'typebox';
import { streamOf } from '../../shared-contracts/messages/names.ts';
import { handleCommand } from '../../shared-contracts/runtime/handle-command.ts';
import { addressIdOf } from '../../shared-contracts/runtime/personal/address-id.ts';
import { CommandId, commandIdOf } from '../../shared-contracts/runtime/web/double-submit.ts';
import { emailField, parseForm } from '../../shared-contracts/runtime/web/form.ts';
import { PageError } from '../../shared-contracts/runtime/web/page-error.ts';
import { address } from '../address/address-decider.ts';
import { type CustomerSite, commandContext } from './customer-site.ts';

const LinksForm = Type.Object({
  commandId: CommandId,
  email: emailField({ errorMessage: 'Give the e-mail address that you reported your issues with.' }),
});

const page = { title: 'Find your issues' };

/** Requests for links in a minute from one network address. */
const MOST_REQUESTS = 10;

export async function lostLinkPages({ app, store, addressHash }: CustomerSite): Promise<void> {
  await app.register(fastifyRateLimit, {
    global: false,
    cache: 10_000,
    errorResponseBuilder: () =>
      new PageError(429, 'Links were asked for too often from here. Wait a minute, then try again.', {
        code: 'too-many-links',
      }),
  });

  app.get('/links', (_request, reply) => reply.view('lost-links', page));

  const limited = { rateLimit: { max: MOST_REQUESTS, timeWindow: 60_000 } };
  app.post('/links', { config: limited }, async (request, reply) => {
    const form = parseForm(LinksForm, request.body);
    if (!form.ok) return reply.code(400).view('lost-links', { ...page, form });
    const { email } = form.values;
    const commandId = commandIdOf(form.values);
    const addressId = addressIdOf(addressHash(email));
    await handleCommand(
      store,
      address,
      streamOf.address(addressId),
      { type: 'RequestLinks', commandId, addressId, email },
      commandContext(commandId, commandId),
    );
    return reply
      .flash(
        'done',
        'If issues were reported with this address, a mail with their links is on its way to it.',
      )
      .redirect('/links', 303);
  });
}
