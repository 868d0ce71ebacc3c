import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import t from 'tap';
import { FAILED_STATES, type FailedState } from '../../../shared-contracts/messages/failed-message-state.ts';
import type { FailureEvent } from '../../../shared-contracts/messages/failure-events.ts';
import { deterministicId } from '../../../shared-contracts/runtime/ids.ts';
import type { LedgerEntry } from './failed-message.ts';
import { LedgerIndex } from './ledger-index.ts';
import { UuidTable } from './uuid-table.ts';

const group = 'customer.notifications';
const by = 'operator:sam';
const MESSAGES = ['one', 'two'].map((name) => ({
  stream: `issue-${name}`,
  revision: 0,
  eventId: deterministicId(name),
  type: 'IssueReported',
}));
const BATCHES = ['first', 'second'].map((name) => deterministicId(name));
const replayIdOf = (eventId: string, batch: string) => deterministicId(eventId, batch);

/** Everything that can be said in this small world: every step may be repeated, and then says the same again. */
const SAYINGS: readonly Omit<LedgerEntry, 'revision'>[] = [
  ...MESSAGES.flatMap((origin) => {
    const attempts = [origin.eventId, ...BATCHES.map((batch) => replayIdOf(origin.eventId, batch))];
    return [
      ...attempts.map((attemptId, at) => parked(origin, attemptId, at + 1)),
      ...attempts.map((attemptId): FailureEvent => {
        return { type: 'MessageRecovered', data: { group, origin, attemptId } };
      }),
      ...BATCHES.map((batch): FailureEvent => {
        const replayId = replayIdOf(origin.eventId, batch);
        return { type: 'ReplayRequested', data: { group, origin, replayId, batch, attempt: 2, by } };
      }),
      ...['first', 'second'].map((reason): FailureEvent => {
        return { type: 'MessageDiscarded', data: { group, origin, reason, by } };
      }),
    ];
  }),
  ...BATCHES.map((batch): FailureEvent => ({ type: 'ReplayCancelled', data: { group, batch, by } })),
].map((event) => ({ id: deterministicId(JSON.stringify(event)), event }));

function parked(origin: (typeof MESSAGES)[number], attemptId: string, attempt: number): FailureEvent {
  const error = { name: 'Error', code: null, message: 'no', stack: 'no' };
  const data = { group, origin, attemptId, attempt, handler: 'mail', tries: 1, error, correlationId: null };
  const occurredAt = '2026-11-22T10:15:00.000Z';
  return {
    type: 'MessageParked',
    data: { ...data, traceId: null, spanId: null, host: 'desk-1', occurredAt },
  };
}

const ledgers = fc
  .array(fc.constantFrom(...SAYINGS), { maxLength: 40, size: 'max' })
  .map((sayings) => sayings.map((saying, revision): LedgerEntry => ({ ...saying, revision })));

function indexOf(entries: readonly LedgerEntry[]): LedgerIndex {
  const index = new LedgerIndex();
  for (const entry of entries) index.add(entry);
  return index;
}

const isAbout = (eventId: string) => (entry: LedgerEntry & { event: FailureEvent }) =>
  'origin' in entry.event.data && entry.event.data.origin.eventId === eventId;

const attemptOf = (event: FailureEvent): string | undefined => {
  if (event.type === 'ReplayRequested') return event.data.replayId;
  if (event.type === 'MessageParked' || event.type === 'MessageRecovered') return event.data.attemptId;
  return undefined;
};

/** What the rules say, found by looking at the whole ledger: the first failure begins, and the last word counts. */
function stateByLastWord(ledger: readonly LedgerEntry[], eventId: string): FailedState | undefined {
  const begin = ledger.findIndex((entry) => isAbout(eventId)(entry) && entry.event.type === 'MessageParked');
  if (begin < 0) return undefined;
  const words = ledger.filter((entry, at) => {
    const { event } = entry;
    if (event.type === 'ReplayCancelled') return true;
    if (!isAbout(eventId)(entry) || at < begin) return false;
    const earlier = ledger.slice(begin, at).filter(isAbout(eventId));
    if (earlier.some(({ id }) => id === entry.id)) return false;
    const same = earlier
      .filter((one) => attemptOf(one.event) === attemptOf(event))
      .map((one) => one.event.type);
    if (event.type === 'MessageParked') return !same.includes('MessageRecovered');
    if (event.type !== 'ReplayRequested') return true;
    const { batch } = event.data;
    const cancelled = ledger
      .slice(0, at)
      .some((one) => one.event.type === 'ReplayCancelled' && one.event.data.batch === batch);
    return !cancelled && same.length === 0;
  });
  return words.reduce<{ state: FailedState; batch?: string }>(
    (before, { event }) => {
      if (event.type === 'ReplayCancelled') {
        const taken = before.state === 'replaying' && before.batch === event.data.batch;
        return taken ? { state: 'waiting' } : before;
      }
      if (event.type === 'ReplayRequested') return { state: 'replaying', batch: event.data.batch };
      if (event.type === 'MessageRecovered') return { state: 'recovered' };
      return { state: event.type === 'MessageDiscarded' ? 'discarded' : 'waiting' };
    },
    { state: 'waiting' },
  ).state;
}

