// How lists are searched for what people type: each document has the first words of its texts, and an index on them. What was
// typed is found where every word of it is the beginning of one of those.

/** Longer words are known by their beginning. In characters. */
const LONGEST_WORD = 30;
/** Of what somebody types; the rest would hardly narrow it down. */
const MOST_TYPED = 8;

/**
 * The distinct words of texts, in their order: letters and digits, in small letters and without accents.
 *
 * @param most how many words at most; each one costs an entry in the index.
 */
export function wordsOf(texts: readonly string[], most: number): string[] {
  const words = new Set<string>();
  for (const text of texts) {
    for (const [word] of plain(text).matchAll(/[\p{L}\p{N}]+/gu)) {
      if (words.size === most) return [...words];
      words.add([...word].slice(0, LONGEST_WORD).join(''));
    }
  }
  return [...words];
}

/** What a query adds to its filter, for what somebody typed; undefined where there is no word in it. */
export function wordsFilter(typed: string): { $and: { words: RegExp }[] } | undefined {
  // A word holds letters and digits only: nothing of it means anything in an expression.
  const conditions = wordsOf([typed], MOST_TYPED).map((word) => ({ words: new RegExp(`^${word}`) }));
  return conditions.length === 0 ? undefined : { $and: conditions };
}

function plain(text: string): string {
  return text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
}
