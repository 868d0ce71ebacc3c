const MAX_DELAY_MS = 10 * 60 * 1000;

/** What SMTP does with the next mails: for demos and tests of what happens when mail does not go out. */
export type Behaviour =
  | { readonly mode: 'accept' }
  /** Answers 451: try again later. */
  | { readonly mode: 'fail' }
  /** Answers 554: never. */
  | { readonly mode: 'refuse' }
  /** Accepts, after this many milliseconds. */
  | { readonly mode: 'delay'; readonly delayMs: number };

/**
 * Reads a behaviour from a form or from JSON.
 *
 * @throws RangeError with a sentence for people when it is none
 */
export function readBehaviour(input: unknown): Behaviour {
  const { mode, delayMs } = typeof input === 'object' && input !== null ? { ...blank, ...input } : blank;
  switch (mode) {
    case 'accept':
    case 'fail':
    case 'refuse':
      return { mode };
    case 'delay': {
      const delay = Number(delayMs === undefined || delayMs === '' ? 1000 : delayMs);
      if (Number.isInteger(delay) && delay >= 0 && delay <= MAX_DELAY_MS) return { mode, delayMs: delay };
      throw new RangeError(`The delay must be a whole number of milliseconds from 0 to ${MAX_DELAY_MS}.`);
    }
    default:
      throw new RangeError('The mode must be one of: accept, fail, refuse, delay.');
  }
}

const blank: { mode?: unknown; delayMs?: unknown } = {};
