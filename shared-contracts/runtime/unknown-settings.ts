import {
  fileSettingOf,
  OTHER_VARIABLES,
  SECRET_SETTINGS,
  type SettingName,
  settingNames,
} from './setting-definitions.ts';

const OURS = 'DESKSTREAM_';
/** Letters that a typing error may have wrong. */
const NEAR = 2;

/**
 * A sentence for each variable that is named like one of our settings and is none, with the one that was probably
 * meant. A warning and no error: in a rolling update the older version meets the newer one's settings.
 */
export function unknownSettings(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const known = knownVariables();
  return Object.keys(env)
    .filter((name) => name.startsWith(OURS) && !known.includes(name))
    .sort()
    .map((name) => `${name} is not a setting and changes nothing. ${adviceFor(name, known)}`);
}

function adviceFor(name: string, known: readonly string[]): string {
  const bare = name.replace(/_FILE$/, '');
  if (bare !== name && known.includes(bare)) {
    return `Set ${bare} itself: only what is secret may stand in a file.`;
  }
  const [nearest] = known
    .map((candidate) => ({ candidate, distance: distanceOf(name, candidate) }))
    .sort((left, right) => left.distance - right.distance);
  const meant = nearest !== undefined && nearest.distance <= NEAR ? nearest.candidate : undefined;
  return meant === undefined ? 'The README lists all settings.' : `Did you mean ${meant}?`;
}

/** Every variable that means something to a part of Deskstream. */
export function knownVariables(): readonly string[] {
  const names: readonly SettingName[] = settingNames();
  return [...names, ...SECRET_SETTINGS.map(fileSettingOf), ...Object.keys(OTHER_VARIABLES)];
}

/** Letters to put in, take out or change to make one text of the other (Levenshtein). */
function distanceOf(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (const [place, letter] of [...left].entries()) {
    const next = [place + 1];
    for (const [column, other] of [...right].entries()) {
      const change = (row[column] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(change, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}
