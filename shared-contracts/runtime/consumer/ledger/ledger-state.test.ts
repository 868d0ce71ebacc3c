import t from 'tap';
import { FAILURE_EVENTS, type FailureEvent } from '../../../messages/failure-events.ts';
import { LedgerState } from './ledger-state.ts';

const group = 'customer.integration';
const stream = 'issue-1';
const ids = ['0', '1', '2', '3'].map((digit) => `3c1c5e0e-54a4-4c0b-8d39-1b1d6a0a9d1${digit}`);
const eventId = (revision: number) => ids[revision] ?? '';
const origin = (revision: number) => ({ stream, revision, eventId: eventId(revision), type: 'IssueClosed' });

const blocked = (revision: number): FailureEvent => ({
  type: 'StreamBlocked',
  data: { group, stream, revision, eventId: eventId(revision) },
});
const recovered = (revision: number): FailureEvent => ({
  type: 'MessageRecovered',
  data: { group, origin: origin(revision), attemptId: eventId(revision) },
});
const released = (upTo: number, blocker: number): FailureEvent => ({
  type: 'StreamReleased',
  data: { group, stream, revision: upTo, eventId: eventId(blocker) },
});
const replayed = (revision: number): FailureEvent => ({
  type: 'ReplayRequested',
  data: {
    group,
    origin: origin(revision),
    replayId: eventId(revision),
    batch: eventId(revision),
    attempt: 2,
    by: 'operator:test',
  },
});

function after(...entries: readonly FailureEvent[]): LedgerState {
  const state = new LedgerState();
  for (const entry of entries) state.take(entry);
  return state;
}

t.test('a release that another instance was faster with does not free the next blocker', async (t) => {
  const state = after(blocked(0), recovered(0), released(2, 0), blocked(3), released(1, 0));
  t.strictSame(state.blockerOf(stream), { revision: 3, eventId: eventId(3), over: false });
});

t.test('a blocker that is over stays over, whatever is asked or told of it late', async (t) => {
  const over = { revision: 0, eventId: eventId(0), over: true };
  t.strictSame(after(blocked(0), recovered(0), replayed(0)).blockerOf(stream), over);
  t.strictSame(after(blocked(0), recovered(0), blocked(0)).blockerOf(stream), over);
  t.strictSame(after(blocked(0), recovered(0)).streamsToRelease(), [stream]);
});

t.test('what a release has dealt with is known until the stream is blocked anew', async (t) => {
  const state = after(blocked(0), recovered(0), released(1, 0));
  t.equal(state.blockedStreams, 0);
  t.strictSame(
    [0n, 1n, 2n].map((revision) => state.isReleased({ streamId: stream, revision })),
    [true, true, false],
  );
  state.take(blocked(2));
  t.equal(state.isReleased({ streamId: stream, revision: 1n }), false);
});

t.test(
  'a message that was given up is for a replay only, until it has recovered or was discarded',
  async (t) => {
    const example = FAILURE_EVENTS.find(({ type }) => type === 'MessageParked')?.example;
    const parked = { type: 'MessageParked', data: { ...Object(example), origin: origin(1) } } as const;
    const discarded: FailureEvent = {
      type: 'MessageDiscarded',
      data: { group, origin: origin(1), reason: 'A test.', by: 'operator:test' },
    };
    const traced = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' };
    const failedIn = (trace: { traceId: string | null; spanId: string | null }) =>
      after({ type: 'MessageParked', data: { ...parked.data, ...trace } }).failedAttemptOf(eventId(1));
    t.strictSame(failedIn(traced), traced);
    t.equal(failedIn({ traceId: null, spanId: null }), undefined);
    const states = [after(parked), after(parked, recovered(1)), after(parked, discarded)];
    t.strictSame(
      states.map((state) => [state.isParked(eventId(1)), state.isDiscarded(eventId(1))]),
      [
        [true, false],
        [false, false],
        [false, true],
      ],
    );
  },
);

t.test('of a replay that was cancelled nothing is on its way, in whatever order that is told', async (t) => {
  const cancelled: FailureEvent = {
    type: 'ReplayCancelled',
    data: { group, batch: eventId(1), by: 'operator:test' },
  };
  const isQueued = (...entries: readonly FailureEvent[]) => after(...entries).isQueued(eventId(1));
  t.equal(isQueued(replayed(1)), true);
  t.equal(isQueued(replayed(1), cancelled), false);
  t.equal(isQueued(cancelled, replayed(1)), false);
});
