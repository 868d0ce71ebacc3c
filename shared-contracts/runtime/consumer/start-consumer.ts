import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type { EventStore } from '../event-store/event-store.ts';
import { Lanes } from '../lanes.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { ConsumerState } from './consumer-state.ts';
import { ensureGroup, GroupNotSetUp } from './ensure-group.ts';
import { followLedger } from './ledger/group-ledger.ts';
import { errorName } from './message/handle-event.ts';
import { watchHandover } from './message/handover.ts';
import { releaseStream } from './message/release-stream.ts';
import { StreamOrder } from './message/stream-order.ts';
import { Session, type SessionEnd } from './session/session.ts';
import type { SubscriptionGroup } from './subscription-group.ts';
import { tellFigures } from './tell-figures.ts';
import { type GroupProgress, watchGroup } from './watch-group.ts';

export type RunningConsumer = {
  state(): ConsumerState;
  /** Takes no more messages, finishes and settles what is in flight, and leaves the group. */
  close(): Promise<void>;
};

export type ConsumerDeps = { readonly store: EventStore; readonly logger: Logger };

const LONGEST_PAUSE_MS = 5000;
const OUTAGE_PAUSE_MS = 1000;
const LONGEST_OUTAGE_PAUSE_MS = 15_000;
const WATCH_MS = 10_000;
const STALLED_AFTER_MS = 60_000;
const SEEN_LIFE_MS = 1000;
const MOST_RELEASES = 16;

/**
 * Runs one group for as long as the service lives: connects, and on every kind of end connects again. What was in flight
 * when a connection was lost is delivered again by the store. In an outage the group is left, so that another instance
 * may have more luck, and joined again when what is needed answers.
 */
export function startConsumer(deps: ConsumerDeps, group: SubscriptionGroup): RunningConsumer {
  const { store, logger } = deps;
  const name = group.declaration.name;
  const stop = new AbortController();
  const stopped = once(stop.signal, 'abort');
  const lanes = new Lanes();
  const order = new StreamOrder();
  const ledger = followLedger(store, name);
  const handover = watchHandover(store, name);
  const survived = new Set<string>();
  const process = { store, logger, ledger, lanes, order, handover, survived, stopping: stop.signal };
  const watch = watchGroup(store, group);
  let session: Session | undefined;
  let outage: string | undefined;
  /** What an administrator has to do before the group can be joined, as a sentence. */
  let missing: string | undefined;
  let progress: { readonly told: GroupProgress; readonly at: number } | undefined;

  const rest = (milliseconds: number) =>
    pause(milliseconds * (0.5 + Math.random() / 2), undefined, { signal: stop.signal }).catch(
      () => undefined,
    );

  /** Streams whose release was interrupted, or never begun, go on now. */
  const takeUpReleases = async () => {
    const streams = ledger.state.streamsToRelease().values();
    const work = async () => {
      for (const stream of streams) {
        if (stop.signal.aborted) return;
        await lanes.run(stream, () => releaseStream(process, group, stream));
      }
    };
    await Promise.all(Array.from({ length: MOST_RELEASES }, work));
  };

  const join = async (): Promise<SessionEnd> => {
    await ensureGroup(store, group);
    await ledger.readToEnd();
    await handover.begin();
    if (stop.signal.aborted) return { kind: 'stopped' };
    order.forget();
    const current = new Session(process, group);
    session = current;
    const releases = takeUpReleases().catch((error: unknown) => current.fail(error));
    const end = await current.run();
    await lanes.idle();
    await releases;
    return end;
  };

  /** Whether what the handlers depend on is there again; a probe that hangs does not hold up a service that stops. */
  const answers = () =>
    Promise.race([
      (group.probe?.() ?? Promise.resolve()).then(
        () => true,
        () => false,
      ),
      stopped.then(() => false),
    ]);

  const waitOutOutage = async (error: unknown) => {
    outage = errorName(error);
    logger.warn({ group: name, error: outage }, 'what the handlers depend on is down; the group pauses');
    for (let pauses = 0; !stop.signal.aborted; pauses += 1) {
      await rest(Math.min(OUTAGE_PAUSE_MS * 2 ** pauses, LONGEST_OUTAGE_PAUSE_MS));
      if (await answers()) break;
    }
    outage = undefined;
    logger.info({ group: name }, 'the group goes on');
  };

  const run = async () => {
    for (let failures = 0; !stop.signal.aborted; ) {
      const end = await join().catch(
        (error: unknown): SessionEnd => ({ kind: 'failed', error, confirmed: false }),
      );
      if (stop.signal.aborted || end.kind === 'stopped') break;
      missing = end.kind === 'failed' && end.error instanceof GroupNotSetUp ? end.error.message : undefined;
      if (end.kind === 'outage') {
        await waitOutOutage(end.error);
        continue;
      }
      failures = end.confirmed ? 0 : failures + 1;
      logger.warn(
        { group: name, error: errorName(end.error) },
        missing ?? 'a subscription ended; connecting again',
      );
      await rest(Math.min(50 * 2 ** failures, LONGEST_PAUSE_MS));
    }
  };

  const look = async (): Promise<GroupProgress> => {
    const told = await watch.look();
    progress = { told, at: performance.now() };
    return told;
  };

  /** Seconds that the group is behind, as of now: who asks often gets what was seen last. */
  const lag = async () => {
    const fresh = progress !== undefined && performance.now() - progress.at < SEEN_LIFE_MS;
    const { lagMs } = fresh && progress !== undefined ? progress.told : await look();
    return lagMs / 1000;
  };

  const keepWatch = async () => {
    while (!stop.signal.aborted) {
      await rest(WATCH_MS * 1.5);
      if (stop.signal.aborted || session?.connected !== true) continue;
      try {
        await look();
        if (!stop.signal.aborted) await takeUpReleases();
      } catch (error) {
        logger.debug({ group: name, error: errorName(error) }, 'the progress of the group cannot be told');
      }
    }
  };

  const condition = (): Pick<ConsumerState, 'condition' | 'reason'> => {
    if (outage !== undefined)
      return { condition: 'paused', reason: `What the handlers need is down (${outage}).` };
    if (session?.connected !== true)
      return { condition: 'connecting', reason: missing ?? 'There is no connection to the group.' };
    const stillForMs = progress?.told.stillForMs ?? 0;
    if (stillForMs < STALLED_AFTER_MS) return { condition: 'connected', reason: '' };
    const seconds = Math.round(stillForMs / 1000);
    return { condition: 'stalled', reason: `Events wait, and nothing has come on for ${seconds} s.` };
  };

  const running = run();
  void keepWatch();
  const state = () => ({
    group: name,
    ...condition(),
    inFlight: session?.inFlight ?? 0,
    blockedStreams: ledger.state.blockedStreams,
  });
  const tellNoMore = tellFigures(name, state, lag);
  return {
    state,
    close: async () => {
      tellNoMore();
      stop.abort();
      await lanes.idle();
      session?.leave();
      await running;
      await ledger.close();
    },
  };
}
