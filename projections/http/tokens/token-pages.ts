// GET /tokens lists the access tokens of who is signed in, POST /tokens makes one and shows it, POST /tokens/{id}/revoke ends it.
import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { actorOf } from '../../../shared-contracts/messages/actors.ts';
import { LIMITS, Uuid } from '../../../shared-contracts/messages/fields.ts';
import { streamOf } from '../../../shared-contracts/messages/names.ts';
import { hasRole } from '../../../shared-contracts/runtime/accounts/signed-in.ts';
import type { EventStore } from '../../../shared-contracts/runtime/event-store/event-store.ts';
import { handleCommand } from '../../../shared-contracts/runtime/handle-command.ts';
import { CommandId, commandIdOf, JustDo } from '../../../shared-contracts/runtime/web/double-submit.ts';
import { type FormState, parseForm, refusedForm } from '../../../shared-contracts/runtime/web/form.ts';
import { whoActs } from '../../../shared-contracts/runtime/web/sign-in/guard.ts';
import {
  accessTokens,
  isExpired,
  type MakeToken,
  type RevokeToken,
} from '../../access-token/access-token-decider.ts';
import { daysAfter, startOf } from '../filters/days.ts';
import { TOKEN_ROLES } from './check-token.ts';
import { listTokens } from './list-tokens.ts';
import { newToken } from './token-text.ts';

const MakeForm = Type.Object({
  commandId: CommandId,
  name: Type.String({ maxLength: LIMITS.name, errorMessage: 'Say what the token is for.' }),
  lastDay: Type.Optional(
    Type.String({ format: 'date', errorMessage: 'Give a day, written like 2027-11-23, or nothing.' }),
  ),
  personalData: Type.Boolean(),
});

const SENT_AGAIN =
  'This form made a token already, which was shown once. If you did not see it, revoke that token and make another.';

type Shown = { readonly form?: FormState; readonly problem?: string; readonly made?: string };
type Deps = { readonly app: FastifyInstance; readonly store: EventStore; readonly now: () => Date };

export function tokenPages({ app, store, now }: Deps): void {
  const show = async (request: FastifyRequest, reply: FastifyReply, shown: Shown = {}) => {
    const { employeeId, roles } = whoActs(request);
    const tokens = await listTokens(store, employeeId);
    reply.header('cache-control', 'no-store');
    return reply.view('tokens', {
      title: 'Access tokens',
      ...shown,
      mayReadPersonalData: hasRole(roles, TOKEN_ROLES.personalData),
      tokens: tokens.map((token) => {
        const state = token.revoked ? 'Revoked' : isExpired(token, now().getTime()) ? 'Run out' : 'Works';
        return { ...token, state, tone: state === 'Works' ? 'good' : 'neutral', works: state === 'Works' };
      }),
    });
  };

  const give = (request: FastifyRequest, command: MakeToken | RevokeToken) => {
    const { commandId, employeeId } = command;
    const context = { actor: actorOf(whoActs(request)), correlationId: commandId, causationId: commandId };
    return handleCommand(store, accessTokens, streamOf.tokens(employeeId), command, context);
  };

  app.get('/tokens', (request, reply) => show(request, reply));

  app.post('/tokens', async (request, reply) => {
    const form = parseForm(MakeForm, request.body);
    if (!form.ok) return show(request, reply.code(400), { form });
    const { name, lastDay, personalData } = form.values;
    const { employeeId, roles } = whoActs(request);
    const { text, secretHash } = newToken(employeeId);
    const result = await give(request, {
      type: 'MakeToken',
      commandId: commandIdOf(form.values),
      tokenId: randomUUID(),
      ...{ employeeId, name, secretHash, personalData },
      expiresAt: lastDay === undefined ? null : startOf(daysAfter(lastDay, 1)).toISOString(),
      mayReadPersonalData: hasRole(roles, TOKEN_ROLES.personalData),
      now: now().toISOString(),
    });
    if (result.kind === 'rejected') {
      const { code, message } = result.rejection;
      return show(request, reply.code(409), { form: refusedForm(form, message, FIELD_OF[code]) });
    }
    if (result.repeated) return show(request, reply.code(409), { problem: SENT_AGAIN });
    return show(request, reply, { made: text });
  });

  app.post<{ Params: { tokenId: string } }>(
    '/tokens/:tokenId/revoke',
    { schema: { params: Type.Object({ tokenId: Uuid }) } },
    async (request, reply) => {
      const form = parseForm(JustDo, request.body);
      if (!form.ok) return show(request, reply.code(400), { problem: form.errors.commandId ?? '' });
      const { tokenId } = request.params;
      const { employeeId } = whoActs(request);
      const commandId = commandIdOf(form.values);
      const result = await give(request, { type: 'RevokeToken', commandId, employeeId, tokenId });
      if (result.kind === 'rejected') return reply.callNotFound();
      return reply
        .flash('done', 'The token is revoked. In two seconds at most it opens nothing any more.')
        .redirect('/tokens', 303);
    },
  );
}

/** The field that a rejection is about. */
const FIELD_OF: Readonly<Record<string, string>> = {
  'token-name-taken': 'name',
  'token-expired': 'lastDay',
};
