// The accounts that the demo makes: `npm start` prints them, and the tests of the whole system sign in with them.
import type { Role } from '../../messages/fields.ts';

export type DemoAccount = {
  readonly name: string;
  readonly email: string;
  readonly roles: readonly Role[];
};

/** The same for all of them, and known to everybody: a system that is open to others runs without the demo. */
export const DEMO_PASSWORD = 'demo-deskstream';

export const DEMO_ACCOUNTS = {
  agent: { name: 'Ada Osei', email: 'ada@example.org', roles: ['agent'] },
  otherAgent: { name: 'Bruno Keller', email: 'bruno@example.org', roles: ['agent'] },
  operator: { name: 'Chioma Lund', email: 'chioma@example.org', roles: ['operator'] },
  analyst: { name: 'Dmitri Sole', email: 'dmitri@example.org', roles: ['analyst'] },
  admin: { name: 'Elena Fuchs', email: 'elena@example.org', roles: ['admin'] },
} as const satisfies Record<string, DemoAccount>;
