import { Ledger } from '../recovery/ledger/ledger.ts';
import type { Recovery } from '../recovery/recovery.ts';
import { type Command, type CommandDeps, EXIT, type GroupCommand } from './command.ts';
import { admin } from './commands/admin.ts';
import { cancel } from './commands/cancel.ts';
import { cancelOperation } from './commands/cancel-operation.ts';
import { conversation } from './commands/conversation.ts';
import { discard } from './commands/discard.ts';
import { erase } from './commands/erase.ts';
import { erasures } from './commands/erasures.ts';
import { groups } from './commands/groups.ts';
import { parked } from './commands/parked.ts';
import { readModels } from './commands/read-models.ts';
import { rebuild } from './commands/rebuild.ts';
import { replay } from './commands/replay.ts';
import { resume } from './commands/resume.ts';
import { show } from './commands/show.ts';
import { stream } from './commands/stream.ts';
import { tail } from './commands/tail.ts';
import { tidy } from './commands/tidy.ts';
import { verify } from './commands/verify.ts';
import { type Arguments, BadOptions, type Options, parseArguments } from './options.ts';
import { tellFailure } from './tell-failure.ts';

const COMMANDS: Readonly<Record<string, Command>> = {
  groups: takesNoNames(groups),
  tail,
  stream,
  conversation,
  parked: (deps, names, options) => parked(deps, recoveriesOf(deps, names), options),
  'read-models': takesNoNames(readModels),
  rebuild,
  verify,
  erase,
  erasures: takesNoNames(erasures),
  admin,
};

const GROUP_COMMANDS: Readonly<Record<string, GroupCommand>> = {
  show,
  replay,
  cancel,
  resume,
  discard,
  tidy,
};

/** @returns the exit code, see `EXIT`. */
export async function runCommand(args: readonly string[], deps: CommandDeps): Promise<number> {
  try {
    return await run(parseArguments(args), deps);
  } catch (error) {
    return tellFailure(error, deps.complain);
  }
}

async function run({ command, names, options }: Arguments, deps: CommandDeps): Promise<number> {
  const runForAll = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined;
  if (runForAll !== undefined) return runForAll(deps, names, options);
  const runForGroup = Object.hasOwn(GROUP_COMMANDS, command) ? GROUP_COMMANDS[command] : undefined;
  if (runForGroup === undefined) throw new BadOptions(`There is no command "${command}".`);
  const [name, ...others] = names;
  if (command === 'tidy' && name === undefined) {
    for (const group of deps.groups) await tidy(deps, recoveryOf(deps, group.name), [], options);
    return EXIT.done;
  }
  const isGroup = deps.groups.some((group) => group.name === name);
  if (command === 'cancel' && name !== undefined && names.length === 1 && !isGroup) {
    return cancelOperation(deps, name, options);
  }
  return runForGroup(deps, recoveryOf(deps, name), others, options);
}

/** What is named and not looked at would be taken for a filter. */
function takesNoNames(command: (deps: CommandDeps, options: Options) => Promise<number>): Command {
  return async (deps, [name], options) => {
    if (name !== undefined) throw new BadOptions(`This command takes no names, such as ${name}.`);
    return command(deps, options);
  };
}

/** Those of a group or a service; all, where none is named. */
function recoveriesOf(deps: CommandDeps, [name, ...others]: readonly string[]): readonly Recovery[] {
  if (others.length > 0) throw new BadOptions('Name one group or service, or none for all.');
  const named = deps.groups.filter((group) => name === undefined || group.service === name);
  return named.length > 0 ? named.map((group) => recoveryOf(deps, group.name)) : [recoveryOf(deps, name)];
}

function recoveryOf({ store, groups }: CommandDeps, name: string | undefined): Recovery {
  const group = groups.find((known) => known.name === name);
  if (group !== undefined) return { store, group, ledger: new Ledger(store, group.name) };
  throw new BadOptions(`Name one of these groups: ${groups.map((known) => known.name).join(', ')}.`);
}
