const REMEMBERED = 50_000;

/**
 * Ids of events that were appended lately, with stream and revision, for appends that expect `any` or `stream_exists`. In memory
 * only and bounded, like the real server's.
 */
export class RecentIds {
  readonly #revisions = new Map<string, { readonly stream: string; readonly revision: number }>();

  add(id: Buffer, stream: string, revision: number): void {
    const key = id.toString('latin1');
    this.#revisions.delete(key);
    this.#revisions.set(key, { stream, revision });
    if (this.#revisions.size <= REMEMBERED) return;
    for (const oldest of this.#revisions.keys()) {
      this.#revisions.delete(oldest);
      break;
    }
  }

  /** Where the id was written last. */
  find(id: Buffer): { readonly stream: string; readonly revision: number } | undefined {
    return this.#revisions.get(id.toString('latin1'));
  }
}
