import type { ReplayProgress } from '../recovery/replay/progress.ts';

const WIDTH = 30;

/** How far a replay is, in one line: `█` handled, `▒` failed again, `░` not known yet. */
export function progressBar({ total, recovered, parkedAgain, withdrawn }: ReplayProgress): string {
  const cells = (count: number) => (total === 0 ? 0 : Math.floor((count / total) * WIDTH));
  const bar = `${'█'.repeat(cells(recovered))}${'▒'.repeat(cells(parkedAgain + withdrawn))}`;
  return `${bar.padEnd(WIDTH, '░')} ${recovered + parkedAgain + withdrawn} of ${total}, ${parkedAgain} failed again`;
}
