import tseslint from 'typescript-eslint';

const viaPort = (port) =>
  `Comes in through the port ${port} (only libs/adapters/runtime asks the machine), so that tests hold it in their hands.`;
const randomness = ['randomUUID', 'randomBytes', 'randomInt', 'getRandomValues'];
const timers = ['setTimeout', 'setInterval'];
const testing = ['**/*.spec.ts', '**/*.fixture.ts', 'libs/kernel/testing/**/*.ts', 'test/**/*.ts'];

// @typescript-eslint/max-params counts what Nest injects by type, which nobody writes down in order; so the rule is told by hand.
const parameters = [
  {
    selector: ':function[params.length>4]:not(MethodDefinition[kind="constructor"] > FunctionExpression)',
    message: 'A function takes at most four parameters: what belongs together comes as one object.',
  },
  {
    // Five, for DomainError: kind, code, words, facts and fields, in the same order everywhere.
    selector:
      'ClassDeclaration[decorators.length=0] > ClassBody > MethodDefinition[kind="constructor"] > FunctionExpression[params.length>5]',
    message: 'A constructor takes at most five parameters, unless Nest calls it: what belongs together comes as one object.',
  },
];

export default tseslint.config(
  { ignores: ['dist/', 'data/', 'coverage/', '.tmp/', '**/*.js', '**/*.mjs'] },
  {
    files: ['{apps,libs,test,bench}/**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    // A finding is mended, or the rule is adjusted here, by folder and with its reason. It is never silenced in the line.
    linterOptions: { noInlineConfig: true },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      // A new event or state fails here, at every switch that forgot it.
      '@typescript-eslint/switch-exhaustiveness-check': ['error', {}],
      // It sees emitDecoratorMetadata in tsconfig.json, and leaves value imports to what Nest injects by its class.
      '@typescript-eslint/consistent-type-imports': 'error',
      // What a port promises as async rejects, it does not throw; also where one technology has nothing to wait for.
      '@typescript-eslint/require-await': 'off',
      'max-lines': ['error', 300],
      'no-restricted-syntax': ['error', ...parameters],
    },
  },
  {
    files: ['libs/**/*.ts'],
    ignores: ['libs/adapters/runtime/**', 'libs/kernel/testing/**'],
    rules: {
      'no-console': 'error',
      'no-restricted-globals': ['error', ...timers.map((name) => ({ name, message: viaPort('Clock') }))],
      'no-restricted-imports': [
        'error',
        {
          paths: [
            { name: 'node:crypto', importNames: randomness, message: viaPort('Random or Ids') },
            { name: 'node:timers', importNames: timers, message: viaPort('Clock') },
            { name: 'node:timers/promises', importNames: timers, message: viaPort('Clock') },
            ...['crypto', 'timers', 'timers/promises'].map((name) => ({ name, message: `Write node:${name}.` })),
          ],
        },
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: viaPort('Clock') },
        { object: 'performance', property: 'now', message: viaPort('Clock') },
        { object: 'Math', property: 'random', message: viaPort('Random') },
        ...timers.map((property) => ({ object: 'globalThis', property, message: viaPort('Clock') })),
        ...randomness.map((property) => ({ object: 'crypto', property, message: viaPort('Random or Ids') })),
      ],
      'no-restricted-syntax': [
        'error',
        ...parameters,
        { selector: ':matches(NewExpression, CallExpression)[callee.name="Date"][arguments.length=0]', message: viaPort('Clock') },
      ],
    },
  },
  {
    files: testing,
    rules: {
      // Jest's matchers (expect.objectContaining …) and JSON.parse are any, and what they are worth is just what a test finds out.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      // A test passes on whatever was thrown, as it was thrown.
      '@typescript-eslint/only-throw-error': 'off',
    },
  },
);
