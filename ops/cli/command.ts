import type { GroupDeclaration } from '../../shared-contracts/messages/names.ts';
import type { EventStore } from '../../shared-contracts/runtime/event-store/event-store.ts';
import type { ReadModels } from '../../shared-contracts/runtime/read-models/read-models.ts';
import type { Secrets } from '../../shared-contracts/runtime/secrets.ts';
import type { InnerUrls } from '../../shared-contracts/runtime/settings.ts';
import type { Recovery } from '../recovery/recovery.ts';
import type { Options } from './options.ts';

/** How a command ended, for scripts; the help lists them. */
export const EXIT = { done: 0, notPossible: 1, notUnderstood: 2, notAllRecovered: 3, unwell: 4 } as const;

export type CommandDeps = {
  readonly store: EventStore;
  /** The groups that there are. */
  readonly groups: readonly GroupDeclaration[];
  /** Connects when it is first asked for: most commands do without. */
  readonly readModels: () => ReadModels;
  /** Where the services are reached. */
  readonly urls: InnerUrls;
  /** What the ids of employees are made with. */
  readonly secrets: Secrets;
  /** Asks for a password, or reads it from standard input. */
  readonly readPassword: (fromStdin: boolean) => Promise<string>;
  /** Under whose name replays and discards are recorded. */
  readonly operator: string;
  readonly print: (line: string) => void;
  readonly complain: (line: string) => void;
  /** Shows how far something is, over what was shown before; left out where nobody watches. */
  readonly status?: (text: string) => void;
  /** Aborts when the operator interrupts. */
  readonly stop: AbortSignal;
};

/** A command that is about no one group. */
export type Command = (deps: CommandDeps, names: readonly string[], options: Options) => Promise<number>;

/** What a command of a group works with. */
export type GroupCommand = (
  deps: CommandDeps,
  recovery: Recovery,
  /** What stands behind the group's name: messages, or a replay. */
  names: readonly string[],
  options: Options,
) => Promise<number>;

/** Prints one thing: as a line of JSON, or as people read it. */
export function show(
  { print }: CommandDeps,
  { json }: Options,
  value: Readonly<Record<string, unknown>>,
  text: string,
): void {
  print(json ? JSON.stringify(value) : text);
}
