// One question after the other about what the system stands on: the page Health and the command doctor ask them.
import { redact } from '../../shared-contracts/runtime/redact.ts';

/** What was found out about one thing that the system stands on. */
export type Check = {
  readonly name: string;
  /** `unknown`: it could not be found out. */
  readonly result: 'ok' | 'problem' | 'unknown';
  /** What was seen, in a sentence or less. No passwords, no connection strings. */
  readonly detail: string;
  /** What to do about it; empty where nothing is. */
  readonly advice: string;
  readonly version: string | undefined;
  /** Milliseconds until the answer. */
  readonly tookMs: number;
};

type Found = Partial<Pick<Check, 'result' | 'detail' | 'advice' | 'version'>>;

const LIMIT_MS = 6000;

/** Asks, and takes every failure (and no answer in time) for the problem that it is. */
export async function check(
  name: string,
  advice: string,
  ask: (late: AbortSignal) => Promise<Found>,
): Promise<Check> {
  const begun = performance.now();
  const late = AbortSignal.timeout(LIMIT_MS);
  const tookMs = () => performance.now() - begun;
  try {
    const found = await Promise.race([ask(late), failWhen(late)]);
    const result = found.result ?? 'ok';
    return {
      name,
      result,
      detail: found.detail ?? '',
      advice: found.advice ?? (result === 'problem' ? advice : ''),
      version: found.version,
      tookMs: tookMs(),
    };
  } catch (error) {
    const detail = redact(error instanceof Error ? error.message : String(error));
    return { name, result: 'problem', detail, advice, version: undefined, tookMs: tookMs() };
  }
}

function failWhen(late: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    late.addEventListener('abort', () => reject(new Error(`No answer within ${LIMIT_MS / 1000} s.`)), {
      once: true,
    });
  });
}
