// GET /account, POST /account/password and /account/sign-out-everywhere: what employees do about their own account.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { actorOf } from '../../../messages/actors.ts';
import { streamOf } from '../../../messages/names.ts';
import type { Accounts } from '../../accounts/accounts.ts';
import type { PasswordHashing } from '../../accounts/password-hashing.ts';
import { PASSWORD_LENGTH, problemWith } from '../../accounts/password-rules.ts';
import { ROLE_LABELS } from '../../accounts/role-labels.ts';
import type { EmployeeCommand } from '../../employee/employee-commands.ts';
import { employee } from '../../employee/employee-decider.ts';
import type { EventStore } from '../../event-store/event-store.ts';
import { handleCommand } from '../../handle-command.ts';
import { CommandId, commandIdOf, JustDo } from '../double-submit.ts';
import { type FormState, parseForm } from '../form.ts';
import { PageError } from '../page-error.ts';
import { whoActs } from './guard.ts';
import type { Sessions } from './session.ts';
import { sentenceFor } from './sign-in-pages.ts';

const password = (errorMessage: string) =>
  Type.String({ verbatim: true, maxLength: PASSWORD_LENGTH.most * 4, errorMessage });
const PasswordForm = Type.Object({
  commandId: CommandId,
  currentPassword: password('Give the password that you have now.'),
  password: password('Choose a new password.'),
});

type Deps = {
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly hashing: PasswordHashing;
  readonly store: EventStore;
};

export function accountPage(app: FastifyInstance, { accounts, sessions, hashing, store }: Deps): void {
  const config = { access: 'employees' } as const;

  const show = async (request: FastifyRequest, reply: FastifyReply, form?: FormState) => {
    const { employeeId, mustChangePassword } = whoActs(request);
    const account = await known(employeeId);
    const hint = `At least ${PASSWORD_LENGTH.least} characters. Several words make a good one.`;
    const roles = account.roles.map((role) => ROLE_LABELS[role]).join(', ');
    return reply.sharedPage('account', {
      title: 'Your account',
      account,
      roles,
      mustChangePassword,
      hint,
      form,
    });
  };
  const known = async (employeeId: string) => {
    const state = await accounts.read(employeeId);
    if (state.kind === 'unknown')
      throw new PageError(404, 'There is no such account.', { code: 'no-such-account' });
    return state;
  };
  const give = async (request: FastifyRequest, command: EmployeeCommand) => {
    const { commandId, employeeId } = command;
    const context = { actor: actorOf(whoActs(request)), correlationId: commandId, causationId: commandId };
    return handleCommand(store, employee, streamOf.employee(employeeId), command, context);
  };

  app.get('/account', { config }, (request, reply) => show(request, reply));

  app.post('/account/password', { config }, async (request, reply) => {
    const form = parseForm(PasswordForm, request.body);
    if (!form.ok) return show(request, reply.code(400), form);
    const again = (errors: FormState['errors']) => ({ values: {}, errors });
    const { employeeId } = whoActs(request);
    const { currentPassword: current, password: chosen } = form.values;
    const problem =
      current === chosen ? 'Take another one than before.' : problemWith(chosen, await known(employeeId));
    if (problem !== undefined) return show(request, reply.code(400), again({ password: problem }));

    const confirmed = await accounts.confirm(employeeId, current);
    if (confirmed.kind === 'refused') {
      return show(
        request,
        reply.code(400),
        again({ currentPassword: 'This is not the password that you have now.' }),
      );
    }
    if (confirmed.kind === 'too-often') {
      return show(request, reply.code(429), again({ _form: sentenceFor(confirmed) }));
    }
    const passwordHash = await hashing.hash(chosen);
    const commandId = commandIdOf({ commandId: form.values.commandId });
    const kept = { passwordHash, temporaryUntil: null };
    await give(request, { type: 'SetPassword', commandId, employeeId, ...kept });
    const { epoch } = await known(employeeId);
    await sessions.begin(reply, { employeeId, epoch });
    const sentence = 'Your password is changed. Wherever else you were signed in, you are not any more.';
    return reply.flash('done', sentence).redirect('/account', 303);
  });

  app.post('/account/sign-out-everywhere', { config }, async (request, reply) => {
    const form = parseForm(JustDo, request.body);
    if (!form.ok) return show(request, reply.code(400), form);
    const { employeeId } = whoActs(request);
    await give(request, { type: 'SignOutEverywhere', commandId: commandIdOf(form.values), employeeId });
    sessions.end(reply);
    reply.forgetCsrf();
    return reply.flash('done', 'You are signed out everywhere.').redirect('/sign-in', 303);
  });
}
