/** One process of the suite. */
export type Run = {
  /** What the report calls it. */
  readonly name: string;
  readonly argv: readonly string[];
};

/** Each starts a whole system in processes of its own, or waits for half a minute: none of them is to run on alone at the end. */
export const LONGEST_FIRST = [
  'ops/system-tests/faults/outages',
  'ops/system-tests/faults/',
  'ops/system-tests/observing',
  'ops/system-tests/lost-read-models',
  'ops/system-tests/tour',
  'ops/system-tests/pages/every-page',
  'ops/system-tests/personal-data',
  'ops/system-tests/kill-at-each-step',
  'ops/embedded/broker/',
  'ops/system-tests/',
];

/** These share a system (`sharedSystem`), since starting one takes longer than many a test does. */
export const ON_ONE_SYSTEM = [
  'ops/system-tests/assignments.test.ts',
  'ops/system-tests/conversation.test.ts',
  'ops/system-tests/pages/backoffice-forms.test.ts',
  'ops/system-tests/pages/backoffice-in-browser.test.ts',
  'ops/system-tests/pages/customer-in-browser.test.ts',
];

/** In these folders tests are pure: those of a folder share a process, since starting one takes longer than they do. */
export const PURE_FOLDERS = [
  'backoffice/handlers/',
  'backoffice/ticket/',
  'customer/address/',
  'customer/handlers/',
  'customer/issue/',
  'ops/recovery/',
  'projections/views/',
  'shared-contracts/documents/',
  'shared-contracts/messages/',
  'shared-contracts/runtime/consumer/',
  'shared-contracts/runtime/employee/',
  'shared-contracts/runtime/personal/',
];

const RUN_TOGETHER = 'build/ops/suite/run-together.js';

/** Which processes run these test files, in the order in which they are to start. */
export function planRuns(files: readonly string[]): readonly Run[] {
  const onOneSystem = files.filter((file) => ON_ONE_SYSTEM.includes(file));
  const isPure = (file: string) => PURE_FOLDERS.some((folder) => file.startsWith(folder));
  const alone = files.filter((file) => !onOneSystem.includes(file) && !isPure(file));
  return [
    ...together('tests on one system', onOneSystem),
    ...alone.toSorted((one, other) => rankOf(one) - rankOf(other)).map((file) => runOf(file, [file])),
    ...PURE_FOLDERS.flatMap((folder) =>
      together(
        folder,
        files.filter((file) => file.startsWith(folder)),
      ),
    ),
  ];
}

function rankOf(file: string): number {
  const rank = LONGEST_FIRST.findIndex((start) => file.startsWith(start));
  return rank === -1 ? LONGEST_FIRST.length : rank;
}

function together(name: string, files: readonly string[]): readonly Run[] {
  if (files.length < 2) return files.map((file) => runOf(file, files));
  return [runOf(`${name}: ${files.length} files`, files)];
}

function runOf(name: string, files: readonly string[]): Run {
  const compiled = files.map((file) => `build/${file.replace(/\.ts$/, '.js')}`);
  const argv = files.length === 1 ? compiled : [RUN_TOGETHER, ...compiled];
  return { name, argv };
}
