const slices = [
  'access',
  'environments',
  'lifecycles',
  'registries',
  'projects',
  'freezes',
  'releases',
  'circles',
  'deployments',
  'audit',
  'notifications',
  'dead-letters',
];
const anySlice = slices.join('|');

/** Code that only tests run: it may reach for what it tests and for in-memory adapters. */
const testing = '(\\.(spec|fixture)\\.ts$|^libs/kernel/testing/|^(test|bench)/)';
const ours = '^(apps|libs|test|bench)/';
const contracts = `^libs/(${anySlice})/contract\\.ts$`;

const leftwards = slices.slice(0, -1).map((slice, place) => ({
  name: `${slice}-looks-left`,
  comment: `Slices stand in one order, ${slices.join(' → ')}, and import only what stands to their left: so there are no circles, and a slice can be read after those before it.`,
  severity: 'error',
  from: { path: `^libs/${slice}/`, pathNot: testing },
  to: { path: `^libs/(${slices.slice(place + 1).join('|')})/` },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'kernel-stands-alone',
      comment: 'The kernel is what everything stands on: it imports nothing of ours.',
      severity: 'error',
      from: { path: '^libs/kernel/', pathNot: testing },
      to: { path: ours, pathNot: '^libs/kernel/' },
    },
    {
      name: 'kernel-testing-is-for-tests',
      comment: 'In-memory ports, fixtures and contract suites are not built: only tests may lean on them.',
      severity: 'error',
      from: { pathNot: testing },
      to: { path: '(^libs/kernel/testing/|\\.fixture\\.ts$|^(test|bench)/)' },
    },
    {
      name: 'nobody-imports-a-spec',
      comment: 'A spec runs by itself; what several share is a fixture.',
      severity: 'error',
      from: {},
      to: { path: '\\.spec\\.ts$' },
    },
    {
      name: 'platform-knows-the-kernel-only',
      comment: 'Platform is the plumbing under every slice: did it know one, every slice would.',
      severity: 'error',
      from: { path: '^libs/platform/', pathNot: testing },
      to: { path: ours, pathNot: '^libs/(platform|kernel)/' },
    },
    {
      name: 'adapters-know-the-kernel-only',
      comment: 'An adapter fulfils a port of the kernel, and can be exchanged because it knows nothing else.',
      severity: 'error',
      from: { path: '^libs/adapters/', pathNot: testing },
      to: { path: ours, pathNot: '^libs/(adapters|kernel)/' },
    },
    {
      name: 'steps-know-the-kernel-only',
      comment: 'Workers run step types without a database or a slice.',
      severity: 'error',
      from: { path: '^libs/steps/', pathNot: testing },
      to: { path: ours, pathNot: '^libs/(steps|kernel)/' },
    },
    {
      name: 'domain-knows-kernel-and-contracts',
      comment:
        'Rules are pure: a domain imports the kernel, and of the slices to its left the contract (the types that a release freezes).',
      severity: 'error',
      from: { path: `^libs/(${anySlice})/domain/`, pathNot: testing },
      to: { path: ours, pathNot: ['^libs/kernel/', '^libs/$1/domain/', contracts] },
    },
    {
      name: 'domain-is-pure',
      comment: 'decide and evolve do no I/O: of Node, a domain may only hash.',
      severity: 'error',
      from: { path: `^libs/(${anySlice})/domain/`, pathNot: testing },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?crypto$' },
    },
    {
      name: 'slices-meet-at-contracts',
      comment: 'contract.ts is all that other slices may import; the rest of a slice is free to change.',
      severity: 'error',
      from: { path: `^libs/(${anySlice})/`, pathNot: testing },
      to: { path: `^libs/(${anySlice})/`, pathNot: ['^libs/$1/', contracts] },
    },
    ...leftwards,
    {
      name: 'slice-shells-know-kernel-and-platform',
      comment: 'A shell connects its own domain to ports: adapters and apps are chosen above it.',
      severity: 'error',
      from: { path: `^libs/(${anySlice})/`, pathNot: testing },
      to: { path: '^(apps|libs/(adapters|steps))/', pathNot: '^libs/steps/' },
    },
    {
      name: 'only-projects-reads-step-inputs',
      comment:
        'The shell of projects checks the inputs of steps with the classes of the step types; nobody else in the slices knows a step type.',
      severity: 'error',
      from: { path: `^libs/(${anySlice})/`, pathNot: ['^libs/projects/(?!domain/)', testing] },
      to: { path: '^libs/steps/' },
    },
    {
      name: 'projects-reads-step-inputs-only',
      comment: 'Of a step type the shell of projects may know the input class, never run().',
      severity: 'error',
      from: { path: '^libs/projects/', pathNot: testing },
      to: { path: '^libs/steps/', pathNot: '-input\\.ts$' },
    },
    {
      name: 'apps-take-whole-slices',
      comment: 'An app is a list of modules: what a slice consists of, its module says. What an app asks Nest for, a contract names.',
      severity: 'error',
      from: { path: '^apps/', pathNot: testing },
      to: { path: `^libs/(${anySlice})/`, pathNot: ['\\.module\\.ts$', contracts] },
    },
    {
      name: 'apps-do-not-lean-on-each-other',
      comment: 'Each app is a process of its own, made of what apps/composition opens; only standalone puts the others together.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/', pathNot: [testing, '^apps/standalone/'] },
      to: { path: '^apps/', pathNot: '^apps/($1|composition)/' },
    },
    {
      name: 'other-services-know-nothing-of-ours',
      comment: 'What is in test/services stands for services of other teams: they have Kafka and the documents, and not our code.',
      severity: 'error',
      from: { path: '^test/services/' },
      to: { path: '^(apps|libs|test|bench)/', pathNot: '^test/services/' },
    },
    {
      name: 'worker-knows-bus-and-steps',
      comment: 'A worker runs anywhere: it has a bus and step types, no slice and no database.',
      severity: 'error',
      from: { path: '^apps/worker/', pathNot: testing },
      to: { path: `^libs/((${anySlice})|adapters/(event-store|read-store))/` },
    },
    {
      name: 'nest-in-shells-only',
      comment: 'Nest carries modules, routes and the two buses; the rest runs, and is tested, without a framework.',
      severity: 'error',
      from: {
        path: '^libs/',
        pathNot: ['\\.(module|controller)\\.ts$', `^libs/(${anySlice})/(commands|queries)/`, '^libs/platform/', testing],
      },
      to: { path: 'node_modules/@nestjs/' },
    },
    {
      name: 'rules-without-framework',
      comment: 'Kernel and domains outlive the frameworks: shapes are checked at the gateway, routes live in http/.',
      severity: 'error',
      from: { path: ['^libs/kernel/', `^libs/(${anySlice})/domain/`], pathNot: testing },
      to: { path: 'node_modules/(class-validator|class-transformer|rxjs|fastify|reflect-metadata|prom-client|@opentelemetry)/' },
    },
    {
      name: 'no-circles',
      comment: 'Of two modules that import each other, neither can be read first. Types count too.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      comment: 'A module that imports nothing and that nobody imports is forgotten.',
      severity: 'error',
      // Those that node or jest loads by its path, a setting names; declarations of other people's modules are found by the compiler.
      from: { orphan: true, pathNot: ['^test/support/[^/]+\\.js$', '\\.d\\.ts$'] },
      to: {},
    },
    {
      name: 'everything-resolves',
      comment: 'An import that does not resolve would slip through every other rule here.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'built-code-has-its-packages',
      comment: 'What runs in production may not need a package of the development.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: testing },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only', 'npm'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default', 'types'] },
  },
};
