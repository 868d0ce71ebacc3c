import { readdirSync } from 'node:fs';
import { join, sep } from 'node:path';

const FOLDERS = ['shared-contracts', 'customer', 'backoffice', 'projections', 'ops'];

/**
 * Paths of the test files from the root of the repository, `/` between folders: those that have one of the parts in their
 * path, or all. They are found among the sources, since build/ may hold what has been deleted there.
 */
export function findTestFiles(parts: readonly string[] = []): readonly string[] {
  return FOLDERS.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path)),
  )
    .map((path) => path.split(sep).join('/'))
    .filter((path) => path.endsWith('.test.ts'))
    .filter((path) => parts.length === 0 || parts.some((part) => path.includes(part)))
    .toSorted();
}
