import { TICKETS } from '../../../../shared-contracts/documents/ticket-document.ts';
import { categoryOf } from '../../../../shared-contracts/messages/names.ts';
import { createReadModels } from '../../../../shared-contracts/runtime/read-models/read-models.ts';
import type { AllStreams } from './all-streams.ts';

/** Tickets whose document is not there, or has not taken in just what their stream has. */
export async function findBehind(streams: AllStreams, mongo: string): Promise<readonly string[]> {
  const readModels = createReadModels(mongo, 'account');
  try {
    const documents = await (await readModels.collection(TICKETS)).find({}).toArray();
    const revisions = new Map(documents.map(({ _id, revision }) => [`${categoryOf.ticket}${_id}`, revision]));
    const expected = new Map(
      [...streams]
        .filter(([name]) => name.startsWith(categoryOf.ticket))
        .map(([name, events]) => [name, events.at(-1)?.revision]),
    );
    return [...new Set([...revisions.keys(), ...expected.keys()])]
      .filter((name) => revisions.get(name) !== expected.get(name))
      .map((name) => `${name}: ${revisions.get(name)} instead of ${expected.get(name)}`);
  } finally {
    await readModels.close();
  }
}
