import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { Type } from 'typebox';
import { CATALOGUE } from '../../shared-contracts/messages/catalogue.ts';
import { Meaning, Nullable, TextField, Uuid } from '../../shared-contracts/messages/fields.ts';
import { CONVERSATIONS } from '../../shared-contracts/messages/integration-messages.ts';
import { asyncApiDocument } from './asyncapi.ts';
import { cataloguePage } from './catalogue-page.ts';
import { describeFields } from './describe-fields.ts';
import { contractDocuments, driftOf, writeDocuments } from './documents.ts';

/** The document as whoever reads the file gets it. */
const document: Record<string, unknown> = JSON.parse(JSON.stringify(asyncApiDocument('1.2.3')));

function at(...path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => (isRecord(value) ? value[key] : undefined), document);
}

function keysAt(...path: readonly string[]): readonly string[] {
  const value = at(...path);
  return isRecord(value) ? Object.keys(value).sort() : [];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** Every `$ref` of the document, wherever it stands. */
function refsIn(value: unknown): readonly string[] {
  if (!isRecord(value)) return [];
  const own = typeof value.$ref === 'string' ? [value.$ref] : [];
  return [...own, ...Object.values(value).flatMap(refsIn)];
}

t.test('the AsyncAPI document has the sections that version 3.0 asks for', async (t) => {
  t.equal(at('asyncapi'), '3.0.0');
  t.equal(at('info', 'version'), '1.2.3');
  t.equal(typeof at('info', 'title'), 'string');
  t.strictSame(
    ['servers', 'channels', 'operations', 'components'].filter((section) => keysAt(section).length === 0),
    [],
  );
  t.equal(at('servers', 'rabbitmq', 'protocol'), 'amqp');
  for (const section of ['servers', 'channels', 'operations']) {
    for (const key of keysAt(section)) t.match(key, /^[\w.-]+$/);
  }
});

t.test('every reference of the AsyncAPI document leads to something', async (t) => {
  const refs = refsIn(document);
  t.ok(refs.length > 20);
  t.strictSame(
    refs.filter((ref) => !ref.startsWith('#/') || at(...ref.slice(2).split('/')) === undefined),
    [],
  );
});

t.test('each message goes from its sender over its routing key into the queue of its receiver', async (t) => {
  for (const { from, to, messages } of CONVERSATIONS) {
    for (const { type, schema, example } of messages) {
      const channel = `${to}.inbox.${type}`;
      t.match(at('channels', channel), {
        address: type,
        bindings: {
          amqp: { is: 'routingKey', exchange: { name: `${to}.inbox`, type: 'topic', durable: true } },
        },
      });
      t.match(at('operations', `${from}.send.${type}`), {
        action: 'send',
        channel: { $ref: `#/channels/${channel}` },
        messages: [{ $ref: `#/channels/${channel}/messages/${type}` }],
      });
      t.match(at('components', 'messages', type), {
        contentType: 'application/json',
        bindings: { amqp: { messageType: type } },
        examples: [{ payload: example }],
      });
      t.strictSame(
        keysAt('components', 'schemas', type, 'properties'),
        Object.keys(schema.properties).sort(),
      );
    }
    const types = messages.map(({ type }) => type);
    t.match(at('channels', `${to}.inbox`), {
      address: `${to}.inbox`,
      bindings: {
        amqp: {
          is: 'queue',
          queue: { name: `${to}.inbox`, durable: true, exclusive: false },
          'x-arguments': { 'x-queue-type': 'quorum', 'x-single-active-consumer': true },
        },
      },
    });
    t.strictSame(keysAt('channels', `${to}.inbox`, 'messages'), types.toSorted());
    t.strictSame(
      at('operations', `${to}.receive`, 'messages'),
      types.map((type) => ({ $ref: `#/channels/${to}.inbox/messages/${type}` })),
    );
  }
});

t.test('the headers are those that the bus writes', async (t) => {
  const required = at('components', 'schemas', 'Headers', 'required');
  t.ok(Array.isArray(required) && required.includes('deskstream-schema-version'));
  t.strictSame(
    (Array.isArray(required) ? required : []).filter(
      (header) => at('components', 'schemas', 'Headers', 'properties', header) === undefined,
    ),
    [],
  );
  t.match(at('components', 'schemas', 'Headers', 'properties', 'traceparent'), { type: 'string' });
});

t.test(
  'the catalogue tells of every type: what it means, who appends and handles it, its fields',
  async (t) => {
    const page = cataloguePage();
    const headings = page.split('\n').filter((line) => line.startsWith('### '));
    t.strictSame(headings.map((line) => line.slice(4)).sort(), [...CATALOGUE.keys()].sort());
    for (const { type, meaning, example } of CATALOGUE.values()) {
      const section = page.slice(page.indexOf(`\n### ${type}\n`)).split(/\n##/)[1] ?? '';
      t.ok(section.includes(meaning), `${type} says what it means`);
      t.match(section, /- version: \d+\n- appended by: \S.+\n- handled by: \S/, type);
      for (const field of Object.keys(example))
        t.ok(section.includes(`| \`${field}\` |`), `${type}.${field}`);
    }
    const issueClosed = page.slice(page.indexOf('### IssueClosed'), page.indexOf('### IssueProgressed'));
    t.match(issueClosed, '- appended by: the customer service');
    t.match(issueClosed, '`customer.integration` (Tells the back office about issues)');
    const anchors = new Set(headings.map((line) => line.slice(4).toLowerCase()));
    const broken = [...page.matchAll(/\]\(#([^)]*)\)/g)].filter(([, anchor]) => !anchors.has(anchor ?? ''));
    t.strictSame(broken, []);
  },
);

t.test('a field is described in words', async (t) => {
  const schema = Type.Object({
    id: Uuid,
    note: Meaning(Nullable(TextField), 'What was written | said.'),
    step: Type.Enum(['one', 'two']),
    inner: Type.Object({
      count: Type.Integer({ minimum: 1 }),
      at: Type.Optional(Type.String({ format: 'date-time' })),
    }),
    tags: Type.Array(Type.String({ maxLength: 9 })),
  });
  const plain = { marks: [], meaning: '' };
  t.strictSame(describeFields(schema), [
    { ...plain, name: 'id', type: 'UUID' },
    {
      name: 'note',
      type: 'text of 1 to 20000 characters, or null',
      marks: ['personal'],
      meaning: 'What was written | said.',
    },
    { ...plain, name: 'step', type: 'one of `one`, `two`' },
    { ...plain, name: 'inner', type: 'object' },
    { ...plain, name: 'inner.count', type: 'whole number from 1' },
    { ...plain, name: 'inner.at', type: 'date and time (RFC 3339), may be missing' },
    { ...plain, name: 'tags', type: 'list of: text of 0 to 9 characters' },
  ]);
});

t.test('what is committed is held against what would be made', async (t) => {
  const folder = t.testdir();
  const documents = contractDocuments('1.2.3');
  const says = (name: string, what: string) =>
    `${join(folder, name)} ${what}. Run \`npm run docs\` and commit what it writes.`;
  t.strictSame(await driftOf(folder, documents), [
    says('catalogue.md', 'is missing'),
    says('asyncapi.json', 'is missing'),
    says('metrics.md', 'is missing'),
  ]);
  await writeDocuments(folder, documents);
  t.strictSame(await driftOf(folder, documents), []);
  const page = join(folder, 'catalogue.md');
  await writeFile(page, (await readFile(page, 'utf8')).replace('UUID', 'GUID'));
  t.strictSame(await driftOf(folder, documents), [says('catalogue.md', 'does not say what the code says')]);
});
