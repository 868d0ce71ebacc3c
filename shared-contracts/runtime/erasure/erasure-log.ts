// The stream of one erasure, as those work with it who do a part of it.
import { randomUUID } from 'node:crypto';
import { CodedError } from '../../errors/coded-error.ts';
import { MOST_SUBJECTS } from '../../messages/erasure-events.ts';
import { streamOf } from '../../messages/names.ts';
import type { EventStore } from '../event-store/event-store.ts';
import { handleCommand } from '../handle-command.ts';
import { loadStream } from '../load-stream.ts';
import { portionsOf } from '../portions.ts';
import { eraseSubjects } from './erase-subjects.ts';
import type { ErasureCommand, FoundSubject } from './erasure-commands.ts';
import { type ErasureState, erasure, type KnownErasure, leftToErase } from './erasure-decider.ts';

type Given<Command> = Command extends ErasureCommand ? Omit<Command, 'commandId'> : never;

/** A step comes before its time. */
class ErasureRefused extends CodedError {}

/** What everybody does with an erasure that they have a part in. All of it may be repeated. */
export class ErasureLog {
  readonly #store: EventStore;
  readonly #erasureId: string;
  readonly #actor: string;

  /** @param actor who does this part: `system:{group}` */
  constructor(store: EventStore, erasureId: string, actor: string) {
    this.#store = store;
    this.#erasureId = erasureId;
    this.#actor = actor;
  }

  async state(): Promise<ErasureState> {
    return (await loadStream(this.#store, erasure, streamOf.erasure(this.#erasureId))).state;
  }

  /** @throws ErasureRefused where it has not begun. */
  async known(): Promise<KnownErasure> {
    const state = await this.state();
    if (state.kind === 'unknown')
      throw new ErasureRefused('erasure-unknown', `No erasure ${this.#erasureId} has begun.`);
    return state;
  }

  /** @throws ErasureRefused */
  async give(command: Given<ErasureCommand>): Promise<void> {
    const id = this.#erasureId;
    const whole = { ...command, commandId: randomUUID() };
    const context = { actor: this.#actor, correlationId: id, causationId: id };
    const result = await handleCommand(this.#store, erasure, streamOf.erasure(id), whole, context);
    if (result.kind === 'done') return;
    const { code, message: sentence } = result.rejection;
    throw new ErasureRefused(code, sentence);
  }

  /** Writes down who was found, and then deletes the keys of all who are: first the list, so that no interruption loses one. */
  async erase(found: readonly FoundSubject[]): Promise<void> {
    for (const some of portionsOf(found, MOST_SUBJECTS))
      await this.give({ type: 'NoteSubjects', found: some });
    await this.#deleteKeys(leftToErase(await this.known()));
  }

  /** Deletes the key under which the address is that was looked for. Nobody can look for it afterwards. */
  async forgetAddress(): Promise<void> {
    await this.#deleteKeys([this.#erasureId]);
  }

  async #deleteKeys(subjects: readonly string[]): Promise<void> {
    await eraseSubjects(this.#store.client, subjects);
    this.#store.forgetKeys();
    for (const some of portionsOf(subjects, MOST_SUBJECTS))
      await this.give({ type: 'NoteErased', subjects: some });
  }
}
