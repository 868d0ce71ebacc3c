import t from 'tap';
import { LONGEST_FIRST, planRuns, TOGETHER } from './plan-runs.ts';
import { findTestFiles } from './test-files.ts';

const files = findTestFiles();

t.test('every test file runs, once', async (t) => {
  const run = planRuns(files).flatMap(({ argv }) => argv.filter((path) => path.endsWith('.test.js')));
  t.strictSame(
    run.toSorted(),
    files.map((file) => `build/${file.replace(/ts$/, 'js')}`),
  );
});

t.test(
  'what is said of files is said of some that there are, and what shares a process shares one',
  async (t) => {
    const starts = Object.values(TOGETHER).flat();
    const isOfRuns = (start: string) => start in TOGETHER;
    for (const start of [...starts, ...LONGEST_FIRST.filter((each) => !isOfRuns(each))])
      t.ok(
        files.some((file) => file.startsWith(start)),
        start,
      );
    for (const file of files)
      t.ok(starts.filter((start) => file.startsWith(start)).length <= 1, `${file} is in one process`);
  },
);

t.test('a file that is named runs alone, also one that shares a process otherwise', async (t) => {
  const [one = ''] = findTestFiles(['conversation.test']);
  t.strictSame(planRuns([one]), [{ name: one, argv: [`build/${one.replace(/ts$/, 'js')}`] }]);
});
