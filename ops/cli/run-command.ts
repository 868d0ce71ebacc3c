import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { ALL_GROUPS } from '../../shared-contracts/messages/names.ts';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import { discard } from '../recovery/discard.ts';
import type { FailedMessage } from '../recovery/failed-message.ts';
import { readLastAttempt, readLedger } from '../recovery/read-ledger.ts';
import { requestReplays } from '../recovery/replay.ts';

export type CommandDeps = {
  readonly store: EventStore;
  /** Under whose name replays and discards are recorded. */
  readonly operator: string;
  readonly print: (line: string) => void;
  readonly complain: (line: string) => void;
};

const HELP = `npm run ops -- COMMAND [--json]

  groups                                   every group and how many of its messages wait
  parked GROUP                             the failed messages of a group that wait for a person
  replay GROUP MESSAGE | --all             handle a failed message (or all that wait) again
  discard GROUP MESSAGE --reason "TEXT"    decide that a failed message is not to be handled`;

/** @returns the exit code: 0 done, 1 not possible, 2 not understood. */
export async function runCommand(args: readonly string[], deps: CommandDeps): Promise<number> {
  const parsed = parse(args);
  if (parsed === undefined) {
    deps.complain(HELP);
    return 2;
  }
  const { command, group, message, json, all, reason } = parsed;
  if (command === 'help') {
    deps.print(HELP);
    return 0;
  }
  if (command === 'groups') return groups(deps, json);
  if (group === undefined || !ALL_GROUPS.some(({ name }) => name === group)) {
    deps.complain(`Name one of these groups: ${ALL_GROUPS.map(({ name }) => name).join(', ')}.`);
    return 2;
  }
  switch (command) {
    case 'parked':
      return parked(deps, group, json);
    case 'replay':
      return replay(deps, group, all ? 'all' : message);
    case 'discard':
      return discardOne(deps, group, message, reason);
    default:
      deps.complain(HELP);
      return 2;
  }
}

function parse(args: readonly string[]) {
  try {
    const { positionals, values } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { json: { type: 'boolean' }, all: { type: 'boolean' }, reason: { type: 'string' } },
    });
    const [command = 'help', group, message] = positionals;
    return {
      command,
      group,
      message,
      json: values.json ?? false,
      all: values.all ?? false,
      reason: values.reason,
    };
  } catch {
    return undefined;
  }
}

async function groups({ store, print }: CommandDeps, json: boolean): Promise<number> {
  for (const { name, service } of ALL_GROUPS) {
    const waiting = waitingOf(await readLedger(store, name)).length;
    print(json ? JSON.stringify({ service, group: name, waiting }) : `${name.padEnd(26)} ${waiting} waiting`);
  }
  return 0;
}

async function parked({ store, print }: CommandDeps, group: string, json: boolean): Promise<number> {
  for (const message of waitingOf(await readLedger(store, group))) {
    const last = await readLastAttempt(store, group, message);
    const { origin, attempts } = message;
    print(
      json
        ? JSON.stringify({ message: origin.eventId, ...message, last })
        : `${origin.eventId}  ${origin.type}  ${attempts} ×  ${last?.occurredAt ?? ''}  ${last?.error.message ?? ''}`,
    );
  }
  return 0;
}

async function replay(
  { store, operator, print, complain }: CommandDeps,
  group: string,
  which: string | undefined,
): Promise<number> {
  const ledger = await readLedger(store, group);
  const chosen =
    which === 'all'
      ? waitingOf(ledger)
      : [...ledger.values()].filter(({ origin }) => origin.eventId === which);
  if (which === undefined || (which !== 'all' && chosen.length === 0)) {
    complain('Name a failed message of this group (see `parked`), or give --all.');
    return 1;
  }
  const asked = await requestReplays(store, group, chosen, { by: operator, commandId: randomUUID() });
  print(`${asked} replay${asked === 1 ? '' : 's'} asked for; what becomes of them, the ledger tells.`);
  return 0;
}

async function discardOne(
  { store, operator, print, complain }: CommandDeps,
  group: string,
  which: string | undefined,
  reason: string | undefined,
): Promise<number> {
  const message = which === undefined ? undefined : (await readLedger(store, group)).get(which);
  if (message === undefined || reason === undefined || reason.trim() === '') {
    complain('Name a failed message of this group (see `parked`), and give --reason "TEXT".');
    return 1;
  }
  await discard(store, group, message, reason, { by: operator, commandId: randomUUID() });
  print('Discarded. It can still be replayed, which undoes this.');
  return 0;
}

function waitingOf(ledger: ReadonlyMap<string, FailedMessage>): readonly FailedMessage[] {
  return [...ledger.values()].filter(({ state }) => state === 'waiting');
}
