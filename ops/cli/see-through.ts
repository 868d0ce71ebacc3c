import type { Recovery } from '../recovery/recovery.ts';
import { progressOf, type ReplayProgress, watchReplay } from '../recovery/replay/progress.ts';
import { carryOut } from '../recovery/replay/replay.ts';
import { type CommandDeps, EXIT, show } from './command.ts';
import type { Options } from './options.ts';
import { progressBar } from './progress-bar.ts';

/** Asks for what is left of a replay, and stays until it is known what became of each message, if that is wanted. */
export async function seeThrough(
  deps: CommandDeps,
  recovery: Recovery,
  batch: string,
  options: Options,
): Promise<number> {
  const { ledger, group } = recovery;
  const done = new AbortController();
  const watching = watch(deps, recovery, batch, AbortSignal.any([deps.stop, done.signal]));
  // Whatever stops the watching is heard of when it is waited for.
  watching.catch(() => undefined);
  try {
    await carryOut(recovery, batch, deps.stop);
    if (options.wait) await watching;
  } finally {
    done.abort();
    await watching;
  }
  await ledger.readToEnd();
  const facts = ledger.index.replay(batch);
  if (facts === undefined) throw new Error(`The ledger of ${group.name} has lost the replay ${batch}.`);
  const progress = progressOf(facts);
  show(deps, options, { ...progress }, sentenceOf(progress, group.name));
  if (deps.stop.aborted) return EXIT.notPossible;
  return options.wait && progress.recovered < progress.total ? EXIT.notAllRecovered : EXIT.done;
}

async function watch(
  { status }: CommandDeps,
  recovery: Recovery,
  batch: string,
  stop: AbortSignal,
): Promise<void> {
  for await (const progress of watchReplay(recovery, batch, { stop })) status?.(progressBar(progress));
  status?.('');
}

function sentenceOf(progress: ReplayProgress, group: string): string {
  const { batch, total, requested, recovered, parkedAgain, queued, withdrawn, cancelled, ended } = progress;
  const outcome = `${recovered} recovered, ${parkedAgain} failed again, ${queued} on their way`;
  const back = withdrawn === 0 ? '' : `, ${withdrawn} taken back`;
  if (cancelled) return `Replay ${batch} was cancelled: ${outcome}${back}.`;
  if (ended) return `Replay ${batch} of ${total} has ended: ${outcome}${back}.`;
  if (requested < total) {
    return `Interrupted after ${requested} of ${total}: ${outcome}. Go on with: resume ${group} ${batch}`;
  }
  return `Replay ${batch}: ${requested} asked for; ${outcome}${back}. What becomes of them, \`groups\` and \`show\` tell.`;
}
