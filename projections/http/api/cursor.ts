// Where a page of a list goes on: behind a certain item, whatever was added or taken away since.
import { createHash } from 'node:crypto';
import { RequestProblem } from '../request-problem.ts';

/** What a list is sorted by: a moment that never changes, the newest first, and the id where that is the same. */
export type Place = { readonly at: Date; readonly id: string };

const FORM = /^([A-Za-z0-9_-]{16})\.(\d{1,14})\.([\w.:-]{1,300})$/;
const LATEST_MS = 8.64e15;

/** @param filters what the list is filtered by: the cursor is good for no other */
export function writeCursor({ at, id }: Place, filters: object): string {
  return Buffer.from(`${fingerprint(filters)}.${at.getTime()}.${id}`).toString('base64url');
}

/** @throws RequestProblem 400 for what is no cursor, or one of other filters. */
export function readCursor(text: string, filters: object): Place {
  const [, of, at, id] = FORM.exec(Buffer.from(text, 'base64url').toString('latin1')) ?? [];
  if (of === undefined || id === undefined || Number(at) > LATEST_MS) {
    throw new RequestProblem(
      'bad-cursor',
      'The cursor is none that this list has given. Begin without one.',
      { parameter: 'cursor' },
    );
  }
  if (of !== fingerprint(filters)) {
    throw new RequestProblem(
      'cursor-of-other-filters',
      'The cursor belongs to other filters. Send it with those of the page that it came with, or begin without one.',
      { parameter: 'cursor' },
    );
  }
  return { at: new Date(Number(at)), id };
}

function fingerprint(filters: object): string {
  const given = Object.entries(filters).filter(([, value]) => value !== undefined);
  const sorted = given.sort(([left], [right]) => (left < right ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(sorted)).digest('base64url').slice(0, 16);
}
