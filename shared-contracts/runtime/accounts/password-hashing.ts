import { hash, verify } from '@node-rs/argon2';
import { CodedError } from '../../errors/coded-error.ts';

/**
 * Argon2id with 19 MiB, two passes and one lane (OWASP, Password Storage Cheat Sheet; RFC 9106 names the algorithm). Raising
 * them is safe: each hash says what it was made with.
 */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Each takes a core for some tens of milliseconds, and memory: more at once only make all of them slower. */
const AT_ONCE = 2;
const MOST_WAITING = 64;

/** So many passwords are looked at just now that another would wait for too long. */
class TooBusy extends CodedError {
  constructor() {
    super('passwords-busy', 'Too many passwords are looked at just now. Try again in a moment.');
  }
}

export type PasswordHashing = {
  /** The hash to keep, in the PHC string format, with a salt of its own. */
  hash(password: string): Promise<string>;
  /** Whether it is the password. Without a hash (no such account) it takes as long, and is not. */
  verify(passwordHash: string | undefined, password: string): Promise<boolean>;
};

/** Hashes a few passwords at a time; when too many wait, both of its functions throw TooBusy (`passwords-busy`). */
export function createPasswordHashing(): PasswordHashing {
  const waiting: (() => void)[] = [];
  let running = 0;
  let nobodys: Promise<string> | undefined;

  const inTurn = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (running >= AT_ONCE) {
      if (waiting.length >= MOST_WAITING) throw new TooBusy();
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };

  return {
    hash: (password) => inTurn(() => hash(password, COST)),
    verify: async (passwordHash, password) => {
      nobodys ??= hash('of nobody', COST);
      const against = passwordHash ?? (await nobodys);
      const right = await inTurn(() => verify(against, password));
      return right && passwordHash !== undefined;
    },
  };
}
