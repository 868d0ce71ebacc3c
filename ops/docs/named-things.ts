// Holds what the pages for people name against what is there: commands, files, links, settings, ports and packages.
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, parse } from 'node:path';
import { SETTINGS } from '../../shared-contracts/runtime/setting-definitions.ts';
import { knownVariables } from '../../shared-contracts/runtime/unknown-settings.ts';
import { NODE_NAMES } from '../embedded/nodes.ts';

const FOLDERS = ['shared-contracts', 'customer', 'backoffice', 'projections', 'ops'];
const PAGES = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md'];

/** What can be named. */
export type Known = {
  readonly scripts: readonly string[];
  /** What follows a script: `npm run ops -- replay`. */
  readonly arguments: Readonly<Record<string, readonly string[]>>;
  /** Every file, from the root. */
  readonly files: readonly string[];
  readonly settings: readonly string[];
  readonly ports: readonly number[];
  /** What runs in production of others' making. */
  readonly packages: readonly string[];
};

/** A sentence for everything that a page of this repository names and that is not there. */
export async function problemsOfPages(): Promise<readonly string[]> {
  const known = await readKnown();
  const pages = [...PAGES, ...known.files.filter((file) => /^ops\/decisions\/|\/README\.md$/.test(file))];
  const found = await Promise.all(
    pages.map(async (page) => problemsIn(page, await readFile(page, 'utf8'), known)),
  );
  return [...found.flat(), ...unnamedPackages('README.md', await readFile('README.md', 'utf8'), known)];
}

/** @returns a sentence for each package that the page does not say the use of, by its name or by its scope (`@fastify/*`). */
export function unnamedPackages(page: string, text: string, { packages }: Known): readonly string[] {
  return packages
    .filter((name) => ![name, name.replace(/\/.*/, '/*')].some((known) => text.includes(`\`${known}\``)))
    .map((name) => `${page} does not say what the package ${name} is for.`);
}

/** @param page its path, which links start from. */
export function problemsIn(page: string, text: string, known: Known): readonly string[] {
  const all = (pattern: RegExp) => [
    ...new Set([...text.matchAll(pattern)].map((match) => match.slice(1).join(' '))),
  ];
  const isThere = (path: string) =>
    known.files.some((file) => file === path || file.startsWith(`${path.replace(/\/$/, '')}/`));
  const names = new Set(known.files.map((file) => basename(file)));
  const wrong = [
    ...all(/npm run (?:--silent )?([a-z][\w:-]*)/g)
      .filter((script) => !known.scripts.includes(script))
      .map((script) => `the script ${script}`),
    ...all(/npm (start|test)\b/g)
      .filter((script) => !known.scripts.includes(script))
      .map((script) => `npm ${script}`),
    ...all(/npm run (?:--silent )?([a-z]+) -- ([a-z][\w-]*)/g)
      .filter((line) => {
        const [script = '', argument = ''] = line.split(' ');
        return known.arguments[script]?.includes(argument) === false;
      })
      .map((line) => `npm run ${line.replace(' ', ' -- ')}`),
    ...all(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)
      .filter((path) => !isThere(join(dirname(page), path)))
      .map((path) => `the link ${path}`),
    ...all(/\bsrc="([^":]+)"/g)
      .filter((path) => !isThere(join(dirname(page), path)))
      .map((path) => `the picture ${path}`),
    ...all(new RegExp(`\`((?:${FOLDERS.join('|')}|\\.ci)/[^\`{}*… ]+)\``, 'g'))
      .filter((path) => !isThere(path))
      .map((path) => `the path ${path}`),
    ...all(/`([\w.-]+\.(?:ts|hbs|patch))`/g)
      .filter((name) => !names.has(name))
      .map((name) => `the file ${name}`),
    ...all(/\b(DESKSTREAM_\w+[A-Z])\b/g)
      .filter((name) => !known.settings.includes(name))
      .map((name) => `the setting ${name}`),
    ...all(/\b(?:localhost|127\.0\.0\.1):(\d+)/g)
      .filter((port) => !known.ports.includes(Number(port)))
      .map((port) => `the port ${port}`),
  ];
  return wrong.map((what) => `${page} names ${what}, which is not there.`);
}

async function readKnown(): Promise<Known> {
  type Package = Readonly<Record<'scripts' | 'dependencies', Readonly<Record<string, string>>>>;
  const { scripts, dependencies }: Package = JSON.parse(await readFile('package.json', 'utf8'));
  const below = await Promise.all(
    [...FOLDERS, '.ci'].map(async (folder) => {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true });
      return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
    }),
  );
  const files = [...below.flat(), ...(await readdir('.'))];
  const namesIn = (folder: string) =>
    files.filter((file) => dirname(file) === folder && file.endsWith('.ts')).map((file) => parse(file).name);
  return {
    scripts: Object.keys(scripts),
    arguments: {
      ops: [...namesIn('ops/cli/commands'), 'help'],
      bench: namesIn('ops/bench'),
      embedded: NODE_NAMES,
    },
    files,
    packages: Object.keys(dependencies),
    settings: knownVariables(),
    ports: Object.values(SETTINGS).flatMap((definition) =>
      definition.kind === 'port' ? [Number(definition.default)] : [],
    ),
  };
}
