/** One process of the suite. */
export type Run = {
  /** What the report calls it. */
  readonly name: string;
  readonly argv: readonly string[];
};

/** What takes longest, by how its name starts: none of it is to begin last, and run on alone. */
export const LONGEST_FIRST: readonly string[] = [
  'on one system',
  'ops/system-tests/faults/outages',
  'documents of a store',
  'ops/system-tests/faults/',
  'ops/system-tests/pages/every-page',
  'ops/contributing/',
  'ops/system-tests/observing',
  'ops/system-tests/tour',
  'ops/system-tests/personal-data',
  'ops/system-tests/kill-at-each-step',
  'ops/system-tests/erasure',
  'ops/system-tests/lost-read-models',
  'mails and traces',
  'consumers of a store',
  'streams and groups',
  'replays on a store',
  'recovery on a store',
  'a database',
  'ops/embedded/broker/',
  'secure mode',
  'ops/system-tests/',
];

/** Files that put spans and figures of the whole process somewhere. */
const ALONE: readonly string[] = [
  'shared-contracts/runtime/telemetry/spans',
  'shared-contracts/runtime/web/tracing',
];

/** Files, by how their paths start, that share a process, since starting one takes longer than many a test does. */
export const TOGETHER: Readonly<Record<string, readonly string[]>> = {
  // Their system, too: see `sharedSystem`.
  'on one system': [
    'ops/system-tests/assignments',
    'ops/system-tests/conversation',
    'ops/system-tests/pages/backoffice-',
    'ops/system-tests/pages/customer-in-browser',
  ],
  // Each of their tests opens a store in the process.
  'consumers of a store': [
    'ops/system-tests/batches',
    'ops/system-tests/consumer',
    'ops/system-tests/event-store',
    'ops/system-tests/group-settings',
    'ops/system-tests/handle-command',
    'ops/system-tests/handover',
    'ops/system-tests/outage',
    'ops/system-tests/subject-keys',
    'ops/system-tests/suspicion',
  ],
  'recovery on a store': [
    'ops/observe/',
    'ops/system-tests/blocked-streams',
    'ops/system-tests/edited-replay',
    'ops/system-tests/failed-messages',
    'ops/system-tests/operations',
    'ops/system-tests/resolve',
  ],
  'replays on a store': ['ops/system-tests/replay'],
  'secure mode': ['ops/system-tests/secure-mode'],
  'signing in': ['ops/system-tests/sign-in'],
  "the customers' site": ['ops/system-tests/pages/customer-forms', 'ops/system-tests/pages/customer-limits'],
  // Each of their tests opens a store and a database in the process.
  'documents of a store': [
    'ops/system-tests/analysts',
    'ops/system-tests/figures',
    'ops/system-tests/read-models',
    'ops/system-tests/read-model-queries',
    'ops/system-tests/rebuild',
    'ops/system-tests/ticket-lists',
  ],
  'console and command line': ['ops/cli/', 'ops/console/'],
  // Each of them starts a node in the process.
  'streams and groups': [
    'ops/embedded/eventstore/access/',
    'ops/embedded/eventstore/core/',
    'ops/embedded/eventstore/groups/',
    'ops/embedded/eventstore/server/',
    'ops/embedded/eventstore/streams/',
  ],
  'mails and traces': ['ops/embedded/mail/', 'ops/embedded/shared/', 'ops/embedded/traces/'],
  'a database': [
    'ops/embedded/mongodb/commands/',
    'ops/embedded/mongodb/pipeline/',
    'ops/embedded/mongodb/query/',
    'ops/embedded/mongodb/storage/indexes',
    'ops/embedded/mongodb/update/',
    'ops/embedded/mongodb/values/',
    'ops/embedded/mongodb/wire/',
  ],
  // Nothing but functions.
  contracts: ['shared-contracts/documents/', 'shared-contracts/messages/'],
  runtime: ['shared-contracts/runtime/'],
  services: ['backoffice/', 'customer/'],
  projections: ['projections/'],
  recovery: ['ops/recovery/'],
  'what is written': ['ops/compose/', 'ops/docs/', 'ops/structure/', 'ops/suite/'],
};

const RUN_TOGETHER = 'build/ops/suite/run-together.js';

/** Which processes run these test files, in the order in which they are to start. */
export function planRuns(files: readonly string[]): readonly Run[] {
  const shared = Object.entries(TOGETHER).map(([what, starts]) => ({
    what,
    its: files.filter((file) => startsWithOne(starts, file) && !startsWithOne(ALONE, file)),
  }));
  const alone = files.filter((file) => !shared.some(({ its }) => its.includes(file)));
  const runs = [
    ...shared.filter(({ its }) => its.length > 0).map(({ what, its }) => runOf(what, its)),
    ...alone.map((file) => runOf(file, [file])),
  ];
  return runs.toSorted((one, other) => rankOf(one) - rankOf(other));
}

function startsWithOne(starts: readonly string[], file: string): boolean {
  return starts.some((start) => file.startsWith(start));
}

function rankOf({ name }: Run): number {
  const rank = LONGEST_FIRST.findIndex((start) => name.startsWith(start));
  return rank === -1 ? LONGEST_FIRST.length : rank;
}

function runOf(what: string, files: readonly string[]): Run {
  const compiled = files.map((file) => `build/${file.replace(/\.ts$/, '.js')}`);
  if (compiled.length === 1) return { name: files.join(), argv: compiled };
  return {
    name: `${what}: ${files.length} files`,
    argv: [RUN_TOGETHER, what.replaceAll(' ', '-'), ...compiled],
  };
}
