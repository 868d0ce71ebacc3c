import t from 'tap';
import { Type } from 'typebox';
import { CATALOGUE } from './catalogue.ts';
import { EmailField, NameField, Nullable, Personal, TextField } from './fields.ts';
import { ERASED_EMAIL, ERASED_TEXT, personalFieldsOf } from './personal-fields.ts';

const Letter = Type.Object({
  id: Type.Integer(),
  from: EmailField,
  note: Nullable(TextField),
  copies: Type.Array(Type.Object({ to: EmailField, at: Type.String() })),
  stamps: Type.Array(NameField),
  'reply/to~me': Type.Optional(NameField),
  envelope: Type.Object({ label: Nullable(Type.Object({ name: NameField, colour: Type.String() })) }),
  born: Personal(Type.Integer(), 0),
  extra: Personal(Type.Record(Type.String(), Type.Unknown()), {}),
});
const letter = {
  id: 7,
  from: 'kim@example.org',
  note: null,
  copies: [
    { to: 'lou@example.org', at: 'noon' },
    { to: 'sam@example.org', at: 'night' },
  ],
  stamps: ['Kim', ''],
  'reply/to~me': 'Kim',
  envelope: { label: { name: 'Kim', colour: 'red' } },
  born: 1970,
  extra: { any: ['thing'] },
};

t.test('marked fields are found wherever they stand, and all else stays', async (t) => {
  const before = structuredClone(letter);
  const seen: unknown[] = [];
  const replaced = personalFieldsOf(Letter).replaceIn(letter, (value, pointer) => {
    seen.push([pointer, value]);
    return 'X';
  });
  t.strictSame(seen, [
    ['/from', 'kim@example.org'],
    ['/copies/0/to', 'lou@example.org'],
    ['/copies/1/to', 'sam@example.org'],
    ['/stamps/0', 'Kim'],
    ['/stamps/1', ''],
    ['/reply~1to~0me', 'Kim'],
    ['/envelope/label/name', 'Kim'],
    ['/born', 1970],
    ['/extra', { any: ['thing'] }],
  ]);
  t.strictSame(replaced, {
    id: 7,
    from: 'X',
    note: null,
    copies: [
      { to: 'X', at: 'noon' },
      { to: 'X', at: 'night' },
    ],
    stamps: ['X', 'X'],
    'reply/to~me': 'X',
    envelope: { label: { name: 'X', colour: 'red' } },
    born: 'X',
    extra: 'X',
  });
  t.strictSame(letter, before, 'the data itself is not touched');
});

t.test('a field that is null or not there holds nothing personal', async (t) => {
  const Note = personalFieldsOf(Type.Object({ note: Nullable(TextField), by: Type.Optional(NameField) }));
  t.strictSame(
    [Note.isIn({ note: null }), Note.isIn({ note: null, by: '' }), Note.isIn({ note: 'x' })],
    [false, true, true],
  );
  t.strictSame(Note.eraseIn({ note: null }), { note: null });
  t.equal(personalFieldsOf(Type.Object({ id: Type.Integer() })).isIn({ id: 7 }), false);
});

t.test('what is erased keeps its schema', async (t) => {
  t.strictSame(personalFieldsOf(Letter).eraseIn(letter), {
    ...letter,
    from: ERASED_EMAIL,
    copies: [
      { to: ERASED_EMAIL, at: 'noon' },
      { to: ERASED_EMAIL, at: 'night' },
    ],
    stamps: [ERASED_TEXT, ERASED_TEXT],
    'reply/to~me': ERASED_TEXT,
    envelope: { label: { name: ERASED_TEXT, colour: 'red' } },
    born: 0,
    extra: {},
  });
  for (const { type, personal, example, validate } of CATALOGUE.values()) {
    t.strictSame(validate(personal.eraseIn(example)), { ok: true, data: personal.eraseIn(example) }, type);
  }
});

t.test('data that does not keep its schema is left to the validation', async (t) => {
  const { eraseIn, isIn } = personalFieldsOf(Letter);
  const wrong = { copies: { to: 'kim' }, envelope: 7, stamps: null };
  t.strictSame([eraseIn(wrong), eraseIn('kim'), eraseIn([7]), isIn(undefined)], [wrong, 'kim', [7], false]);
});

t.test('a mark that could be missed, or not be erased, is refused', async (t) => {
  const refusal = (field: Parameters<typeof Type.Object>[0][string]) => {
    try {
      personalFieldsOf(Type.Object({ field })).isIn({ field: 'x' });
      return 'taken';
    } catch (error) {
      return String(error);
    }
  };
  const inside = 'TypeError: /field: a mark cannot stand inside of this; mark the whole as personal';
  const unsaid =
    'TypeError: /field: say what this field reads as once it is erased: Personal(schema, erased)';
  t.strictSame(
    [
      refusal(Type.Union([NameField, Type.Integer()])),
      refusal(Type.Record(Type.String(), NameField)),
      refusal(Type.Tuple([NameField])),
      refusal(Personal(Type.Integer())),
      refusal(Personal(Type.String({ format: 'uuid' }))),
      refusal(Personal(Type.Integer({ minimum: 1 }), 0)),
      refusal(Personal(Type.Union([Type.String(), Type.Integer()]))),
    ],
    [inside, inside, inside, unsaid, unsaid, unsaid, 'taken'],
  );
});
