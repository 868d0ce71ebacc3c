import t from 'tap';
import { READ_MODELS } from './all-read-models.ts';
import { wordsFilter, wordsOf } from './search-words.ts';

t.test('read models are told apart by their names', async (t) => {
  const names = READ_MODELS.map(({ name }) => name);
  t.equal(new Set(names).size, names.length);
});

for (const { name, meaning, fields, personal, indexes, example } of READ_MODELS) {
  t.test(`${name} is described in full`, async (t) => {
    t.match(meaning, /^[^\n]+\.$/);
    t.strictSame(Object.keys(fields).sort(), Object.keys(example).sort());
    for (const [field, text] of Object.entries(fields)) t.match(text, /^[^\n]+\.$/, field);
    t.strictSame(
      personal.filter((field) => !(field in fields)),
      [],
    );
    const indexed = indexes.flatMap(({ keys }) => (typeof keys === 'object' ? Object.keys(keys) : [keys]));
    t.strictSame(
      indexed.filter((field) => !((String(field).split('.')[0] ?? '') in fields)),
      [],
    );
    const names = indexes.map(({ options }) => options.name);
    t.equal(new Set(names).size, names.length);
  });
}

t.test('the words of texts, as a search finds them', async (t) => {
  t.strictSame(wordsOf(['The printer, the PRINTER!', 'Crème brûlée №5'], 10), [
    'the',
    'printer',
    'creme',
    'brulee',
    'no5',
  ]);
  t.strictSame(wordsOf(['one two three', 'four'], 3), ['one', 'two', 'three']);
  t.strictSame(wordsOf(['Żółć', '東京タワー', '', '?!'], 9), ['zołc', '東京タワー']);
  t.strictSame(wordsOf(['x'.repeat(31), '𝒳'.repeat(31)], 9), ['x'.repeat(30)]);
});

t.test('what was typed is found where each of its words begins a word', async (t) => {
  const finds = (typed: string, ...texts: readonly string[]) => {
    const words = wordsOf(texts, 50);
    return wordsFilter(typed)?.$and.every((condition) => words.some((word) => condition.words.test(word)));
  };
  const texts = ['The printer prints blank pages', 'Kim Müller'];
  t.strictSame(
    ['print', 'PRINTER kim', 'muller', 'Müll', 'rinter', 'printer anna', '.*'].map((typed) =>
      finds(typed, ...texts),
    ),
    [true, true, true, true, false, false, undefined],
  );
  t.equal(wordsFilter('a b c d e f g h i j')?.$and.length, 8);
});
