/** One process of the suite: what the report calls it, and the arguments that it is started with. */
export type Run = { readonly name: string; readonly argv: readonly string[] };

/** Those that take longest, in wall time: they start first, so that none of them runs on alone at the end. */
const LONGEST_FIRST = [
  'ops/system-tests/faults/',
];

/** In these folders tests are pure. Those of a folder share one process, since starting one takes longer than they do. */
const PURE_FOLDERS = [
  'backoffice/ticket/',
  'customer/address/',
  'customer/issue/',
  'projections/views/',
  'shared-contracts/documents/',
  'shared-contracts/messages/',
  'shared-contracts/runtime/employee/',
];

const RUN_TOGETHER = 'build/ops/suite/run-together.js';

/** Which processes run these test files, in the order in which they are to start. */
export function planRuns(files: readonly string[]): readonly Run[] {
  const isPure = (file: string) => PURE_FOLDERS.some((folder) => file.startsWith(folder));
  const rank = (file: string) => {
    const found = LONGEST_FIRST.findIndex((start) => file.startsWith(start));
    return found === -1 ? LONGEST_FIRST.length : found;
  };
  const alone = files.filter((file) => !isPure(file)).toSorted((one, other) => rank(one) - rank(other));
  const together = PURE_FOLDERS.map((folder) => ({
    folder,
    pure: files.filter((file) => file.startsWith(folder)),
  })).filter(({ pure }) => pure.length > 0);
  return [
    ...alone.map((file) => ({ name: file, argv: [compiled(file)] })),
    ...together.map(({ folder, pure }) => ({
      name: `${folder} (${pure.length} files)`,
      argv: [RUN_TOGETHER, ...pure.map(compiled)],
    })),
  ];
}

function compiled(source: string): string {
  return `build/${source.replace(/\.ts$/, '.js')}`;
}
