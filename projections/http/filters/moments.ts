import { badParameter } from './read-parameters.ts';

export const MOMENT_FORM = 'a moment, written like 2026-11-23T10:15:00Z';

/**
 * A moment whose form was checked before: which lets leap seconds pass, that have no time in milliseconds.
 *
 * @throws RequestProblem 400 for such a one.
 */
export function momentOf(name: string, text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const at = new Date(text);
  if (Number.isNaN(at.getTime())) throw badParameter(name, MOMENT_FORM);
  return at;
}
