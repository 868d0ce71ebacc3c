import { randomUUID } from 'node:crypto';
import { NotPossible } from '../../../shared-contracts/errors/not-possible.ts';
import { isEmailAddress } from '../../../shared-contracts/messages/fields.ts';
import { createEmployeeIds } from '../../../shared-contracts/runtime/accounts/employee-id.ts';
import { makeAdmin } from '../../../shared-contracts/runtime/accounts/make-admin.ts';
import { createPasswordHashing } from '../../../shared-contracts/runtime/accounts/password-hashing.ts';
import { problemWith } from '../../../shared-contracts/runtime/accounts/password-rules.ts';
import { type CommandDeps, EXIT, show } from '../command.ts';
import { BadOptions, type Options } from '../options.ts';

const NAME = 'Administrator';

/** Makes an administrator: somebody new, or one whose password is lost. The event store is all that it needs. */
export async function admin(deps: CommandDeps, names: readonly string[], options: Options): Promise<number> {
  const [email, ...others] = names;
  if (email === undefined || others.length > 0) throw new BadOptions('Name one e-mail address.');
  if (!isEmailAddress(email)) throw new BadOptions(`${email} is not an e-mail address.`);
  const password = await deps.readPassword(options.passwordStdin);
  const problem = problemWith(password, { name: NAME, email });
  if (problem !== undefined) throw new NotPossible(`This password cannot be taken. ${problem}`);

  const kept = { passwordHash: await createPasswordHashing().hash(password), temporaryUntil: null };
  const id = randomUUID();
  const context = { actor: deps.operator, correlationId: id, causationId: id };
  const employeeId = createEmployeeIds(deps.secrets)(email);
  const made = await makeAdmin(deps.store, { employeeId, name: NAME, email, password: kept }, context);
  const sentence =
    made === 'registered'
      ? `${email} is an administrator and can sign in now.`
      : `${email} was known: an administrator now, active, and with the new password.`;
  show(deps, options, { employee: employeeId, made }, sentence);
  return EXIT.done;
}
