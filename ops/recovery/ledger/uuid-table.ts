const EMPTY = 0;
const FIRST_ROWS = 64;

/**
 * Rows of unsigned 32-bit numbers by UUID, packed into typed arrays: a row takes 16 bytes and 4 for each column, and some
 * 8 to find it by. For what there can be a million of. Rows stand in the order in which they were added and stay.
 */
export class UuidTable<Column extends string> {
  readonly #columns: readonly Column[];
  readonly #width: number;
  #rows: Uint32Array;
  /** Row number + 1 at the place that the hash of its UUID says, or at the next free one. */
  #slots = new Uint32Array(FIRST_ROWS * 2);
  #size = 0;

  constructor(columns: readonly Column[]) {
    this.#columns = columns;
    this.#width = 4 + columns.length;
    this.#rows = new Uint32Array(FIRST_ROWS * this.#width);
  }

  get size(): number {
    return this.#size;
  }

  /** The row of this UUID; undefined where there is none. */
  find(uuid: string): number | undefined {
    const entry = this.#slots[this.#slotOf(wordsOf(uuid))] ?? EMPTY;
    return entry === EMPTY ? undefined : entry - 1;
  }

  /** The row of this UUID, added with zeros where there was none. */
  add(uuid: string): number {
    const words = wordsOf(uuid);
    const slot = this.#slotOf(words);
    const entry = this.#slots[slot] ?? EMPTY;
    if (entry !== EMPTY) return entry - 1;
    if ((this.#size + 1) * this.#width > this.#rows.length) this.#growRows();
    const row = this.#size;
    this.#rows.set(words, row * this.#width);
    this.#slots[slot] = row + 1;
    this.#size += 1;
    if (this.#size * 1.5 > this.#slots.length) this.#growSlots();
    return row;
  }

  get(row: number, column: Column): number {
    return this.#rows[this.#at(row, column)] ?? 0;
  }

  set(row: number, column: Column, value: number): void {
    this.#rows[this.#at(row, column)] = value;
  }

  uuidOf(row: number): string {
    const start = row * this.#width;
    let hex = '';
    for (let word = start; word < start + 4; word += 1) {
      hex += (this.#rows[word] ?? 0).toString(16).padStart(8, '0');
    }
    const part = (from: number, to?: number) => hex.slice(from, to);
    return `${part(0, 8)}-${part(8, 12)}-${part(12, 16)}-${part(16, 20)}-${part(20)}`;
  }

  #at(row: number, column: Column): number {
    return row * this.#width + 4 + this.#columns.indexOf(column);
  }

  /** Where the UUID stands, or where it would be put. */
  #slotOf(words: Words): number {
    const slots = this.#slots;
    const [a, b, c, d] = words;
    let slot = (a ^ Math.imul(b, 0x9e3779b1) ^ Math.imul(c, 0x85ebca6b) ^ d) >>> 0;
    for (slot %= slots.length; ; slot = (slot + 1) % slots.length) {
      const entry = slots[slot] ?? EMPTY;
      if (entry === EMPTY) return slot;
      const start = (entry - 1) * this.#width;
      const rows = this.#rows;
      if (rows[start] === a && rows[start + 1] === b && rows[start + 2] === c && rows[start + 3] === d)
        return slot;
    }
  }

  #growRows(): void {
    const grown = new Uint32Array(Math.ceil(this.#size * 1.5) * this.#width);
    grown.set(this.#rows);
    this.#rows = grown;
  }

  #growSlots(): void {
    this.#slots = new Uint32Array(this.#slots.length * 2);
    for (let row = 0; row < this.#size; row += 1) {
      const [a = 0, b = 0, c = 0, d = 0] = this.#rows.subarray(row * this.#width, row * this.#width + 4);
      this.#slots[this.#slotOf([a, b, c, d])] = row + 1;
    }
  }
}

type Words = readonly [number, number, number, number];

function wordsOf(uuid: string): Words {
  const hex = uuid.replaceAll('-', '');
  const word = (at: number) => Number.parseInt(hex.slice(at, at + 8), 16) >>> 0;
  return [word(0), word(8), word(16), word(24)];
}
