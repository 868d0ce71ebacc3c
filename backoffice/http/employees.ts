// GET /employees lists them, for administrators; POSTs register them and change their accounts.
import type { FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { EMPLOYEES } from '../../shared-contracts/documents/employee-document.ts';
import { LIMITS, ROLES, RolesField, Uuid } from '../../shared-contracts/messages/fields.ts';
import { streamOf } from '../../shared-contracts/messages/names.ts';
import { temporaryPassword, temporaryUntil } from '../../shared-contracts/runtime/accounts/password-rules.ts';
import { ROLE_LABELS } from '../../shared-contracts/runtime/accounts/role-labels.ts';
import type { Rejection } from '../../shared-contracts/runtime/decider.ts';
import type {
  EmployeeCommand,
  KeptPassword,
} from '../../shared-contracts/runtime/employee/employee-commands.ts';
import { employee } from '../../shared-contracts/runtime/employee/employee-decider.ts';
import { type CommandResult, handleCommand } from '../../shared-contracts/runtime/handle-command.ts';
import { CommandId, commandIdOf, JustDo } from '../../shared-contracts/runtime/web/double-submit.ts';
import {
  emailField,
  type FormState,
  formReader,
  type ParsedForm,
  parseForm,
  refusedForm,
} from '../../shared-contracts/runtime/web/form.ts';
import { pageNumber, pagingOf } from '../../shared-contracts/runtime/web/query.ts';
import { whoActs } from '../../shared-contracts/runtime/web/sign-in/guard.ts';
import { type BackofficeSite, commandContext, goOn } from './backoffice-site.ts';

const PAGE_SIZE = 50;

const Roles = Type.Array(RolesField.items, {
  minItems: 1,
  maxItems: ROLES.length,
  uniqueItems: true,
  errorMessage: 'Choose at least one role.',
});
const RegisterForm = Type.Object({
  commandId: CommandId,
  name: Type.String({ maxLength: LIMITS.name, errorMessage: 'Give the name that colleagues know.' }),
  email: emailField({ errorMessage: 'Give the e-mail address of the employee.' }),
  roles: Roles,
});
const RolesForm = Type.Object({ commandId: CommandId, roles: Roles });

/** A password that was made just now: it is shown on this one page, and nowhere else. */
type NewPassword = { readonly email: string; readonly password: string; readonly until: string };
type Shown = {
  readonly form?: FormState;
  readonly problem?: string;
  readonly newPassword?: NewPassword;
};
type Route = { Params: { employeeId: string }; Querystring: { page?: string } };
type Ids = { readonly commandId: string; readonly employeeId: string };

export function employeePages(site: BackofficeSite): void {
  const { app, store, readModels, hashing, accounts } = site;
  const config = { access: ['admin'] } as const;
  const ofOne = { config, schema: { params: Type.Object({ employeeId: Uuid }) } };

  const list = async (request: FastifyRequest, reply: FastifyReply, page: number, shown: Shown = {}) => {
    const employees = await readModels.collection(EMPLOYEES);
    const [total, documents] = await Promise.all([
      employees.countDocuments({}),
      employees
        .find({})
        .sort({ name: 1, _id: 1 })
        .skip((page - 1) * PAGE_SIZE)
        .limit(PAGE_SIZE)
        .toArray(),
    ]);
    if (shown.newPassword !== undefined) reply.header('cache-control', 'no-store');
    const me = whoActs(request).employeeId;
    return reply.view('employees', {
      title: 'Employees',
      ...shown,
      employees: documents.map((document) => ({
        ...document,
        isMe: document._id === me,
        choices: choicesOf(document.roles),
        roleNames: document.roles.map((role) => ROLE_LABELS[role]).join(', '),
      })),
      choices: choicesOf(shown.form?.values.roles ?? ['agent']),
      paging: pagingOf(page, PAGE_SIZE, total),
    });
  };

  const give = (request: FastifyRequest, command: EmployeeCommand): Promise<CommandResult> => {
    const { commandId, employeeId } = command;
    const stream = streamOf.employee(employeeId);
    return handleCommand(store, employee, stream, command, commandContext(request, commandId));
  };

  /** Gives a temporary password and shows it: the same one however often the form is sent. */
  const withPassword = async (
    request: FastifyRequest,
    reply: FastifyReply,
    { commandId, employeeId }: Ids,
    email: string,
    commandWith: (kept: KeptPassword) => EmployeeCommand,
    refused: (rejection: Rejection) => FastifyReply | Promise<FastifyReply>,
  ) => {
    const password = temporaryPassword(site.temporaryPasswords, commandId);
    const until = temporaryUntil(new Date());
    const passwordHash = await hashing.hash(password);
    const result = await give(request, commandWith({ passwordHash, temporaryUntil: until }));
    if (result.kind === 'rejected') return refused(result.rejection);
    await readModels.reached(EMPLOYEES, employeeId, result.revision).catch(() => false);
    return list(request, reply, 1, { newPassword: { email, password, until } });
  };

  app.get<Route>('/employees', { config }, (request, reply) =>
    list(request, reply, pageNumber(request.query.page)),
  );

  app.post('/employees', { config }, async (request, reply) => {
    const form = parseForm(RegisterForm, request.body);
    if (!form.ok) return list(request, reply.code(400), 1, { form });
    const { name, email, roles } = form.values;
    const ids = { commandId: commandIdOf(form.values), employeeId: site.employeeIds(email) };
    return withPassword(
      request,
      reply,
      ids,
      email,
      (kept) => ({ type: 'RegisterEmployee', ...ids, ...kept, name, email, roles }),
      ({ message }) => {
        return list(request, reply.code(409), 1, { form: refusedForm(form, message, 'email') });
      },
    );
  });

  app.post<Route>('/employees/:employeeId/reset-password', ofOne, async (request, reply) => {
    const form = parseForm(JustDo, request.body);
    if (!form.ok) return list(request, reply.code(400), 1, { problem: form.errors.commandId ?? '' });
    const { employeeId } = request.params;
    const state = await accounts.read(employeeId);
    if (state.kind === 'unknown') return reply.callNotFound();
    const ids = { commandId: commandIdOf(form.values), employeeId };
    return withPassword(
      request,
      reply,
      ids,
      state.email,
      (kept) => ({ type: 'SetPassword', ...ids, ...kept }),
      ({ message }) => list(request, reply.code(409), 1, { problem: message }),
    );
  });

  const action = <Values extends { readonly commandId: string }>(
    path: string,
    read: (body: unknown) => ParsedForm<Values>,
    done: string,
    toCommand: (ids: Ids, values: Values, by: string) => EmployeeCommand,
  ) => {
    app.post<Route>(`/employees/:employeeId/${path}`, ofOne, async (request, reply) => {
      const form = read(request.body);
      if (!form.ok) {
        const problem = form.errors.roles ?? form.errors.commandId ?? '';
        return list(request, reply.code(400), 1, { problem });
      }
      const { employeeId } = request.params;
      const ids = { employeeId, commandId: commandIdOf(form.values) };
      const result = await give(request, toCommand(ids, form.values, whoActs(request).employeeId));
      if (result.kind === 'done') {
        const next = { id: employeeId, to: '/employees', text: done };
        return goOn(site, reply, { written: result, model: EMPLOYEES, ...next });
      }
      if (result.rejection.code === 'employee-unknown') return reply.callNotFound();
      return list(request, reply.code(409), 1, { problem: result.rejection.message });
    });
  };
  const readDo = formReader(JustDo);
  action('activate', readDo, 'The employee is active.', (ids) => ({ type: 'ActivateEmployee', ...ids }));
  action('deactivate', readDo, 'The employee is deactivated.', (ids, _values, by) => ({
    type: 'DeactivateEmployee',
    ...ids,
    by,
  }));
  action('sign-out', readDo, 'The employee is signed out everywhere.', (ids) => ({
    type: 'SignOutEverywhere',
    ...ids,
  }));
  action('roles', formReader(RolesForm), 'The roles are changed.', (ids, { roles }, by) => ({
    type: 'ChangeRoles',
    ...ids,
    roles,
    by,
  }));
}

function choicesOf(chosen: string | readonly string[]) {
  return ROLES.map((role) => ({ value: role, label: ROLE_LABELS[role], chosen: chosen.includes(role) }));
}
