import type { Scope } from '../expressions/expression.ts';
import type { Doc } from '../values/value.ts';
import type { StageSpec } from './stage-spec.ts';

/** What stages may need beside the documents that pass through them. */
export type StageContext = {
  readonly scope: Scope;
  /** Compiles the stages of a pipeline within a stage. */
  compile(stages: readonly StageSpec[]): () => Stage[];
  /** Runs a pipeline on another collection of the database, with more variables. */
  read(collection: string, stages: readonly StageSpec[], variables?: Doc): Iterable<Doc[]>;
};

/** One stage of a running pipeline. Documents come in chunks; what they become goes on to the next stage. */
export type Stage = {
  push(documents: Doc[]): Doc[];
  /** Called once, after the last chunk. */
  end(): Iterable<Doc[]>;
  /** Whether further documents would change nothing. */
  full?(): boolean;
};

/** A stage that looks at one document after the other. */
export const perDocument = (change: (documents: Doc[]) => Doc[]): Stage => ({ push: change, end: () => [] });

/** Passes chunks through stages. Chunks may be empty: they are places to pause. */
export function* runStages(chunks: Iterable<Doc[]>, stages: readonly Stage[]): Generator<Doc[], void> {
  const pass = (documents: Doc[], from: number): Doc[] => {
    let passing = documents;
    for (let at = from; at < stages.length && passing.length > 0; at++)
      passing = stages[at]?.push(passing) ?? passing;
    return passing;
  };
  const isFull = (from: number): boolean => stages.slice(from).some((stage) => stage.full?.() === true);
  for (const chunk of chunks) {
    yield pass(chunk, 0);
    if (isFull(0)) break;
  }
  for (const [at, stage] of stages.entries()) {
    for (const chunk of stage.end()) {
      yield pass(chunk, at + 1);
      if (isFull(at + 1)) break;
    }
  }
}
