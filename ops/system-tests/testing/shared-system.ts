// A system costs seconds of processor time to start, so test files that agree on how it is set up share one: those that
// `ops/suite/plan-runs.ts` puts into one process. A file that runs alone has it to itself. Whoever uses it finds what others
// have left (people, tickets, mails) and counts only their own.
import t from 'tap';
import { startWholeSystem, type WholeSystem } from './whole-system.ts';

/** Whom the settings name as the first administrator. */
export const FIRST_ADMIN = { email: 'first@example.org', password: 'the first of all' };

/** Module state on purpose: it is the process that has one system, whichever of its files asks first. */
let shared: Promise<WholeSystem> | undefined;

/**
 * The system of this process, started by whoever asks first: with demo accounts, and mails that work. It ends with the
 * last test; when one has failed, with what its processes printed. A test puts back what it takes from it (a process that
 * was stopped, an employee that was deactivated).
 */
export function sharedSystem(): Promise<Pick<WholeSystem, 'system' | 'dataDir'>> {
  shared ??= start();
  return shared;
}

async function start(): Promise<WholeSystem> {
  const whole = await startWholeSystem({
    DESKSTREAM_FAIL_FIRST_MAIL: 'false',
    DESKSTREAM_ADMIN_EMAIL: FIRST_ADMIN.email,
    DESKSTREAM_ADMIN_PASSWORD: FIRST_ADMIN.password,
  });
  t.teardown(async () => {
    await whole.end();
    if (!t.passing()) for (const line of whole.lines) t.comment(line);
  });
  return whole;
}
