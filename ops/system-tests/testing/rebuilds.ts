// What tests of rebuilds have in common: histories that are appended meanwhile, asking for a rebuild, and what is left of one.
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Db } from 'mongodb';
import type { EventStore } from '../../../shared-contracts/runtime/event-store/event-store.ts';
import {
  readOperations,
  requestOperation,
} from '../../../shared-contracts/runtime/operations/control-stream.ts';
import { eventually } from './eventually.ts';
import { type History, makeHistory } from './histories.ts';
import { differencesOf, entriesOf } from './read-model-runner.ts';

const PACE_MS = 10;
const FAMILIES = ['ticket', 'issue', 'employee', 'failures'] as const;

/** A stream of about ten events, one of each family after the other. */
export function history(index: number): History {
  const picks = Array.from({ length: 10 }, (_, type) => ({ type: type + index, variant: type % 3 }));
  return makeHistory(FAMILIES[index % FAMILIES.length] ?? 'ticket', picks);
}

export async function appendSome(store: EventStore, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) await store.append(...asAppend(history(index)));
}

function asAppend({ stream, events }: History): Parameters<EventStore['append']> {
  return [stream, events, 'none'];
}

/** Appends streams, a few events at a time each, until it is told to stop; paced, so that tests end on a busy machine. */
export function load(store: EventStore): { stop(): Promise<void> } {
  let over = false;
  const work = async (first: number) => {
    for (let index = first; !over; index += 2) {
      const { stream, events } = history(index);
      for (let at = 0; at < events.length; at += 4) {
        await store.append(stream, events.slice(at, at + 4), at === 0 ? 'none' : at - 1);
        await pause(PACE_MS);
      }
    }
  };
  const working = Promise.all([work(0), work(1)]);
  return {
    stop: async () => {
      over = true;
      await working;
    },
  };
}

export async function ask(store: EventStore, target = 'all'): Promise<string> {
  const operationId = randomUUID();
  await requestOperation(store, 'projections', {
    operationId,
    operation: 'rebuild',
    target,
    by: 'operator:sam',
  });
  return operationId;
}

export function ended(store: EventStore, operationId: string): Promise<string> {
  return eventually('the operation has ended', async () => {
    const state = (await readOperations(store, 'projections')).get(operationId);
    if (state === undefined || state.condition === 'asked' || state.condition === 'cancelling')
      return undefined;
    return state.detail === null ? state.condition : `${state.condition}: ${state.detail}`;
  });
}

export async function collections(db: Db): Promise<Readonly<Record<string, string>>> {
  return Object.fromEntries((await entriesOf(db)).map(({ _id, collection }) => [_id, collection]));
}

/** Nothing is left of former versions. */
export async function tidied(db: Db): Promise<void> {
  await eventually('former versions are gone', async () => {
    const names = (await db.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name);
    const wanted = Object.values(await collections(db)).flatMap((name) => [name, `${name}_cursors`]);
    return names.every((name) => name === 'read_models' || wanted.includes(name));
  });
}

export const settled = async (
  t: { strictSame(a: unknown, b: unknown): boolean },
  store: EventStore,
  db: Db,
) => t.strictSame(await differencesOf(store, db), []);
