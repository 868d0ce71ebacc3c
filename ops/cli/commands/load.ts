import { DEMO_ACCOUNTS, DEMO_PASSWORD } from '../../../shared-contracts/runtime/accounts/demo-accounts.ts';
import { plural } from '../../../shared-contracts/runtime/plural.ts';
import { runLoad } from '../../load/run-load.ts';
import { type CommandDeps, EXIT } from '../command.ts';
import type { Options } from '../options.ts';

type Deps = Pick<CommandDeps, 'print' | 'complain' | 'status' | 'stop' | 'readPassword' | 'urls'>;

/** Reports issues at a rate, and works on some of them, as people would; says what it did. */
export async function load(deps: Deps, options: Options): Promise<number> {
  const { print, complain, status, stop, urls } = deps;
  const { rate, seconds, json } = options;
  const account =
    options.email === undefined
      ? { email: DEMO_ACCOUNTS.agent.email, password: DEMO_PASSWORD }
      : { email: options.email, password: await deps.readPassword(options.passwordStdin) };
  const total = rate * seconds;
  try {
    const tally = await runLoad({
      customer: urls.customer,
      backoffice: urls.backoffice,
      account,
      rate,
      seconds,
      stop,
      onProgress: ({ reported, failed }) => status?.(`${reported} of ${total} reported, ${failed} failed`),
    });
    status?.('');
    const { reported, failed, assigned, answered, resolved } = tally;
    const text = `${plural(reported, 'issue')} reported; ${plural(assigned, 'ticket')} assigned, ${answered} answered, ${resolved} resolved; ${plural(failed, 'request')} failed.`;
    print(json ? JSON.stringify(tally) : text);
    return failed === 0 ? EXIT.done : EXIT.notPossible;
  } catch (error) {
    status?.('');
    complain(error instanceof Error ? error.message : String(error));
    return EXIT.notPossible;
  }
}
