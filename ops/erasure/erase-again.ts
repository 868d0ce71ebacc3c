// After a backup was restored that is older than an erasure: the list that `erasures --json` printed says whom to erase again.
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { EventStoreDBClient } from '@eventstore/db-client';
import Type from 'typebox';
import Value from 'typebox/value';
import { NotPossible } from '../../shared-contracts/errors/not-possible.ts';
import { Uuid } from '../../shared-contracts/messages/fields.ts';
import { eraseSubjects } from '../../shared-contracts/runtime/erasure/erase-subjects.ts';

const Line = Type.Object({ subjects: Type.Array(Uuid) });

/**
 * Deletes the keys of every subject of a list, a line for each erasure; harmless where it was done before.
 *
 * @returns how many subjects the list names.
 * @throws NotPossible for a list that is not one.
 */
export async function eraseAgain(client: EventStoreDBClient, file: string): Promise<number> {
  let count = 0;
  const lines = createInterface({
    input: createReadStream(file, 'utf8'),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  for await (const line of lines) {
    if (line.trim() === '') continue;
    const { subjects } = read(line, file);
    await eraseSubjects(client, subjects);
    count += subjects.length;
  }
  return count;
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
