import { deepEqual } from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import type { ExpectedRevision } from './decide-append.ts';
import { EventStore, newEvent } from './event-store.ts';

/**
 * A second telling of the rules, as plainly as they can be said: a stream is a list of ids, and what is remembered of an id is
 * the revision at which it was written last.
 */
class Model {
  readonly #streams = new Map<string, number[]>();
  readonly #remembered = new Map<number, { stream: string; revision: number }>();

  ids(stream: string): readonly number[] {
    return this.#streams.get(stream) ?? [];
  }

  append(stream: string, expected: ExpectedRevision, ids: readonly number[]): string {
    const stored = [...this.ids(stream)];
    const last = stored.length - 1;
    const repeated = this.#repeated(stream, expected, ids, stored);
    if (repeated !== undefined) return repeated;
    if (expected.kind === 'stream_exists' && last < 0) return 'wrong -1';
    if (expected.kind === 'no_stream' && last >= 0) return `wrong ${last}`;
    if (expected.kind === 'revision' && expected.revision !== last) return `wrong ${last}`;
    for (const id of ids) {
      stored.push(id);
      this.#remembered.set(id, { stream, revision: stored.length - 1 });
    }
    this.#streams.set(stream, stored);
    return `at ${stored.length - 1}`;
  }

  #repeated(
    stream: string,
    expected: ExpectedRevision,
    ids: readonly number[],
    stored: readonly number[],
  ): string | undefined {
    const last = stored.length - 1;
    if (expected.kind === 'any' || (expected.kind === 'stream_exists' && last >= 0)) {
      const revisions = ids.map((id) => {
        const found = this.#remembered.get(id);
        return found?.stream === stream ? found.revision : undefined;
      });
      if (revisions[0] === undefined) return undefined;
      return revisions.includes(undefined) ? `wrong ${last}` : `at ${revisions.at(-1)}`;
    }
    const after = expected.kind === 'revision' ? expected.revision : -1;
    if (expected.kind === 'stream_exists' || after >= last) return undefined;
    const same = ids.every((id, offset) => stored[after + 1 + offset] === id);
    return same ? `at ${after + ids.length}` : undefined;
  }
}

const expectation: fc.Arbitrary<ExpectedRevision> = fc.oneof(
  fc.constantFrom<ExpectedRevision>({ kind: 'any' }, { kind: 'no_stream' }, { kind: 'stream_exists' }),
  fc.integer({ min: 0, max: 8 }).map((revision): ExpectedRevision => ({ kind: 'revision', revision })),
);

const append = fc.record({
  stream: fc.constantFrom('a', 'b'),
  expected: expectation,
  ids: fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 3 }),
  /** Does it wait for the answer of the one before, or go into the same group? */
  alone: fc.boolean(),
});

function idOf(number: number): Buffer {
  const id = Buffer.alloc(16, 7);
  id.writeUInt8(number, 0);
  return id;
}

t.test(
  'whatever is appended, repeated and raced, the answers and the streams follow the rules',
  async (t) => {
    const store = await EventStore.open({ dir: t.testdir(), links: 'standard' });
    t.teardown(() => store.close());
    let round = 0;
    await t.resolves(
      fc.assert(
        fc.asyncProperty(fc.array(append, { maxLength: 25 }), async (appends) => {
          round += 1;
          const model = new Model();
          const answers: Promise<string>[] = [];
          const expectedAnswers: string[] = [];
          for (const { stream, expected, ids, alone } of appends) {
            const events = ids.map((number) => ({ ...newEvent('E', Buffer.from('{}')), id: idOf(number) }));
            expectedAnswers.push(model.append(stream, expected, ids));
            const answer = store.append(`${stream}-${round}`, expected, events).then((result) => {
              if (result.kind === 'wrong') return `wrong ${result.current}`;
              return result.kind === 'appended' ? `at ${result.revision}` : result.kind;
            });
            answers.push(answer);
            if (alone) await answer;
          }
          deepEqual(await Promise.all(answers), expectedAnswers);
          for (const stream of ['a', 'b']) {
            const view = store.streams.view(`${stream}-${round}`);
            const stored =
              view.kind === 'present'
                ? store.streams.forwards(`${stream}-${round}`, view, 0, 1000).records
                : [];
            deepEqual(
              stored.map(({ id }) => id[0]),
              model.ids(stream),
            );
          }
        }),
        { numRuns: 100 },
      ),
    );
  },
);
