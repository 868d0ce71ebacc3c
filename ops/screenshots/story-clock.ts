// The clock of the story that the pictures tell: every process of the system sees the moment that the story has come to, so the
// pictures show the same days whenever they are taken.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** Where a process finds the clock that it lives by. */
export const CLOCK_FILE_VARIABLE = 'STORY_CLOCK_FILE';
/** How long a process goes by what it has read. */
export const LOOK_EVERY_MS = 5;

export type StoryClock = {
  /** What a process has to be started with to live by this clock. */
  readonly env: Readonly<Record<string, string>>;
  /** Moves on to a moment; from there the clock runs as clocks do. */
  moveTo(at: Date): Promise<void>;
};

/** @param folder where the processes find what time it is. */
export async function createStoryClock(folder: string, begin: Date): Promise<StoryClock> {
  const file = join(folder, 'story-clock');
  const write = (at: Date) => writeFile(file, String(at.getTime() - Date.now()));
  await write(begin);
  return {
    env: {
      NODE_OPTIONS: `--import=${import.meta.resolve('./story-clock-process.js')}`,
      [CLOCK_FILE_VARIABLE]: file,
    },
    moveTo: async (at) => {
      await write(at);
      await pause(2 * LOOK_EVERY_MS);
    },
  };
}
