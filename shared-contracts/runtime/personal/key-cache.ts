export type KeyCacheLimits = {
  /** The most keys that are kept; the one that was not used for longest goes first. */
  readonly size: number;
  /** Milliseconds after which a key is fetched again, so that an erasure by another process is noticed. */
  readonly lifeMs: number;
};

/** The keys that were fetched or made lately. What is asked for many times at once is fetched once. */
export class KeyCache<Key extends object | string> {
  readonly #kept = new Map<string, { readonly key: Key; readonly until: number }>();
  #fetched = new Map<string, Promise<Key>>();
  readonly #limits: KeyCacheLimits;
  readonly #now: () => number;

  constructor(limits: KeyCacheLimits, now: () => number) {
    this.#limits = limits;
    this.#now = now;
  }

  /** The key as it was fetched lately. */
  get(subject: string): Key | undefined {
    const kept = this.#kept.get(subject);
    if (kept === undefined) return undefined;
    this.#kept.delete(subject);
    if (kept.until <= this.#now()) return undefined;
    this.#kept.set(subject, kept);
    return kept.key;
  }

  /** The key as it was fetched lately, or as it is fetched now. */
  async getOr(subject: string, fetch: () => Promise<Key>): Promise<Key> {
    const kept = this.get(subject);
    if (kept !== undefined) return kept;
    const already = this.#fetched.get(subject);
    if (already !== undefined) return already;
    const fetched = this.#fetched;
    const fetching = fetch().finally(() => fetched.delete(subject));
    fetched.set(subject, fetching);
    const key = await fetching;
    // What was asked for before all was forgotten may be what was to be forgotten.
    if (fetched === this.#fetched) this.#keep(subject, key);
    return key;
  }

  /** Forgets all keys, also those that are being fetched. */
  clear(): void {
    this.#kept.clear();
    this.#fetched = new Map();
  }

  #keep(subject: string, key: Key): void {
    this.#kept.set(subject, { key, until: this.#now() + this.#limits.lifeMs });
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= this.#limits.size) return;
      this.#kept.delete(oldest);
    }
  }
}
