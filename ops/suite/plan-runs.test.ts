import t from 'tap';
import { LONGEST_FIRST, ON_ONE_SYSTEM, PURE_FOLDERS, planRuns } from './plan-runs.ts';
import { findTestFiles } from './test-files.ts';

const files = findTestFiles();

t.test('every test file runs, once', async (t) => {
  const run = planRuns(files).flatMap(({ argv }) => argv.filter((path) => path.endsWith('.test.js')));
  t.strictSame(
    run.toSorted(),
    files.map((file) => `build/${file.replace(/ts$/, 'js')}`),
  );
});

t.test('what is said of files and folders is said of some that there are', async (t) => {
  for (const start of [...LONGEST_FIRST, ...ON_ONE_SYSTEM, ...PURE_FOLDERS])
    t.ok(
      files.some((file) => file.startsWith(start)),
      start,
    );
});

t.test('a file that is named runs alone, also one that shares a process otherwise', async (t) => {
  const [one = ''] = ON_ONE_SYSTEM;
  t.strictSame(planRuns(findTestFiles([one])), [{ name: one, argv: [`build/${one.replace(/ts$/, 'js')}`] }]);
});
