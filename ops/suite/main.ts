// `npm test`: runs every test file with tap, the longest first, and prints TAP. `npm test -- FILE...` runs those named; by
// the sources (`customer/issue/close-issue.test.ts`) or by a part of their path. `--jobs N` says how many run at a time.
import { parseArgs } from 'node:util';
import t from 'tap';
import { planRuns } from './plan-runs.ts';
import { findTestFiles } from './test-files.ts';

/** Most tests wait for most of their time, so that two of them leave a core idle; more than four only make each other slow. */
const JOBS = 4;

/** For each process: only to end what hangs. What tests wait for has limits of its own (`eventually`). The same is in .taprc. */
const TIMEOUT_S = 900;

const { values, positionals } = parseArgs({
  options: { jobs: { type: 'string', default: String(JOBS) } },
  allowPositionals: true,
});
const runs = planRuns(findTestFiles(positionals));
if (runs.length === 0) throw new Error(`No test file is named ${positionals.join(', ')}.`);

t.setTimeout(0);
t.jobs = Number(values.jobs);
const ended = runs.map(async ({ name, argv }) => {
  // tap adds a module hook for coverage to NODE_OPTIONS, which makes each process of a test half as fast; `env` undoes it.
  const command = [
    `NODE_OPTIONS=${process.env.NODE_OPTIONS ?? ''}`,
    process.execPath,
    '--enable-source-maps',
  ];
  const result = await t.spawn('env', [...command, ...argv], {
    name,
    buffered: true,
    timeout: TIMEOUT_S * 1000,
    env: { ...process.env, TAP_TIMEOUT: String(TIMEOUT_S) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return result?.ok === true ? [] : [name];
});
const failed = (await Promise.all(ended)).flat();
if (failed.length > 0) t.comment(`failed: ${failed.join(', ')}`);
