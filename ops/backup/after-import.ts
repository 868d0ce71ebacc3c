// What an import does once every event is there and before any service runs.
import type { Settings } from '../../shared-contracts/runtime/settings.ts';

export type AfterImport = {
  /** What is done, for people: `erase again`. */
  readonly name: string;
  /** Done again when the import is run again. Answers with a sentence that says what came of it. */
  readonly run: (settings: Settings, stop: AbortSignal) => Promise<string>;
};

/** In this order; the first that fails ends the import, which is then run again. */
export const AFTER_IMPORT: readonly AfterImport[] = [];
