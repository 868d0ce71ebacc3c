import { setImmediate as nextTurn } from 'node:timers/promises';
import { CommandError } from '../errors.ts';
import type { PreparedFind } from '../query/find.ts';
import type { StoredRecord } from '../storage/collection.ts';
import { type Call, deadlineOf } from './command.ts';

/** Longest time, in milliseconds, that a read keeps the event loop to itself. */
const TURN_MS = 12;

/** Hands every record of a query to a look, giving way to other work now and then. */
export async function forEachRecord(
  call: Call,
  find: PreparedFind,
  look: (record: StoredRecord) => void,
): Promise<void> {
  await inTurns(call, find.records(), (chunk) => chunk.forEach(look));
}

export async function countAll(call: Call, find: PreparedFind): Promise<number> {
  let last = 0;
  await inTurns(call, find.count(), (count) => {
    last = count;
  });
  return last;
}

async function inTurns<T>(call: Call, steps: Iterable<T>, take: (step: T) => void): Promise<void> {
  const deadline = deadlineOf(call.body);
  let turn = Date.now();
  for (const step of steps) {
    take(step);
    const now = Date.now();
    if (now > deadline) throw new CommandError(50, 'operation exceeded time limit');
    if (now - turn <= TURN_MS) continue;
    await nextTurn();
    turn = Date.now();
  }
}
