import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Role } from '../../../shared-contracts/messages/fields.ts';
import { streamOf } from '../../../shared-contracts/messages/names.ts';
import { createEmployeeIds } from '../../../shared-contracts/runtime/accounts/employee-id.ts';
import { createPasswordHashing } from '../../../shared-contracts/runtime/accounts/password-hashing.ts';
import type { EmployeeCommand } from '../../../shared-contracts/runtime/employee/employee-commands.ts';
import { employee } from '../../../shared-contracts/runtime/employee/employee-decider.ts';
import type { EventStore } from '../../../shared-contracts/runtime/event-store/event-store.ts';
import { handleCommand } from '../../../shared-contracts/runtime/handle-command.ts';
import { createLogger } from '../../../shared-contracts/runtime/telemetry/logger.ts';
import { listen } from '../../../shared-contracts/runtime/web/listen.ts';
import { createWebServer } from '../../../shared-contracts/runtime/web/server.ts';
import { requireSignIn } from '../../../shared-contracts/runtime/web/sign-in/require-sign-in.ts';
import { TEST_SECRETS } from './test-secrets.ts';
import type { Teardown } from './test-store.ts';

export const PASSWORD = 'a quiet harbour';

const idOf = createEmployeeIds(TEST_SECRETS);

export type StaffSiteOptions = {
  readonly now?: () => number;
  readonly secureCookies?: boolean;
  readonly site?: 'backoffice' | 'console';
};

/** A site for operators with one page and one form, on a real store. What was sent with the form is in `sent`. */
export async function startStaffSite(t: Teardown, store: EventStore, options: StaffSiteOptions = {}) {
  const { site = 'console', secureCookies = false, ...rest } = options;
  const pagesDir = await mkdtemp(join(tmpdir(), 'deskstream-pages-'));
  await writeFile(
    join(pagesDir, 'note.hbs'),
    '<h1>Notes</h1><form method="post" action="/notes">{{> form-tokens}}<textarea name="text"></textarea></form>',
  );
  const app: FastifyInstance = await createWebServer({
    site,
    siteTitle: 'Site',
    pagesDir,
    navigation: [],
    secret: TEST_SECRETS.key('cookies'),
    secureCookies,
    logger: createLogger('site', 'silent', 'json'),
    ready: async () => [],
  });
  const roles = { read: ['operator', 'agent'], act: ['operator'] } as const;
  await requireSignIn(app, { site, store, secrets: TEST_SECRETS, secureCookies, roles, ...rest });
  const sent: string[] = [];
  app.get('/', (_request, reply) => reply.view('note', { title: 'Notes' }));
  app.get('/notes', (_request, reply) => reply.view('note', { title: 'Notes' }));
  app.post<{ Body: { text: string } }>('/notes', (request, reply) => {
    sent.push(request.body.text);
    return reply.redirect('/', 303);
  });
  const port = await listen(app, '127.0.0.1', 0);
  t.teardown(async () => {
    await app.close();
    await rm(pagesDir, { recursive: true });
  });
  return { app, url: `http://127.0.0.1:${port}`, sent };
}

/** Registers somebody, whose password is `PASSWORD`; `give` gives further commands. */
export async function registerEmployee(
  store: EventStore,
  email: string,
  roles: readonly Role[],
  temporaryUntil: string | null = null,
) {
  const employeeId = idOf(email);
  const give = async (command: Omitted<EmployeeCommand>) => {
    const commandId = randomUUID();
    const context = { actor: 'system:test', correlationId: commandId, causationId: commandId };
    const whole = { ...command, commandId, employeeId };
    const result = await handleCommand(store, employee, streamOf.employee(employeeId), whole, context);
    if (result.kind === 'rejected') throw new Error(result.rejection.message);
  };
  const passwordHash = await createPasswordHashing().hash(PASSWORD);
  const name = `${email.slice(0, 1).toUpperCase()}${email.slice(1, email.indexOf('@'))}`;
  await give({ type: 'RegisterEmployee', name, email, roles, passwordHash, temporaryUntil });
  return { employeeId, account: { email, password: PASSWORD }, give };
}

type Omitted<Command> = Command extends EmployeeCommand ? Omit<Command, 'commandId' | 'employeeId'> : never;
