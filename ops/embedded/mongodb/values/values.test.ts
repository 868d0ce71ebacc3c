import {
  Binary,
  BSON,
  BSONRegExp,
  Decimal128,
  Double,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from 'bson';
import fc from 'fast-check';
import t from 'tap';
import { EMPTY_ARRAY, KeyWriter } from './key-writer.ts';
import { compareValues, encodeValue } from './order.ts';
import { DocumentReader, readDocument } from './read.ts';
import { toStored } from './stored.ts';
import { isDoc } from './value.ts';
import { writeDocument } from './write.ts';

/** One of each, in the order that MongoDB documents for values of different types. */
const IN_ORDER: readonly unknown[] = [
  new MinKey(),
  EMPTY_ARRAY,
  null,
  Number.NaN,
  Number.NEGATIVE_INFINITY,
  Decimal128.fromString('-1E400'),
  -1e300,
  Long.fromString('-9007199254740993'),
  -9007199254740992,
  -1.5,
  Decimal128.fromString('-1.4999'),
  -1,
  0,
  Decimal128.fromString('1E-6000'),
  5e-324,
  Decimal128.fromString('0.1'),
  0.1,
  1,
  Decimal128.fromString('1.000000000000000000000000000000001'),
  2,
  9007199254740992,
  Long.fromString('9007199254740993'),
  Long.fromString('9007199254740994'),
  Long.fromString('9223372036854775807'),
  Number.POSITIVE_INFINITY,
  '',
  'a',
  'a\0',
  'a\0b',
  'aa',
  'b',
  '\uffff',
  '\u{10000}',
  {},
  { a: 1 },
  { a: 1, b: 1 },
  { b: 1 },
  { a: 'x' },
  [],
  [1],
  [1, 2],
  [2],
  new Binary(Buffer.from('zz')),
  new Binary(Buffer.from('aaa')),
  new ObjectId('000000000000000000000001'),
  new ObjectId('000000000000000000000002'),
  false,
  true,
  new Date(-1),
  new Date(0),
  new Date(1),
  new Timestamp({ t: 1, i: 1 }),
  new Timestamp({ t: 1, i: 2 }),
  new BSONRegExp('a'),
  new MaxKey(),
];

t.test('values of all types are in one order, and so are their keys', async (t) => {
  const name = (value: unknown): string =>
    typeof value === 'symbol' ? 'empty' : BSON.EJSON.stringify({ value });
  const expected = IN_ORDER.map(name);
  const shuffled = IN_ORDER.toReversed();
  t.same(shuffled.toSorted(compareValues).map(name), expected);
  t.same(shuffled.toSorted((a, b) => Buffer.compare(encodeValue(a), encodeValue(b))).map(name), expected);
  const inverted = (value: unknown): Buffer => {
    const writer = new KeyWriter();
    writer.value(value, true);
    return writer.take();
  };
  const backwards = shuffled.toSorted((a, b) => Buffer.compare(inverted(b), inverted(a)));
  t.same(backwards.map(name), expected);
});

t.test('numbers of different types are equal when they are the same number', async (t) => {
  const ones = [
    1,
    new Double(1),
    Long.fromNumber(1),
    Decimal128.fromString('1.0'),
    Decimal128.fromString('10E-1'),
  ];
  t.same(
    ones.map((one) => encodeValue(one).toString('hex')),
    ones.map(() => encodeValue(1).toString('hex')),
  );
  t.equal(compareValues(-0, 0), 0);
});

const scalar = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.string(),
  fc.boolean(),
  fc.constant(null),
  fc.date({ noInvalidDate: true }),
  fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n).map((value) => Long.fromBigInt(value)),
  fc.uint8Array({ minLength: 12, maxLength: 12 }).map((bytes) => new ObjectId(bytes)),
  fc.uint8Array({ maxLength: 20 }).map((bytes) => new Binary(bytes)),
);
const value = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    scalar,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(
      fc.string({ maxLength: 3 }).filter((key) => !key.includes('\0')),
      tie('value'),
      { maxKeys: 4 },
    ),
  ),
})).value;

t.test('keys compare as values do', async () => {
  fc.assert(
    fc.property(value, value, (a, b) => {
      const keys = Math.sign(Buffer.compare(encodeValue(a), encodeValue(b)));
      return keys === Math.sign(compareValues(a, b));
    }),
    { numRuns: 2000 },
  );
});

t.test('what is written is what the bson package writes, and reads back', async () => {
  fc.assert(
    fc.property(value, (content) => {
      const document = { first: content, second: [content] };
      const bytes = writeDocument(document);
      const theirs = Buffer.from(BSON.serialize(document));
      const again = writeDocument(new DocumentReader().read(bytes));
      const part = writeDocument(readDocument(bytes, { fields: new Set(['second']) }));
      return bytes.equals(theirs) && again.equals(bytes) && part.equals(writeDocument({ second: [content] }));
    }),
    { numRuns: 1000 },
  );
});

t.test('a field cannot pretend to be something else', async (t) => {
  const bytes = Buffer.from(BSON.serialize(JSON.parse('{"__proto__":{"polluted":true},"constructor":1}')));
  const doc = readDocument(bytes);
  t.same(Object.keys(doc), ['__proto__', 'constructor']);
  t.ok(isDoc(doc));
  t.equal(Object.hasOwn({}, 'polluted') || 'polluted' in doc, false);
  t.ok(writeDocument(doc).equals(bytes));
});

t.test('a stored document begins with its _id', async (t) => {
  const stored = (doc: BSON.Document) => BSON.deserialize(toStored(Buffer.from(BSON.serialize(doc))));
  t.same(Object.entries(stored({ a: 1, _id: 2, b: 3 })), [
    ['_id', 2],
    ['a', 1],
    ['b', 3],
  ]);
  const made = stored({ a: 1 });
  t.same(Object.keys(made), ['_id', 'a']);
  t.ok(made._id instanceof ObjectId);
  t.throws(() => stored({ _id: [1] }), { code: 53 });
});

t.test('bytes that are no document are refused, never read past', async (t) => {
  const good = Buffer.from(BSON.serialize({ text: 'hello', list: [1, { deep: true }], when: new Date(0) }));
  for (let cut = 0; cut < good.length; cut++) {
    t.throws(() => readDocument(good.subarray(0, cut)), { code: 22 }, `cut at ${cut}`);
  }
  fc.assert(
    fc.property(fc.nat(good.length - 1), fc.nat(255), (at, byte) => {
      const broken = Buffer.from(good);
      broken[at] = byte;
      try {
        readDocument(broken);
        return true;
      } catch (error) {
        return error instanceof Error && 'code' in error && error.code === 22;
      }
    }),
    { numRuns: 2000 },
  );
});
