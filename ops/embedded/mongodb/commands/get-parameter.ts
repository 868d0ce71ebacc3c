import { CommandError } from '../errors.ts';
import type { Doc } from '../values/value.ts';
import type { Handler } from './command.ts';

/** What shells ask for when they connect. */
export const getParameter: Handler = (call) => {
  const known: Doc = { featureCompatibilityVersion: { version: '7.0' } };
  const asked = Object.keys(call.body).filter((field) => field in known);
  if (asked.length === 0) throw new CommandError(72, 'no option found to get');
  return Object.fromEntries(asked.map((field) => [field, known[field]]));
};
