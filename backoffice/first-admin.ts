import { streamOf } from '../shared-contracts/messages/names.ts';
import { createEmployeeIds } from '../shared-contracts/runtime/accounts/employee-id.ts';
import { makeAdmin } from '../shared-contracts/runtime/accounts/make-admin.ts';
import type { PasswordHashing } from '../shared-contracts/runtime/accounts/password-hashing.ts';
import { problemWith } from '../shared-contracts/runtime/accounts/password-rules.ts';
import type { EventStore } from '../shared-contracts/runtime/event-store/event-store.ts';
import { deterministicId } from '../shared-contracts/runtime/ids.ts';
import type { Secrets } from '../shared-contracts/runtime/secrets.ts';
import { SettingError } from '../shared-contracts/runtime/setting-error.ts';

export type AdminDeps = {
  readonly store: EventStore;
  readonly secrets: Secrets;
  readonly hashing: PasswordHashing;
};

const NAME = 'Administrator';

/**
 * Makes the first administrator that the settings name. Once there is one, the settings mean nothing any more: a password that
 * was changed since must not come back.
 *
 * @throws SettingError when the password is too weak.
 */
export async function ensureFirstAdmin(
  { store, secrets, hashing }: AdminDeps,
  { email, password }: { readonly email: string; readonly password: string },
): Promise<void> {
  for await (const _named of store.read(streamOf.setup('admin'), { limit: 1 })) return;
  const problem = problemWith(password, { name: NAME, email });
  if (problem !== undefined) throw new SettingError('DESKSTREAM_ADMIN_PASSWORD', problem.replace(/\.$/, ''));
  const employeeId = createEmployeeIds(secrets)(email);
  const id = deterministicId('first-admin', employeeId);
  const context = { actor: 'system:setup', correlationId: id, causationId: id };
  const kept = { passwordHash: await hashing.hash(password), temporaryUntil: null };
  await makeAdmin(store, { employeeId, name: NAME, email, password: kept }, context);
}
