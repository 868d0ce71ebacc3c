import fc from 'fast-check';
import t from 'tap';
import Type from 'typebox';
import { CommandId, commandIdFor, commandIdOf } from './double-submit.ts';
import { emailField, parseForm } from './form.ts';

const Report = Type.Object({
  email: emailField({}),
  subject: Type.String({ maxLength: 20, errorMessage: 'Say in a few words what it is about.' }),
  text: Type.String({ minLength: 10, maxLength: 10_000 }),
  kind: Type.Enum(['bug', 'question']),
  priority: Type.Optional(Type.Integer({ minimum: 1, maximum: 4 })),
  tags: Type.Array(Type.String(), { maxItems: 2 }),
  urgent: Type.Boolean(),
  note: Type.Optional(Type.String()),
});

const GOOD = { email: 'ann@example.com', subject: 'Printer', text: 'It smokes a lot.', kind: 'bug' };

t.test('a good form gives clean values', async (t) => {
  const body = {
    ...GOOD,
    subject: '  Printer ',
    text: 'It smokes.\r\n\r\nPlease\u0000 help\u009b.\r',
    priority: '3',
    tags: 'red',
    urgent: 'true',
    note: '   ',
    other: 'not asked for',
  };
  const form = parseForm(Report, body);
  t.strictSame(form.ok && form.values, {
    email: 'ann@example.com',
    subject: 'Printer',
    text: 'It smokes.\n\nPlease help.',
    kind: 'bug',
    priority: 3,
    tags: ['red'],
    urgent: true,
  });
});

t.test('however many marks are put on a letter, it keeps thirty, and the form is read at once', async (t) => {
  const marks = '\u0323'.repeat(150_000) + '\u0301'.repeat(150_000);
  const form = parseForm(Report, { ...GOOD, text: `A letter x${marks} and more.` });
  t.equal(form.ok && form.values.text, `A letter x\u0323${'\u0323'.repeat(29)} and more.`);
});

t.test('what is not given is missing, off, empty or absent, as its type says', async (t) => {
  const form = parseForm(Report, GOOD);
  t.strictSame(form.ok && form.values, { ...GOOD, tags: [], urgent: false });
});

t.test('each wrong field has a sentence, and all that was typed comes back as it was', async (t) => {
  const body = {
    email: 'ann@localhost',
    subject: 'a'.repeat(1200),
    text: '  short \r\n',
    kind: 'complaint',
    priority: 'high',
    tags: ['a', 'b', 'c'],
  };
  const form = parseForm(Report, body);
  t.strictSame(form, {
    ok: false,
    values: body,
    errors: {
      email: 'This is not an e-mail address. It should look like name@example.com.',
      subject: 'This is 1,200 characters long; the limit is 20. Please shorten it.',
      text: 'Please write at least 10 characters; this has 5.',
      kind: 'Please choose one of the list.',
      priority: 'Please enter a whole number.',
      tags: 'Please choose at most 2.',
    },
  });
});

t.test('a field that is missing, or of a shape that no form has, is an error like any other', async (t) => {
  const missing = {
    email: 'Please fill this in.',
    subject: 'Say in a few words what it is about.',
    text: 'Please fill this in.',
    kind: 'Please choose one.',
  };
  for (const body of [
    undefined,
    null,
    'text',
    {},
    { email: '', subject: ' \n', text: '\t' },
    { email: { a: 1 } },
  ]) {
    const form = parseForm(Report, body);
    t.strictSame(!form.ok && form.errors, missing, JSON.stringify(body));
  }
  const twice = parseForm(Report, { ...GOOD, text: ['It smokes a lot.', 'It burns a lot.'], priority: '9' });
  t.strictSame(!twice.ok && twice.errors, {
    text: 'Please fill this in once only.',
    priority: 'Please enter a number that is at most 4.',
  });
  const command = parseForm(Type.Object({ commandId: CommandId }), { commandId: 'drop table' });
  t.strictSame(!command.ok && command.errors, {
    commandId: 'This form is not complete. Please reload the page and send it again.',
  });
});

t.test('an e-mail address is one that a mail can be sent to, and only one', async (t) => {
  const Address = Type.Object({ email: emailField({}) });
  const accepted = (email: string) => parseForm(Address, { email }).ok;
  for (const good of ['a@example.com', 'ann.o-neil+desk@mail.example.co.uk', " o'neil@example.com "]) {
    t.equal(accepted(good), true, good);
  }
  for (const bad of [
    'ann',
    'ann@',
    '@example.com',
    'ann@example',
    'a b@example.com',
    'a@@example.com',
    'a@example..com',
    '"a\nBcc: b@example.com"@example.com',
    'Ann <ann@example.com>',
    'a@example.com, b@example.com',
    'a@[127.0.0.1]',
    `${'a'.repeat(250)}@example.com`,
  ]) {
    t.equal(accepted(bad), false, bad);
  }
});

t.test('a verbatim field is neither trimmed nor changed', async (t) => {
  const form = parseForm(Type.Object({ password: Type.String({ verbatim: true }) }), {
    password: '  a\tb\r\n ',
  });
  t.strictSame(form.ok && form.values, { password: '  a\tb\r\n ' });
});

t.test('whatever is posted, the answer is valid values, or an error and the typed values', async (t) => {
  const junk = fc.oneof(fc.string({ unit: 'binary' }), fc.array(fc.string()), fc.anything());
  const mostly = (good: string) => fc.oneof({ weight: 9, arbitrary: fc.constant(good) }, junk);
  const body = fc.record({
    email: mostly(GOOD.email),
    subject: mostly(GOOD.subject),
    text: fc.oneof(fc.string({ unit: 'binary', minLength: 8 }), junk),
    kind: mostly(GOOD.kind),
    priority: mostly('1'),
    tags: junk,
    urgent: junk,
    note: junk,
  });
  fc.assert(
    fc.property(body, (posted) => {
      const form = parseForm(Report, posted);
      if (form.ok) return form.values.text.trim() === form.values.text && form.values.text.length >= 10;
      const kept = Object.entries(posted).every(
        ([name, typed]) => typeof typed !== 'string' || form.values[name] === typed,
      );
      return kept && Object.keys(form.errors).length > 0;
    }),
  );
  t.pass();
});

t.test('the same form is the same command, a changed one is another', async (t) => {
  const commandId = commandIdFor(undefined);
  t.equal(
    commandIdFor({ values: { commandId }, errors: {} }),
    commandId,
    'a form that comes back keeps its id',
  );
  t.not(commandIdFor({ values: { commandId: 'forged' } }), 'forged');
  const first = commandIdOf({ commandId, ...GOOD });
  t.equal(commandIdOf({ ...GOOD, commandId }), first, 'the order of fields is of no account');
  t.not(commandIdOf({ commandId, ...GOOD, text: 'It burns as well.' }), first);
  t.not(commandIdOf({ commandId: commandIdFor(undefined), ...GOOD }), first);
});