/** All that the index tells, to compare two of them. */
function told(index: LedgerIndex) {
  const messages = MESSAGES.map(({ eventId }) => {
    const message = index.message(eventId);
    return message && { state: message.state, attempts: message.attempts };
  });
  const replays = BATCHES.map((batch) => {
    const facts = index.replay(batch);
    return facts && { cancelled: facts.cancelled, attempts: facts.attempts };
  });
  return { messages, replays, counts: FAILED_STATES.map((state) => index.count(state)) };
}

t.test('any interleaving ends in the state that the last words say', async (t) => {
  const seen = new Set<FailedState | undefined>();
  fc.assert(
    fc.property(ledgers, (ledger) => {
      const index = indexOf(ledger);
      const states = MESSAGES.map(({ eventId }) => stateByLastWord(ledger, eventId));
      for (const state of states) seen.add(state);
      const { messages, counts } = told(index);
      assert.deepEqual(
        messages.map((message) => message?.state),
        states,
      );
      assert.deepEqual(
        counts,
        FAILED_STATES.map((state) => states.filter((one) => one === state).length),
      );
    }),
    { numRuns: 3000 },
  );
  t.strictSame(new Set(seen), new Set([undefined, ...FAILED_STATES]), 'every state was come to');
});

t.test('repeated entries change nothing', async (t) => {
  let repeated = 0;
  const begin = SAYINGS.filter(({ event }) => event.type === 'MessageParked' && event.data.attempt === 1);
  const place = fc.tuple(fc.nat(), fc.nat());
  fc.assert(
    fc.property(ledgers, fc.array(place, { maxLength: 20, size: 'max' }), (ledger, places) => {
      const plain = [...begin, ...ledger];
      const again = [...plain];
      for (const [from, to] of places) {
        const at = from % again.length;
        const entry = again[at];
        if (entry !== undefined) again.splice(at + 1 + (to % (again.length - at)), 0, entry);
        repeated += 1;
      }
      const numbered = (entries: readonly Omit<LedgerEntry, 'revision'>[]) =>
        entries.map(({ id, event }, revision) => ({ id, event, revision }));
      assert.deepEqual(told(indexOf(numbered(again))), told(indexOf(numbered(plain))));
    }),
    { numRuns: 2000 },
  );
  t.ok(repeated > 1000);
});

t.test('100,000 messages that wait take a few MB', async (t) => {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  const used = () => {
    // Twice: what the first finds to be garbage, arrays outside of the heap among it, is given back by the second.
    collect();
    collect();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return (heapUsed + arrayBuffers) / 1024 / 1024;
  };
  const before = used();
  const index = new LedgerIndex();
  for (let at = 0; at < 100_000; at += 1) {
    const eventId = deterministicId('many', at);
    const origin = { stream: `issue-${eventId}`, revision: 0, eventId, type: 'IssueReported' };
    index.add({ revision: at, id: eventId, event: parked(origin, eventId, 1) });
  }
  const growth = used() - before;
  t.comment(`${growth.toFixed(1)} MB`);
  t.ok(growth < 20, `${growth} MB`);
  t.equal(index.count('waiting'), 100_000);
});

t.test('a table by UUID is a map', async (t) => {
  let rows = 0;
  const uuids = fc.constantFrom(...Array.from({ length: 300 }, (_, at) => deterministicId('row', at)));
  fc.assert(
    fc.property(fc.array(fc.tuple(uuids, fc.nat()), { maxLength: 1000, size: 'max' }), (writes) => {
      const table = new UuidTable(['zero', 'value']);
      const map = new Map<string, number>();
      for (const [uuid, value] of writes) {
        table.set(table.add(uuid), 'value', value);
        map.set(uuid, value);
      }
      rows = Math.max(rows, table.size);
      const read = Array.from({ length: table.size }, (_, row) => [
        table.uuidOf(row),
        [table.get(row, 'value'), table.get(row, 'zero'), table.find(table.uuidOf(row))],
      ]);
      const expected = [...map].map(([uuid, value], row) => [uuid, [value, 0, row]]);
      assert.deepEqual(read, expected);
      assert.equal(table.find(deterministicId('none')), undefined);
    }),
    { numRuns: 200 },
  );
  t.ok(rows > 64, 'it has grown');
});
