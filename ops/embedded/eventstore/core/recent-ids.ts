import { BoundedCache } from '../index/bounded-cache.ts';

const REMEMBERED = 50_000;

type Written = { readonly stream: string; readonly revision: number };

/**
 * Where ids of events that were appended lately were written, for appends that expect `any` or `stream_exists`. In memory only
 * and bounded, like the real server's.
 */
export class RecentIds {
  readonly #written = new BoundedCache<string, Written>(REMEMBERED);

  add(id: Buffer, stream: string, revision: number): void {
    this.#written.set(id.toString('latin1'), { stream, revision });
  }

  /** Where the id was written last. */
  find(id: Buffer): Written | undefined {
    return this.#written.get(id.toString('latin1'));
  }
}
