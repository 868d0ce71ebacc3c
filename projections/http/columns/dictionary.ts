/** Values that repeat, each by a small number; null has one, too. */
export class Dictionary {
  readonly #codes = new Map<string | null, number>();
  readonly #values: (string | null)[] = [];

  get size(): number {
    return this.#values.length;
  }

  /** The number of a value, which gets one where it has none. */
  codeOf(value: string | null): number {
    const known = this.#codes.get(value);
    if (known !== undefined) return known;
    const code = this.#values.length;
    this.#codes.set(value, code);
    this.#values.push(value);
    return code;
  }

  /** The number of a value; -1 for one that never occurred. */
  find(value: string | null): number {
    return this.#codes.get(value) ?? -1;
  }

  valueOf(code: number): string | null {
    return this.#values[code] ?? null;
  }
}
