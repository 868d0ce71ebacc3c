import { readFile } from 'node:fs/promises';
import type { EventStore } from '../core/event-store.ts';
import { type Access, byUsers } from './access.ts';
import { Users } from './users.ts';

/** The password that the first users of an EventStoreDB have. */
const WELL_KNOWN_PASSWORD = 'changeit';

/** The users of a store, who are made where there are none yet: `admin` and `ops`, with the password in a file. */
export async function openUsers(store: EventStore, passwordFile: string | undefined): Promise<Access> {
  const users = new Users(store);
  const password =
    passwordFile === undefined ? WELL_KNOWN_PASSWORD : (await readFile(passwordFile, 'utf8')).trim();
  await users.ensureFirst(password);
  return byUsers(store, users);
}
