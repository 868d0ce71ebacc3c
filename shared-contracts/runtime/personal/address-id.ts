import { deterministicId } from '../ids.ts';

/** Names the stream of an address by its keyed hash, and so without telling it. */
export function addressIdOf(addressHash: string): string {
  return deterministicId('address', addressHash);
}
