import t from 'tap';
import { type TSchema, Type } from 'typebox';
import { CATALOGUE } from './catalogue.ts';
import { ContractViolation, decodeMessage } from './decode-message.ts';
import { defineMessage, type MessageDefinition } from './define-message.ts';
import { IssueReported } from './issue-events.ts';
import { branchesOf } from './testing/branches-of.ts';

/** What a decode throws, with everything that people and logs get to see of it. */
function violation(definition: MessageDefinition, data: unknown, version = definition.version) {
  try {
    decodeMessage(definition, data, version);
  } catch (error) {
    if (!(error instanceof ContractViolation)) throw error;
    const { code, messageType, field, message } = error;
    return { code, messageType, field, message };
  }
  return undefined;
}

const SECRET = 'kim-secret-street-7';

t.test('every field of every message must be there', async (t) => {
  for (const definition of CATALOGUE.values()) {
    for (const field of Object.keys(definition.example)) {
      const { [field]: _, ...rest } = definition.example;
      t.strictSame(violation(definition, rest), {
        code: 'contract-violation',
        messageType: definition.type,
        field: `/${field}`,
        message: `${definition.type} /${field}: is missing`,
      });
    }
  }
});

t.test('a value of the wrong type is refused with type and field, and is not told', async (t) => {
  for (const definition of CATALOGUE.values()) {
    for (const field of Object.keys(definition.example)) {
      const told = violation(definition, { ...definition.example, [field]: [SECRET] });
      t.equal(told?.messageType, definition.type);
      const isList = Array.isArray(Reflect.get(definition.example, field));
      t.equal(told?.field, isList ? `/${field}/0` : `/${field}`);
      t.notMatch(told?.message, SECRET);
    }
  }
});

t.test('a text that is longer than its limit is refused, and is not told', async (t) => {
  const limited: string[] = [];
  for (const definition of CATALOGUE.values()) {
    for (const [field, schema] of Object.entries(definition.schema.properties)) {
      const limit = maxLengthOf(schema);
      if (limit === undefined) continue;
      limited.push(`${definition.type}.${field}`);
      const filled = `${SECRET}@example.org `.padEnd(limit + 1, 'x');
      const told = violation(definition, { ...definition.example, [field]: filled });
      const isList = Array.isArray(Reflect.get(definition.example, field));
      t.equal(told?.field, isList ? `/${field}/0` : `/${field}`);
      t.notMatch(told?.message, SECRET);
    }
  }
  t.ok(limited.includes('IssueReported.text'));
  t.ok(limited.includes('TicketProgressed.note'));
});

t.test('a refusal says type, field and what is wrong with it', async (t) => {
  const { example } = IssueReported;
  const said = (change: Record<string, unknown>) =>
    violation(IssueReported, { ...example, ...change })?.message;
  t.strictSame(
    [
      said({ email: SECRET }),
      said({ issueId: SECRET }),
      said({ kind: SECRET }),
      said({ text: '' }),
      said({ text: 'x'.repeat(20_001) }),
      said({ name: 7 }),
      violation(IssueReported, [example])?.message,
      violation(IssueReported, null)?.message,
    ],
    [
      'IssueReported /email: must match format "email"',
      'IssueReported /issueId: must match format "uuid"',
      'IssueReported /kind: must be equal to one of the allowed values',
      'IssueReported /text: must not have fewer than 1 characters',
      'IssueReported /text: must not have more than 20000 characters',
      'IssueReported /name: must be string',
      'IssueReported: must be object',
      'IssueReported: must be object',
    ],
  );
  t.equal(said({ text: 'x'.repeat(20_000) }), undefined, 'the limit itself is allowed');
});

t.test('a version that this service does not know asks for an update', async (t) => {
  t.strictSame(violation(IssueReported, IssueReported.example, 2), {
    code: 'newer-version',
    messageType: 'IssueReported',
    field: '',
    message:
      'IssueReported: version 2 is newer than the version 1 that this service knows; update the service, then replay',
  });
  for (const version of [0, -1, 0.5, Number.NaN]) {
    t.equal(
      violation(IssueReported, IssueReported.example, version)?.message,
      `IssueReported: version ${version} cannot be brought up to date`,
    );
  }
});

t.test('old versions are brought up to date, one step after the other', async (t) => {
  const Parcel = defineMessage({
    type: 'ParcelSent',
    version: 3,
    meaning: 'A made-up message with a past.',
    schema: Type.Object({ grams: Type.Integer(), to: Type.Object({ city: Type.String() }) }),
    example: { grams: 1200, to: { city: 'Graz' } },
    upcasters: {
      1: ({ kilos, ...rest }) => ({ ...rest, grams: Number(kilos) * 1000 }),
      2: ({ city, ...rest }) => ({ ...rest, to: { city } }),
    },
  });
  const today = { type: 'ParcelSent', data: { grams: 1200, to: { city: 'Graz' } } };
  t.strictSame(decodeMessage(Parcel, { kilos: 1.2, city: 'Graz' }, 1), today);
  t.strictSame(decodeMessage(Parcel, { grams: 1200, city: 'Graz' }, 2), today);
  t.strictSame(decodeMessage(Parcel, { grams: 1200, to: { city: 'Graz' } }, 3), today);
  t.equal(
    violation(Parcel, { kilos: 1.2 }, 1)?.message,
    'ParcelSent /to/city: must be string',
    'what old data lacks is named as today knows it',
  );
  t.equal(violation(Parcel, SECRET, 1)?.message, 'ParcelSent: version 1 cannot be brought up to date');
  const { 1: _, ...gap } = Parcel.upcasters;
  t.equal(
    violation({ ...Parcel, upcasters: gap }, { kilos: 1.2 }, 1)?.message,
    'ParcelSent: version 1 cannot be brought up to date',
  );
});

function maxLengthOf(schema: TSchema): number | undefined {
  for (const branch of branchesOf(schema)) {
    if ('maxLength' in branch && typeof branch.maxLength === 'number') return branch.maxLength;
  }
  return undefined;
}
