// The page of licences: what is installed with `npm ci --omit=dev`, from the lock file.
import { code, table } from './markdown.ts';

type Lock = {
  readonly packages: Readonly<
    Record<string, { readonly version?: string; readonly license?: string; readonly dev?: boolean }>
  >;
};

/** @throws Error for a package that runs in production and says no licence: somebody has to look at it. */
export function licencesPage({ packages }: Lock): string {
  const byLicence = new Map<string, Set<string>>();
  for (const [path, { version, license, dev }] of Object.entries(packages)) {
    if (path === '' || dev === true) continue;
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    if (license === undefined) throw new Error(`${name} says no licence in package-lock.json.`);
    const named = byLicence.get(license) ?? new Set();
    byLicence.set(license, named.add(`${name} ${version ?? ''}`.trim()));
  }
  const rows = [...byLicence]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([licence, named]) => [code(licence), String(named.size), [...named].sort().join(', ')]);
  return [
    '# Licences',
    'Deskstream is under the MIT licence (`LICENSE`). This is what runs with it: every package that `npm ci --omit=dev` installs, on any platform, with the licence that it names.',
    table(['licence', 'packages', ''], rows),
    '',
  ].join('\n\n');
}
