// The accounts of employees, from the event store alone: operators sign in while MongoDB is down.
import { setTimeout as pause } from 'node:timers/promises';
import { employeeOf } from '../../messages/actors.ts';
import { streamOf } from '../../messages/names.ts';
import { employee } from '../employee/employee-decider.ts';
import type { EmployeeState, KnownEmployee } from '../employee/employee-state.ts';
import type { EventStore } from '../event-store/event-store.ts';
import { loadStream } from '../load-stream.ts';
import { KeyCache } from '../personal/key-cache.ts';
import type { Secrets } from '../secrets.ts';
import { createEmployeeIds } from './employee-id.ts';
import type { PasswordHashing } from './password-hashing.ts';
import { createSignInLog, type StaffSite } from './sign-in-log.ts';
import type { SignedIn } from './signed-in.ts';

export type SignInResult =
  | { readonly kind: 'signed-in'; readonly signedIn: SignedIn }
  /** No such account, another password, deactivated, or a temporary password that has run out: nobody learns which. */
  | { readonly kind: 'refused' }
  | { readonly kind: 'too-often'; readonly waitMs: number };

export type Accounts = {
  signIn(email: string, password: string): Promise<SignInResult>;
  /** The same for somebody who is signed in and gives the password once more. */
  confirm(employeeId: string, password: string): Promise<SignInResult>;
  /**
   * Who is signed in by a session of that epoch; undefined when it has ended. What happened to an employee is noticed
   * within two seconds.
   */
  bySession(employeeId: string, epoch: number): Promise<SignedIn | undefined>;
  /** The employee as they are now. */
  read(employeeId: string): Promise<EmployeeState>;
  /** The same, from memory where that was read in the last two seconds. */
  readLately(employeeId: string): Promise<EmployeeState>;
  /** The name of an `actor` for people: an employee's name, anything else as it stands. */
  nameOf(actor: string): Promise<string>;
  hasAdmin(): Promise<boolean>;
};

export type AccountsDeps = {
  readonly store: EventStore;
  readonly secrets: Secrets;
  readonly site: StaffSite;
  readonly hashing: PasswordHashing;
  readonly now?: () => number;
};

/** How long what was read of an employee is believed. */
const CACHE = { size: 2000, lifeMs: 2000 } as const;
/** A refusal takes at least this long, so that how long it takes does not tell what was wrong. */
const REFUSAL_MS = 400;

export function createAccounts({ store, secrets, site, hashing, now = Date.now }: AccountsDeps): Accounts {
  const idOf = createEmployeeIds(secrets);
  const log = createSignInLog(store, site, now);
  const cache = new KeyCache<EmployeeState>(CACHE, now);
  let adminSeen = false;

  const read = async (employeeId: string): Promise<EmployeeState> =>
    (await loadStream(store, employee, streamOf.employee(employeeId))).state;
  const readLately = (employeeId: string) => cache.getOr(employeeId, () => read(employeeId));

  const attempt = async (employeeId: string, password: string): Promise<SignInResult> => {
    const state = await read(employeeId);
    const known = state.kind !== 'unknown';
    const waitMs = known ? await log.begin(employeeId) : log.beginUnknown(employeeId);
    if (waitMs > 0) return { kind: 'too-often', waitMs };
    const kept = state.kind === 'active' ? state.password : null;
    const right = await hashing.verify(kept?.passwordHash, password);
    const until = kept?.temporaryUntil ?? null;
    if (!right || state.kind !== 'active' || (until !== null && Date.parse(until) <= now())) {
      return { kind: 'refused' };
    }
    await log.succeeded(employeeId);
    return { kind: 'signed-in', signedIn: signedInAs(employeeId, state) };
  };

  const slowly = async (employeeId: string, password: string): Promise<SignInResult> => {
    const even = pause(REFUSAL_MS);
    const result = await attempt(employeeId, password);
    if (result.kind !== 'signed-in') await even;
    return result;
  };

  return {
    signIn: (email, password) => slowly(idOf(email), password),
    confirm: slowly,
    read,
    readLately,
    bySession: async (employeeId, epoch) => {
      let state = await readLately(employeeId);
      // The session is newer than what was read: it began with the change that ended the others.
      if (state.kind !== 'unknown' && epoch > state.epoch) state = await read(employeeId);
      if (state.kind !== 'active' || state.epoch !== epoch) return undefined;
      return signedInAs(employeeId, state);
    },
    nameOf: async (actor) => {
      const employeeId = employeeOf(actor);
      if (employeeId === undefined) return actor;
      const state = await readLately(employeeId);
      return state.kind === 'unknown' ? 'somebody' : state.name;
    },
    hasAdmin: async () => {
      if (adminSeen) return true;
      for await (const _named of store.read(streamOf.setup('admin'), { limit: 1 })) adminSeen = true;
      return adminSeen;
    },
  };
}

function signedInAs(employeeId: string, { name, roles, epoch, password }: KnownEmployee): SignedIn {
  const mustChangePassword = password !== null && password.temporaryUntil !== null;
  return { employeeId, name, roles, epoch, mustChangePassword };
}
