import t from 'tap';
import { KeyCache } from './key-cache.ts';

/** A cache of three keys for ten milliseconds, with a clock of its own, and what was fetched for it. */
function setUp() {
  const clock = { now: 0 };
  const cache = new KeyCache<string>({ size: 3, lifeMs: 10 }, () => clock.now);
  const fetched: string[] = [];
  const get = (subject: string) =>
    cache.getOr(subject, async () => {
      fetched.push(subject);
      return `${subject}${clock.now}`;
    });
  return { clock, cache, fetched, get };
}

t.test('a key is fetched once, and again when its time is over', async (t) => {
  const { clock, cache, fetched, get } = setUp();
  t.equal(cache.get('a'), undefined);
  t.equal(await get('a'), 'a0');
  clock.now = 9;
  t.strictSame([cache.get('a'), await get('a')], ['a0', 'a0'], 'using it does not make it last longer');
  clock.now = 10;
  t.equal(cache.get('a'), undefined);
  t.equal(await get('a'), 'a10');
  t.strictSame(fetched, ['a', 'a']);
});

t.test('the key that was not used for longest makes room', async (t) => {
  const { cache, get } = setUp();
  for (const subject of ['a', 'b', 'c']) await get(subject);
  cache.get('a');
  await get('d');
  await get('e');
  t.strictSame(
    ['a', 'b', 'c', 'd', 'e'].map((subject) => cache.get(subject)),
    ['a0', undefined, undefined, 'd0', 'e0'],
  );
});

t.test('who asks at the same time shares one answer, also a failure, which is not kept', async (t) => {
  const { fetched, get, cache } = setUp();
  t.strictSame(await Promise.all([get('a'), get('a'), get('b'), get('a')]), ['a0', 'a0', 'b0', 'a0']);
  t.strictSame(fetched, ['a', 'b']);
  const fail = () => cache.getOr('c', () => Promise.reject(new Error('no store')));
  t.strictSame(await Promise.all([fail().catch(String), fail().catch(String)]), [
    'Error: no store',
    'Error: no store',
  ]);
  t.equal(await get('c'), 'c0');
});

t.test('when all is forgotten, nothing that was asked for before is kept', async (t) => {
  const { cache, get, fetched } = setUp();
  await get('a');
  let answer: (key: string) => void = () => undefined;
  const slow = cache.getOr('b', () => new Promise((resolve) => (answer = resolve)));
  cache.clear();
  t.strictSame([cache.get('a'), await get('b')], [undefined, 'b0'], 'also not what is still on its way');
  answer('old');
  t.equal(await slow, 'old');
  t.equal(cache.get('b'), 'b0');
  await get('a');
  t.strictSame(fetched, ['a', 'b', 'a']);
});
