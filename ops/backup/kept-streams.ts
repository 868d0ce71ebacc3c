// Which streams an export holds: ours with their metadata, and what groups parked. All else with a `$` is the server's own.

import type { GroupDeclaration } from '../../shared-contracts/messages/names.ts';
import { streamOf } from '../../shared-contracts/messages/names.ts';

export const METADATA_TYPE = '$metadata';
export const TOMBSTONE_TYPE = '$streamDeleted';
const METADATA_PREFIX = '$$';

export type KeptStreams = {
  /** Whether the stream, as `$all` shows it, belongs to the export. */
  has(stream: string): boolean;
};

/** @param groups whose parked streams belong to the export, too. */
export function keptStreams(groups: readonly Pick<GroupDeclaration, 'name'>[]): KeptStreams {
  const parked = new Set(groups.map(({ name }) => streamOf.parked(name)));
  return {
    has: (stream) => {
      if (!stream.startsWith('$')) return true;
      const owner = ownerOf(stream);
      return owner !== undefined && (!owner.startsWith('$') || parked.has(owner));
    },
  };
}

/** The stream whose metadata a stream holds. */
export function ownerOf(stream: string): string | undefined {
  return stream.startsWith(METADATA_PREFIX) ? stream.slice(METADATA_PREFIX.length) : undefined;
}

/** Whether a value of `$tb` stands for a deleted stream: the server's largest number, which JavaScript has not exactly. */
export function meansDeleted(truncateBefore: unknown): boolean {
  return typeof truncateBefore === 'number' && truncateBefore > Number.MAX_SAFE_INTEGER;
}
