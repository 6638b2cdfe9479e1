// How tests compile TypeScript, in jest and in the processes that they start: one inline swc configuration. Nest 12 is ESM only, and jest on
// Node 20 cannot require ESM, so swc turns all of it into CommonJS.
module.exports = {
  swcrc: false,
  sourceMaps: 'inline',
  module: { type: 'commonjs' },
  jsc: {
    target: 'es2023',
    keepClassNames: true,
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
  },
};
