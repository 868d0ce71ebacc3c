import type { Check } from '../../observe/check.ts';
import { EXIT } from '../command.ts';

const MARKS: Readonly<Record<Check['result'], string>> = { ok: '✓', problem: '✗', unknown: '?' };

/** Prints what was found out about everything that the system stands on; fails where something is wrong. */
export function tellChecks(
  checks: readonly Check[],
  { json, print }: { readonly json: boolean; readonly print: (line: string) => void },
): number {
  for (const check of checks) {
    if (json) {
      print(JSON.stringify({ ...check, tookMs: Math.round(check.tookMs) }));
      continue;
    }
    const { name, result, detail, advice, version, tookMs } = check;
    const about = [version, `${Math.round(tookMs)} ms`].filter(Boolean).join(', ');
    print(`${MARKS[result]} ${name.padEnd(17)} ${detail} (${about})`);
    if (advice !== '') print(`  → ${advice}`);
  }
  const wrong = checks.filter(({ result }) => result === 'problem').length;
  if (!json)
    print(wrong === 0 ? 'Everything is as it should be.' : `${wrong} of ${checks.length} need attention.`);
  return wrong === 0 ? EXIT.done : EXIT.unwell;
}
