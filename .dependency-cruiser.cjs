const only = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { path: '^(shared-contracts|customer|backoffice|projections|ops)/', pathNot: allowed },
});

/** What decides, by the names of its files: deciders, what they remember, and what they are asked. */
const RULES =
  '^(?!ops/(embedded|bench)/|shared-contracts/runtime/consumer/).*(-decider|-state|/commands|-commands)\\.ts$';

/** What the image does without. */
const LEFT_OUT =
  '\\.test\\.ts$|/(testing|test-cases|fixtures)/|^ops/(system-tests|bench|screenshots|docs|structure|suite|contributing|compose)/';

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-unresolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    only('shared-contracts-alone', '^shared-contracts/', '^shared-contracts/', 'imports no other folder'),
    {
      name: 'contracts-without-runtime',
      severity: 'error',
      comment: 'contracts are pure: they import nothing of the runtime',
      from: { path: '^shared-contracts/(messages|documents)/' },
      to: { path: '^shared-contracts/runtime/' },
    },
    only(
      'customer-imports',
      '^customer/',
      '^(customer|shared-contracts)/',
      'services never import each other',
    ),
    only(
      'backoffice-imports',
      '^backoffice/',
      '^(backoffice|shared-contracts)/',
      'services never import each other',
    ),
    only(
      'projections-imports',
      '^projections/',
      '^(projections|shared-contracts)/',
      'services never import each other',
    ),
    only(
      'ops-imports',
      '^ops/(?!system-tests/|bench/)',
      '^(ops|shared-contracts)/',
      'ops may import the contracts and the runtime; tests and benchmarks of the whole system see all of it',
    ),
    {
      name: 'embedded-nodes-alone',
      severity: 'error',
      comment: 'an embedded node could be a package of its own',
      from: { path: '^ops/embedded/([^/]+)/', pathNot: '^ops/embedded/shared/' },
      to: {
        path: '^(shared-contracts|customer|backoffice|projections|ops)/',
        pathNot: ['^ops/embedded/$1/', '^ops/embedded/shared/'],
      },
    },
    {
      name: 'embedded-shared-alone',
      severity: 'error',
      from: { path: '^ops/embedded/shared/' },
      to: {
        path: '^(shared-contracts|customer|backoffice|projections|ops)/',
        pathNot: '^ops/embedded/shared/',
      },
    },
    {
      name: 'image-has-what-it-runs',
      severity: 'error',
      comment: 'only tests and tools import what ops/compose/Dockerfile leaves out',
      from: { pathNot: LEFT_OUT },
      to: { path: LEFT_OUT },
    },
    {
      name: 'deciders-are-pure',
      severity: 'error',
      comment: 'a decider imports contracts only: no clock, no I/O, no id generator',
      from: { path: RULES },
      to: {
        pathNot: [RULES, '^shared-contracts/messages/', '^shared-contracts/runtime/decider\\.ts$'],
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
