import type { EventStore } from '../../../shared-contracts/runtime/event-store/event-store.ts';
import { neverCalled } from '../../../shared-contracts/runtime/testing/never-called.ts';
import type { TestGroup } from '../../system-tests/testing/test-group.ts';
import { TEST_SECRETS } from '../../system-tests/testing/test-secrets.ts';
import { runCommand } from '../run-command.ts';

/** No service runs in these tests; nothing listens on the discard port. */
const NO_SITE = 'http://127.0.0.1:9';
const NOWHERE = {
  customer: NO_SITE,
  backoffice: NO_SITE,
  analysts: NO_SITE,
  console: NO_SITE,
  traces: NO_SITE,
};

/** Somebody at a terminal, who types this password when asked for one. */
export function terminal(store: EventStore, { declaration }: TestGroup, password = 'never asked for') {
  const status: string[] = [];
  /** Runs a command; what it printed and complained of are lines. */
  const run = async (...args: readonly string[]) => {
    const printed: string[] = [];
    const complained: string[] = [];
    const code = await runCommand(args, {
      store,
      secrets: TEST_SECRETS,
      urls: NOWHERE,
      readPassword: async () => password,
      groups: [declaration],
      readModels: () => neverCalled('the read models'),
      operator: 'operator:sam',
      print: (line) => void printed.push(line),
      complain: (line) => void complained.push(line),
      status: (text) => void status.push(text),
      stop: new AbortController().signal,
    });
    return { code, printed, complained };
  };
  return {
    status,
    run,
    /** Runs it with `--json` and reads each line. */
    ask: async (...args: readonly string[]) => {
      const { code, printed } = await run(...args, '--json');
      const read = printed.map((line): Record<string, unknown> => JSON.parse(line));
      return { code, printed: read };
    },
  };
}
