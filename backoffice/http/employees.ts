// GET /employees lists them; POSTs register, activate and deactivate.
import type { FastifyReply } from 'fastify';
import Type from 'typebox';
import { EMPLOYEES } from '../../shared-contracts/documents/employee-document.ts';
import { LIMITS, Uuid } from '../../shared-contracts/messages/fields.ts';
import { streamOf } from '../../shared-contracts/messages/names.ts';
import { handleCommand } from '../../shared-contracts/runtime/handle-command.ts';
import { deterministicId } from '../../shared-contracts/runtime/ids.ts';
import { CommandId, commandIdOf } from '../../shared-contracts/runtime/web/double-submit.ts';
import { emailField, type FormState, parseForm } from '../../shared-contracts/runtime/web/form.ts';
import { pageNumber, pagingOf } from '../../shared-contracts/runtime/web/query.ts';
import type { EmployeeCommand } from '../employee/commands.ts';
import { employee } from '../employee/employee-decider.ts';
import { type BackofficeSite, commandContext, goOn } from './backoffice-site.ts';

const PAGE_SIZE = 50;

const RegisterForm = Type.Object({
  commandId: CommandId,
  name: Type.String({ maxLength: LIMITS.name, errorMessage: 'Give the name that colleagues know.' }),
  email: emailField({ errorMessage: 'Give the e-mail address of the employee.' }),
});
const JustDo = Type.Object({ commandId: CommandId });

export function employeePages(site: BackofficeSite): void {
  const { app, store, readModels } = site;

  const list = async (reply: FastifyReply, page: number, form?: FormState) => {
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
    const paging = pagingOf(page, PAGE_SIZE, total);
    return reply.view('employees', { title: 'Employees', employees: documents, paging, form });
  };

  const give = async (reply: FastifyReply, command: EmployeeCommand, done: string) => {
    const { employeeId, commandId } = command;
    const stream = streamOf.employee(employeeId);
    const result = await handleCommand(store, employee, stream, command, commandContext(commandId));
    if (result.kind === 'rejected') return reply.callNotFound();
    return goOn(site, reply, result, EMPLOYEES, employeeId, '/employees', done);
  };

  app.get<{ Querystring: { page?: string } }>('/employees', (request, reply) =>
    list(reply, pageNumber(request.query.page)),
  );

  app.post('/employees', async (request, reply) => {
    const form = parseForm(RegisterForm, request.body);
    if (!form.ok) return list(reply.code(400), 1, form);
    const { name, email } = form.values;
    const commandId = commandIdOf(form.values);
    const employeeId = deterministicId('employee', commandId);
    return give(
      reply,
      { type: 'RegisterEmployee', commandId, employeeId, name, email },
      `${name} is registered.`,
    );
  });

  const change = (path: string, type: 'ActivateEmployee' | 'DeactivateEmployee', done: string) => {
    const params = { schema: { params: Type.Object({ employeeId: Uuid }) } };
    app.post<{ Params: { employeeId: string } }>(
      `/employees/:employeeId/${path}`,
      params,
      async (request, reply) => {
        const form = parseForm(JustDo, request.body);
        if (!form.ok) return list(reply.code(400), 1);
        const { employeeId } = request.params;
        return give(reply, { type, commandId: commandIdOf(form.values), employeeId }, done);
      },
    );
  };
  change('activate', 'ActivateEmployee', 'The employee is active.');
  change('deactivate', 'DeactivateEmployee', 'The employee is deactivated.');
}
