import { randomUUID } from 'node:crypto';
import t from 'tap';
import { Type } from 'typebox';
import { CATALOGUE } from '../../messages/catalogue.ts';
import { ContractViolation } from '../../messages/decode-message.ts';
import { defineMessage } from '../../messages/define-message.ts';
import { NameField } from '../../messages/fields.ts';
import { IssueClosed, IssueProgressed, IssueReported } from '../../messages/issue-events.ts';
import { MessageEdited } from '../../messages/replay-events.ts';
import { createSealing, type ReceivedMessage } from './sealing.ts';
import { keysInMemory } from './testing/keys-in-memory.ts';

const subject = IssueReported.example.customerId;
const reported = { type: 'IssueReported', data: IssueReported.example } as const;

function setUp() {
  const keys = keysInMemory();
  return { keys, ...createSealing(CATALOGUE, keys) };
}

async function refusal(opening: Promise<unknown>): Promise<string> {
  const error = await opening.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return error instanceof ContractViolation ? error.message : `no refusal: ${String(error)}`;
}

t.test(
  'every message of the catalogue comes out as it went in, and nothing personal is in between',
  async (t) => {
    const { seal, open } = setUp();
    for (const { type, version, example: data, personal } of CATALOGUE.values()) {
      const id = randomUUID();
      const sealed = await seal(id, { type, data }, subject);
      const stored: unknown = JSON.parse(JSON.stringify(sealed.data));
      personal.replaceIn(data, (_value, pointer) => {
        const text = pointer
          .split('/')
          .slice(1)
          .reduce((part: unknown, name) => Reflect.get(Object(part), name), stored);
        t.match(text, /^enc1:[\w-]{39,}$/, `${type}${pointer}`);
      });
      t.strictSame(
        personal.replaceIn(sealed.data, () => '…'),
        personal.replaceIn(data, () => '…'),
        'all else is as it was',
      );
      t.strictSame(await open({ id, type, version, subject, data: stored }), {
        message: { type, data },
        erased: false,
      });
    }
  },
);

t.test('a sealed field opens in its place only, and unchanged', async (t) => {
  const { seal, open } = setUp();
  const id = randomUUID();
  const sealed = await seal(id, reported, subject);
  const again = await seal(id, reported, subject);
  t.not(sealed.data.text, again.data.text, 'the same text twice does not look the same');
  const other = await seal(randomUUID(), reported, randomUUID());
  const text = String(sealed.data.text);
  const flipped = `${text.slice(0, -2)}${text.at(-2) === 'A' ? 'B' : 'A'}${text.at(-1)}`;
  const opens = (change: Partial<ReceivedMessage>, data: object = {}) =>
    refusal(open({ ...sealed, ...change, data: { ...sealed.data, ...data } }));
  const said = (field: string) =>
    `IssueReported ${field}: cannot be decrypted: it was changed, or sealed for another place`;
  t.strictSame(
    [
      await opens({ id: randomUUID() }),
      await opens({}, { name: sealed.data.subject }),
      await opens({}, { text: flipped }),
      await opens({}, { text: text.slice(0, 20) }),
      await opens({}, { text: other.data.text }),
      await opens({ subject: other.subject }),
    ],
    [said('/email'), said('/name'), said('/text'), said('/text'), said('/text'), said('/email')],
  );
  t.strictSame(await open({ ...sealed, data: { ...sealed.data, name: again.data.name } }), {
    message: reported,
    erased: false,
  });
});

t.test('what is personal is not stored without a subject, and a key is made for nothing else', async (t) => {
  const { seal, open, keys } = setUp();
  t.equal(
    await refusal(seal(randomUUID(), reported, undefined)),
    'IssueReported /metadata/subject: is missing, and the data is personal',
  );
  const noNote = { type: 'IssueProgressed', data: { ...IssueProgressed.example, note: null } };
  const closed = { type: 'IssueClosed', data: IssueClosed.example };
  for (const message of [noNote, closed]) {
    for (const whose of [subject, undefined]) {
      const sealed = await seal(randomUUID(), message, whose);
      t.strictSame(sealed.data, message.data);
      t.strictSame(await open(sealed), { message, erased: false });
    }
  }
  t.strictSame(keys.fetched, []);
});

t.test('after its subject was erased, a message reads as erased, and writes nothing personal', async (t) => {
  const { seal, open, keys } = setUp();
  const sealed = await seal(randomUUID(), reported, subject);
  keys.erase(subject);
  const { issueId, customerId, addressHash, kind } = IssueReported.example;
  const erased = {
    message: {
      type: 'IssueReported',
      data: {
        issueId,
        customerId,
        email: 'erased@erased.invalid',
        addressHash,
        name: '[erased]',
        subject: '[erased]',
        kind,
        text: '[erased]',
      },
    },
    erased: true,
  };
  t.strictSame(await open(sealed), erased);
  const late = await seal(randomUUID(), reported, subject);
  t.notMatch(JSON.stringify(late), '"Kim"');
  t.strictSame(await open(late), erased);

  const stale = setUp();
  await stale.seal(randomUUID(), reported, subject);
  t.strictSame(await stale.open(late), erased, 'also for a process that has not noticed yet');

  const edited = await seal(randomUUID(), { type: 'MessageEdited', data: MessageEdited.example }, subject);
  t.strictSame((await open(edited)).message.data, { ...MessageEdited.example, data: {} });
});

t.test('an older version is decrypted before it is brought up to date', async (t) => {
  const V1 = defineMessage({
    type: 'ParcelSent',
    meaning: 'A made-up message.',
    schema: Type.Object({ to: NameField }),
    example: { to: 'Kim' },
  });
  const V2 = defineMessage({
    type: 'ParcelSent',
    version: 2,
    meaning: 'A made-up message with a past.',
    schema: Type.Object({ to: Type.Object({ initial: NameField, name: NameField }) }),
    example: { to: { initial: 'K', name: 'Kim' } },
    upcasters: { 1: ({ to }) => ({ to: { initial: String(to).slice(0, 1), name: to } }) },
  });
  const keys = keysInMemory();
  const old = createSealing(new Map([[V1.type, V1]]), keys);
  const today = createSealing(new Map([[V2.type, V2]]), keys);
  const sealed = await old.seal(randomUUID(), { type: 'ParcelSent', data: V1.example }, subject);
  t.strictSame(await today.open(sealed), {
    message: { type: 'ParcelSent', data: V2.example },
    erased: false,
  });
  keys.erase(subject);
  t.strictSame(await today.open(sealed), {
    message: { type: 'ParcelSent', data: { to: { initial: '[erased]', name: '[erased]' } } },
    erased: true,
  });
});
