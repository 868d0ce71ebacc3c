import { parseArgs } from 'node:util';

export type FlowOptions = {
  /** How long issues are reported at the steady rate. */
  readonly seconds: number;
  /** How many issues are then reported as fast as they go. */
  readonly issues: number;
  /** How many customers report at the same time then. */
  readonly clients: number;
};

/** Reads `--seconds`, `--issues` and `--clients`; without them the full measurement. @throws RangeError, TypeError */
export function flowOptions(args: readonly string[]): FlowOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'boolean' },
      seconds: { type: 'string', default: '60' },
      issues: { type: 'string', default: '3000' },
      clients: { type: 'string', default: '16' },
    },
  });
  return {
    seconds: whole('--seconds', values.seconds),
    issues: whole('--issues', values.issues),
    clients: whole('--clients', values.clients),
  };
}

/** @throws RangeError where it is none from 1. */
export function whole(name: string, text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw new RangeError(`${name} takes a whole number from 1, not "${text}".`);
}
