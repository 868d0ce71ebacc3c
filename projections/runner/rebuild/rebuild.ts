// The operation `rebuild`: makes one read model or all of them anew from the streams, while the present ones serve.
import { setTimeout as pause } from 'node:timers/promises';
import type { Db } from 'mongodb';
import { EVERY_READ_MODEL } from '../../../shared-contracts/messages/control-events.ts';
import type { EventStore } from '../../../shared-contracts/runtime/event-store/event-store.ts';
import { readOperations } from '../../../shared-contracts/runtime/operations/control-stream.ts';
import { Interrupted } from '../../../shared-contracts/runtime/operations/interrupted.ts';
import { hasEnded } from '../../../shared-contracts/runtime/operations/operation-state.ts';
import type { Operation, Report } from '../../../shared-contracts/runtime/operations/run-operations.ts';
import type { AnyView } from '../../views/view.ts';
import type { Registry } from '../collections/registry.ts';
import { decodeBatch } from '../decode-batch.ts';
import { type ReadBatch, readHead, readToHead } from '../read-to-head.ts';
import { BuildingSite } from './building-site.ts';
import { VersionBuilder } from './version-builder.ts';

export type RebuildDeps = {
  readonly store: EventStore;
  readonly db: Db;
  readonly registry: Registry;
  readonly views: readonly AnyView[];
  /** Aborts when the service stops; the operation is then left to whoever gets it next. */
  readonly stop: AbortSignal;
};

const BEAT_EVERY_MS = 500;
const ASK_AGAIN_MS = 500;

/**
 * Registers the next version of each model, so that all events which come from then on are written to it as well; looks
 * only then for the newest event in the store; reads all streams of the models up to it in one pass; and moves the
 * pointers. What is written twice is guarded by revisions.
 *
 * A run that was interrupted left nothing that counts: its version has no pointer, and the next run of the operation takes
 * its place. Two operations on one model wait for each other.
 */
export function rebuildOperation(deps: RebuildDeps): Operation {
  return async (target, report, operationId) => {
    const views =
      target === EVERY_READ_MODEL ? deps.views : deps.views.filter(({ model }) => model.name === target);
    if (views.length === 0) throw new Error(`There is no read model "${target}".`);
    for (let returns = false; ; returns = true) {
      const site = new BuildingSite(deps.db, deps.registry, operationId, returns);
      while (!(await site.open(views))) {
        if (returns && (await wasEnded(deps.store, operationId))) return;
        if ((await report(0, null)) === 'cancelled') return;
        await pause(ASK_AGAIN_MS);
        goOnUnless(deps.stop);
      }
      const end = await build(deps, site, report).catch(async (error: unknown) => {
        await site.giveUp().catch(() => undefined);
        throw error;
      });
      if (end !== 'lost') return;
      await site.giveUp();
    }
  };
}

async function build(
  deps: RebuildDeps,
  site: BuildingSite,
  report: Report,
): Promise<'done' | 'cancelled' | 'lost'> {
  const { store, db } = deps;
  const head = await readHead(store.client);
  const builders = site.versions.map(
    ({ view, collection, present }) => new VersionBuilder(view, db, collection, present),
  );
  const heard = new Set(builders.flatMap(({ view }) => view.events.map(({ type }) => type)));
  const prefixes = [...new Set(builders.map(({ view }) => view.category))];
  let done = 0;
  let next = 0;
  const decode = async ({ events, position }: ReadBatch) => ({
    passed: await decodeBatch(store.codec, heard, events),
    position,
  });
  for await (const { passed, position } of oneAhead(readToHead(store.client, prefixes, head), decode)) {
    await Promise.all(
      builders.map((builder) => {
        const { category } = builder.view;
        const ofBuilder = passed.filter(({ origin }) => origin.stream.startsWith(category));
        return ofBuilder.length === 0 ? undefined : builder.take(ofBuilder);
      }),
    );
    done += passed.length;
    if (performance.now() < next) continue;
    next = performance.now() + BEAT_EVERY_MS;
    goOnUnless(deps.stop);
    if (!(await site.beat())) return 'lost';
    if ((await report(done, estimate(done, position, head))) === 'cancelled') return giveUp(site);
  }
  for (const builder of builders) await builder.finish();
  if ((await report(done, done)) === 'cancelled') return giveUp(site);
  return (await site.switchOver()) ? 'done' : 'lost';
}

/** @throws Interrupted */
function goOnUnless(stop: AbortSignal): void {
  if (stop.aborted) throw new Interrupted();
}

/** Begins the work on the next item before somebody takes the one before: fetching keys is mostly waiting. */
async function* oneAhead<Item, Done>(
  items: AsyncIterable<Item>,
  work: (item: Item) => Promise<Done>,
): AsyncGenerator<Done, void> {
  let begun: Promise<Done> | undefined;
  for await (const item of items) {
    const next = work(item);
    // Whoever takes it hears of a failure.
    next.catch(() => undefined);
    if (begun !== undefined) yield await begun;
    begun = next;
  }
  if (begun !== undefined) yield await begun;
}

async function giveUp(site: BuildingSite): Promise<'cancelled'> {
  await site.giveUp();
  return 'cancelled';
}

/** How many events there are in all, by how far these have led; nobody has counted them. */
function estimate(done: number, position: ReadBatch['position'], head: bigint): number {
  return Math.max(done + 1, Math.round((done * Number(head)) / Math.max(1, Number(position))));
}

/** Whether another process has seen this operation through: it was given to that one, since this one seemed to be gone. */
async function wasEnded(store: EventStore, operationId: string): Promise<boolean> {
  const state = (await readOperations(store, 'projections')).get(operationId);
  return state === undefined || hasEnded(state);
}
