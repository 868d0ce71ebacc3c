// After a backup was restored that is older than an erasure: the list that `erasures --json` printed says whom to erase again.
import { open } from 'node:fs/promises';
import type { EventStoreDBClient } from '@eventstore/db-client';
import Type from 'typebox';
import Value from 'typebox/value';
import { NotPossible } from '../../shared-contracts/errors/not-possible.ts';
import { Uuid } from '../../shared-contracts/messages/fields.ts';
import { eraseSubjects } from '../../shared-contracts/runtime/erasure/erase-subjects.ts';

const Line = Type.Object({ subjects: Type.Array(Uuid) });

/**
 * Reads a list to its end, before anything is brought back that it would erase.
 *
 * @throws NotPossible for a list that is not one.
 */
export async function checkList(file: string): Promise<void> {
  for await (const _subjects of subjectsIn(file));
}

/**
 * Deletes the keys of every subject of a list, a line for each erasure; harmless where it was done before.
 *
 * @returns how many subjects the list names.
 * @throws NotPossible for a list that is not one.
 */
export async function eraseAgain(client: EventStoreDBClient, file: string): Promise<number> {
  let count = 0;
  for await (const subjects of subjectsIn(file)) {
    await eraseSubjects(client, subjects);
    count += subjects.length;
  }
  return count;
}

async function* subjectsIn(file: string): AsyncGenerator<readonly string[], void, undefined> {
  const list = await open(file);
  for await (const line of list.readLines()) if (line.trim() !== '') yield read(line, file).subjects;
}

function read(line: string, file: string): { readonly subjects: readonly string[] } {
  try {
    const value: unknown = JSON.parse(line);
    if (Value.Check(Line, value)) return value;
  } catch {
    // What is no JSON is told like what is no erasure.
  }
  throw new NotPossible(
    `${file} is not a list of erasures: each line has to be what "npm run ops -- erasures --json" printed.`,
  );
}
