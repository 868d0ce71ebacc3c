import { readFileSync } from 'node:fs';

const MB = 1024 * 1024;
const SAMPLE_MS = 50;

/**
 * Memory in MB of another process, of Linux's `/proc` (proc(5)): resident in all, or what is not backed by files.
 *
 * @throws Error where the system has no `/proc`
 */
export function memoryOf(pid: number | undefined, what: 'resident' | 'anonymous'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const field = { resident: 'VmRSS', anonymous: 'RssAnon' }[what];
  const kilobytes = new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1];
  return (Number(kilobytes) * 1024) / MB;
}

/** Resident memory of this process, in MB. */
export function ownMemory(): number {
  return process.memoryUsage.rss() / MB;
}

/**
 * Does a piece of work, and tells by how much memory grew meanwhile at the most.
 *
 * @param memory reads how much there is, in MB
 */
export async function watchGrowth<Result>(
  memory: () => number,
  work: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly growth: number }> {
  const before = memory();
  let most = before;
  const sampling = setInterval(() => {
    most = Math.max(most, memory());
  }, SAMPLE_MS);
  try {
    return { result: await work(), growth: most - before };
  } finally {
    clearInterval(sampling);
  }
}
