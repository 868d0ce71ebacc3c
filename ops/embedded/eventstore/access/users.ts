// The users of a node with TLS, kept as events: `$user-{login}` holds one user, its last event as they are now; `$users` lists
// the logins that there ever were.
import { createHash } from 'node:crypto';
import { type EventStore, newEvent } from '../core/event-store.ts';
import { BoundedCache } from '../index/bounded-cache.ts';
import { fitsPassword, hashPassword } from './password.ts';
import { ADMINS, OPERATORS, type Principal } from './principal.ts';

export type User = {
  readonly loginName: string;
  readonly fullName: string;
  readonly groups: readonly string[];
  readonly disabled: boolean;
};

type StoredUser = User & { readonly salt: string; readonly hash: string };

export type UserChange =
  | { readonly kind: 'password'; readonly password: string }
  | { readonly kind: 'disabled'; readonly disabled: boolean }
  | { readonly kind: 'details'; readonly fullName: string; readonly groups: readonly string[] };

const LOGINS = '$users';
const PAGE = 500;
/** Passwords that were found right, so that they need not be hashed for each call. */
const REMEMBERED = 1000;

export class Users {
  readonly #store: EventStore;
  readonly #right = new BoundedCache<string, number>(REMEMBERED);

  constructor(store: EventStore) {
    this.#store = store;
  }

  /** Makes the two users that a fresh server has, both with this password; once, so that who deletes them is rid of them. */
  async ensureFirst(password: string): Promise<void> {
    if (this.#revision('admin') >= 0) return;
    await this.create(
      { loginName: 'admin', fullName: 'Event Store Administrator', groups: [ADMINS] },
      password,
    );
    await this.create(
      { loginName: 'ops', fullName: 'Event Store Operations', groups: [OPERATORS] },
      password,
    );
  }

  /** Who has this name and this password; undefined where nobody has, or they are disabled. */
  async verify(login: string, password: string): Promise<Principal | undefined> {
    const user = this.#find(login);
    if (user === undefined || user.disabled) return undefined;
    const principal = { username: login, groups: user.groups };
    const revision = this.#revision(login);
    const fingerprint = createHash('sha256').update(`${login}:${password}`).digest('base64');
    if (this.#right.get(fingerprint) === revision) return principal;
    if (!(await fitsPassword(password, user))) return undefined;
    this.#right.set(fingerprint, revision);
    return principal;
  }

  get(login: string): User | undefined {
    const user = this.#find(login);
    return user && publicPart(user);
  }

  list(): readonly User[] {
    const logins = new Set<string>();
    const view = this.#store.streams.view(LOGINS);
    for (let from: number | undefined = 0; view.kind === 'present' && from !== undefined; ) {
      const page = this.#store.streams.forwards(LOGINS, view, from, PAGE);
      for (const record of page.records) logins.add(record.data.toString('utf8'));
      from = page.next;
    }
    return [...logins].flatMap((login) => this.get(login) ?? []);
  }

  /** @returns false where somebody has that login already. */
  async create(user: Omit<User, 'disabled'>, password: string): Promise<boolean> {
    if (this.#find(user.loginName) !== undefined) return false;
    const { loginName, fullName, groups } = user;
    const stored = { loginName, fullName, ...(await hashPassword(password)), disabled: false, groups };
    const revision = this.#revision(loginName);
    const expected =
      revision < 0 ? ({ kind: 'no_stream' } as const) : ({ kind: 'revision', revision } as const);
    const event = newEvent('$UserCreated', Buffer.from(JSON.stringify(stored)));
    if ((await this.#store.append(streamOf(loginName), expected, [event])).kind !== 'appended') return false;
    await this.#store.append(LOGINS, { kind: 'any' }, [
      { ...newEvent('$User', Buffer.from(loginName)), json: false },
    ]);
    return true;
  }

  /** @returns false where there is no such user. */
  async change(login: string, change: UserChange): Promise<boolean> {
    const user = this.#find(login);
    if (user === undefined) return false;
    const changed = { ...user, ...(await changedPart(change)) };
    const event = newEvent('$UserUpdated', Buffer.from(JSON.stringify(changed)));
    const expected = { kind: 'revision', revision: this.#revision(login) } as const;
    const result = await this.#store.append(streamOf(login), expected, [event]);
    // Somebody else changed the same user just now: theirs is kept, ours goes on top of it.
    return result.kind === 'wrong' ? this.change(login, change) : result.kind === 'appended';
  }

  /** @returns false where there is no such user. */
  async delete(login: string): Promise<boolean> {
    if (this.#find(login) === undefined) return false;
    return (await this.#store.softDelete(streamOf(login), { kind: 'any' })).kind === 'deleted';
  }

  #revision(login: string): number {
    return this.#store.index.stream(streamOf(login))?.last ?? -1;
  }

  #find(login: string): StoredUser | undefined {
    const record = this.#store.streams.event(streamOf(login), this.#revision(login));
    if (record === undefined) return undefined;
    // Only this class, and administrators by hand, write these streams.
    return JSON.parse(record.data.toString('utf8')) as StoredUser;
  }
}

function streamOf(login: string): string {
  return `$user-${login}`;
}

function publicPart({ loginName, fullName, groups, disabled }: StoredUser): User {
  return { loginName, fullName, groups, disabled };
}

async function changedPart(change: UserChange): Promise<Partial<StoredUser>> {
  switch (change.kind) {
    case 'password':
      return hashPassword(change.password);
    case 'disabled':
      return { disabled: change.disabled };
    case 'details':
      return { fullName: change.fullName, groups: change.groups };
  }
}
