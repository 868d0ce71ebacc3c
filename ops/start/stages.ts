import type { Program } from './child.ts';
import { StartError } from './start-error.ts';
import {
  SUPERVISION_LIMITS,
  type SupervisedProcess,
  type SupervisionLimits,
  superviseProcess,
} from './supervised-process.ts';

export type StageOptions = {
  readonly log: (line: string) => void;
  readonly limits?: Partial<SupervisionLimits>;
  readonly stopSignal?: AbortSignal;
  readonly killSignal?: AbortSignal;
};

export type Stages = {
  find(name: string): SupervisedProcess | undefined;
  /** Stops the stages in the opposite order; resolves when no process is left. */
  stop(): Promise<void>;
  /** Kills every process at once; resolves when none is left. */
  killAll(): Promise<void>;
};

/**
 * Starts processes stage by stage: those of a stage together, once all of the stage before are ready.
 *
 * @throws StartError when one of them cannot start; the others are stopped first.
 */
export async function startStages(
  stages: readonly (readonly Program[])[],
  { log, limits, stopSignal, killSignal }: StageOptions,
): Promise<Stages> {
  const width = Math.max(...stages.flat().map(({ name }) => name.length));
  const started: SupervisedProcess[][] = [];

  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= stopInOrder(started);
    return stopped;
  };
  const killAll = async () => {
    for (const process of started.flat()) process.killNow();
    await stop();
  };
  stopSignal?.addEventListener('abort', stop, { once: true });
  killSignal?.addEventListener('abort', killAll, { once: true });

  const refuseWhenStopped = () => {
    if (stopSignal?.aborted || killSignal?.aborted) throw new StartError('The start was stopped.');
  };

  try {
    for (const stage of stages) {
      refuseWhenStopped();
      const processes = stage.map((program) =>
        superviseProcess(
          program,
          { ...SUPERVISION_LIMITS, ...limits },
          {
            say: log,
            output: (line) => log(`${program.name.padEnd(width)} | ${line}`),
          },
        ),
      );
      started.push(processes);
      await Promise.all(processes.map(({ ready }) => ready));
    }
    refuseWhenStopped();
  } catch (error) {
    await stop();
    throw error;
  }
  return { find: (name) => started.flat().find((process) => process.name === name), stop, killAll };
}

async function stopInOrder(started: readonly (readonly SupervisedProcess[])[]): Promise<void> {
  for (const stage of started.toReversed()) await Promise.all(stage.map((process) => process.stop()));
}
