import t from 'tap';
import type { ErasureEvent, ErasureStep } from '../../messages/erasure-events.ts';
import { ERASURE_STEPS, ErasureBegun } from '../../messages/erasure-events.ts';
import { ERASED_EMAIL } from '../../messages/personal-fields.ts';
import { given } from '../testing/given.ts';
import { eraseSubjects } from './erase-subjects.ts';
import type { ErasureCommand } from './erasure-commands.ts';
import { erasureDecider } from './erasure-decider.ts';
import { aboutCustomer } from './needles.ts';

const { erasureId } = ErasureBegun.example;
const REFUSALS = {
  'erasure-unknown': 'We do not know this erasure.',
  'erasure-unfinished': 'There is something left to do before the erasure has ended.',
} as const;
const commandId = '7d3f7c2e-9f5c-4b62-8f06-5c6d0f6c3a55';
const [one, other] = ['0d0f5c53-3a8f-4b1c-8b86-93a3df2a7f10', '0d0f5c53-3a8f-4b1c-8b86-93a3df2a7f11'];
const issueId = '6f6dd9a0-6a3b-4c47-9c6f-2d3f64a1f0aa';

const begin: ErasureCommand = { type: 'BeginErasure', commandId, ...ErasureBegun.example };
const begun: ErasureEvent = { type: 'ErasureBegun', data: ErasureBegun.example };
const end: ErasureCommand = { type: 'EndErasure', commandId };
const ended: ErasureEvent = { type: 'ErasureEnded', data: { erasureId } };
const found = (...subjects: string[]): ErasureEvent => ({
  type: 'SubjectsFound',
  data: { erasureId, found: subjects.map((subject) => ({ subject, issueId })) },
});
const note = (...subjects: string[]): ErasureCommand => ({
  type: 'NoteSubjects',
  commandId,
  found: subjects.map((subject) => ({ subject, issueId })),
});
const erased = (...subjects: string[]): ErasureEvent => ({
  type: 'SubjectsErased',
  data: { erasureId, subjects },
});
const noteErased = (...subjects: string[]): ErasureCommand => ({ type: 'NoteErased', commandId, subjects });
const done = (step: ErasureStep): ErasureEvent => ({
  type: 'ErasureStepDone',
  data: { erasureId, step, count: 2, outOfReach: false },
});
const finish = (step: ErasureStep): ErasureCommand => ({
  type: 'FinishStep',
  commandId,
  step,
  count: 2,
  outOfReach: false,
});
const allDone = ERASURE_STEPS.map(done);

t.test('an erasure begins once, and nothing can be done of one that has not', async () => {
  given(erasureDecider).when(begin).gives(begun);
  given(erasureDecider, begun).when(begin).changesNothing();
  for (const command of [note(one), noteErased(one), finish('mails'), end])
    given(erasureDecider).when(command).rejects('erasure-unknown', REFUSALS['erasure-unknown']);
});

t.test('whatever is noted is noted once, so that every part may be done again', async () => {
  given(erasureDecider, begun).when(note(one, other)).gives(found(one, other));
  given(erasureDecider, begun, found(one)).when(note(one, other)).gives(found(other));
  given(erasureDecider, begun, found(one)).when(note(one)).changesNothing();
  given(erasureDecider, begun, found(one)).when(noteErased(one)).gives(erased(one));
  given(erasureDecider, begun, found(one), erased(one))
    .when(noteErased(one, erasureId))
    .gives(erased(erasureId));
  given(erasureDecider, begun, found(one), erased(one)).when(noteErased(one)).changesNothing();
  given(erasureDecider, begun).when(finish('mails')).gives(done('mails'));
  given(erasureDecider, begun, done('mails')).when(finish('mails')).changesNothing();
});

t.test('it ends when every key is deleted and every step is done, its own key included', async () => {
  const all = [begun, found(one), erased(one, erasureId), ...allDone];
  given(erasureDecider, ...all)
    .when(end)
    .gives(ended);
  given(erasureDecider, ...all, ended)
    .when(end)
    .changesNothing();
  const unfinished = [
    [begun, found(one), erased(one, erasureId), ...allDone.slice(1)],
    [begun, found(one), erased(one), ...allDone],
    [begun, found(one, other), erased(one, erasureId), ...allDone],
  ];
  for (const events of unfinished)
    given(erasureDecider, ...events)
      .when(end)
      .rejects('erasure-unfinished', REFUSALS['erasure-unfinished']);
});

t.test(
  'what nobody could read is about the customer by the address and by ids, and by nothing else',
  async (t) => {
    const isAbout = aboutCustomer({ email: 'Kim@Example.org', found: new Map([[one, issueId]]) });
    t.strictSame(
      [
        isAbout('nothing', '{"from":"<kim@example.ORG>"}'),
        isAbout(issueId.toUpperCase()),
        isAbout(`${one}`),
        isAbout(other, 'Kim', ''),
      ],
      [true, true, true, false],
    );
    const isAboutKim = aboutCustomer({ email: 'kim+a@example.org', found: new Map() });
    t.strictSame(
      [
        ...['Write to kim+a@example.org.', String.raw`"Hi\nkim+a@example.org"`, 'mail=kim+a@example.org&x'],
        ...['to%3Dkim+a@example.org', 'joakim+a@example.org', 'kim+a@example.org.au', 'kimaa@example.org'],
      ].map((text) => isAboutKim(text)),
      [true, true, true, true, false, false, false],
      'a longer address is somebody else’s',
    );
    const later = aboutCustomer({ email: ERASED_EMAIL, found: new Map([[one, null]]) });
    t.strictSame(
      [later(`to ${ERASED_EMAIL}`), later(one)],
      [false, true],
      'an address that is gone finds nothing',
    );
  },
);

t.test('a failure to delete one key is told', async (t) => {
  const client = { tombstoneStream: () => Promise.reject(new Error('The store is down.')) };
  await t.rejects(eraseSubjects(client, [one]), { message: 'The store is down.' });
});
