import js from '@eslint/js';
import reactHooks from 'eslint-plugin-react-hooks';
import globals from 'globals';
import tseslint from 'typescript-eslint';

const tests = ['**/*.test.{ts,tsx}', '**/{test,tests,e2e}/**/*.{ts,tsx}'];
const shipped = ['packages/{core,react,local-stack}/src/**/*.{ts,tsx}'];

/** Everything with an effect or an answer of its own reaches the engine through a port, so tests can decide it. */
const ambient = {
  setTimeout: 'Use the clock port.',
  clearTimeout: 'Use the clock port.',
  setInterval: 'Use the clock port.',
  clearInterval: 'Use the clock port.',
  setImmediate: 'Use the clock port.',
  requestAnimationFrame: 'Use the clock port.',
  requestIdleCallback: 'Use the clock port.',
  performance: 'Use the clock port.',
  crypto: 'Use the ids port.',
  console: 'Use the logger port.',
  window: 'Use the environment port.',
  self: 'Use the environment port.',
  globalThis: 'Use the environment port.',
  document: 'Use the environment port.',
  navigator: 'Use the environment port.',
  process: 'Use the environment port.',
  localStorage: 'Use the storage port.',
  sessionStorage: 'Use the storage port.',
  indexedDB: 'Use the storage port.',
  BroadcastChannel: 'Use the locks port.',
  fetch: 'Use the transport port.',
  XMLHttpRequest: 'Use the transport port.',
  WebSocket: 'Use the transport port.',
};

const noWildcardOrDefault = [
  { selector: 'ExportAllDeclaration', message: 'List what is exported: the public surface is explicit.' },
  { selector: 'ExportDefaultDeclaration', message: 'Export by name.' },
  { selector: 'ExportSpecifier[exported.name="default"]', message: 'Export by name.' },
];

const noWallClock = [
  { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: 'Use the clock port.' },
  { selector: 'CallExpression[callee.name="Date"]', message: 'Use the clock port.' },
];

const zodOnlyMini = {
  paths: [{ name: 'zod', message: 'Import zod/mini: it is what fits the size budget.' }],
  patterns: [{ group: ['zod/*', '!zod/mini'], message: 'Import zod/mini.' }],
};

export default tseslint.config(
  {
    ignores: [
      '**/dist/**',
      '**/.next/**',
      '**/next-env.d.ts',
      '**/.turbo/**',
      '**/coverage/**',
      '**/fixtures/**',
      '.confab/**',
      '**/temp/**',
      'packages/core/src/database.types.ts',
    ],
  },
  // Exceptions are made here, where they show in review, and not in comments.
  { linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: true },
      ],
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: true }],
      '@typescript-eslint/no-misused-promises': [
        'error',
        { checksVoidReturn: { attributes: false, arguments: true } },
      ],
      // Filled in by the app through declaration merging.
      '@typescript-eslint/no-empty-object-type': ['error', { allowWithName: '^Register$' }],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      '@typescript-eslint/ban-ts-comment': [
        'error',
        { 'ts-ignore': true, 'ts-nocheck': true, 'ts-expect-error': 'allow-with-description' },
      ],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
    },
  },
  {
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: { globals: globals.node, ecmaVersion: 2023, sourceType: 'module' },
    rules: { 'no-unused-vars': ['error', { argsIgnorePattern: '^_', caughtErrors: 'none' }] },
  },
  { files: ['**/*.cjs'], languageOptions: { sourceType: 'commonjs' } },
  // Configuration files belong to no project of the compiler.
  { files: ['**/*.config.ts'], extends: [tseslint.configs.disableTypeChecked] },
  {
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'max-lines': ['error', { max: 400 }],
      'no-console': 'off',
      'prefer-const': 'error',
      'object-shorthand': 'error',
    },
  },
  {
    files: ['packages/react/**/*.{ts,tsx}', 'examples/**/*.{ts,tsx}'],
    extends: [reactHooks.configs.flat['recommended-latest']],
    // No React Compiler here, so a virtual list that changes inside does no harm.
    rules: { 'react-hooks/incompatible-library': 'off' },
  },
  {
    files: shipped,
    rules: {
      'no-restricted-syntax': ['error', ...noWildcardOrDefault],
      'no-restricted-imports': ['error', zodOnlyMini],
    },
  },
  {
    files: ['packages/core/src/**/*.ts'],
    ignores: ['packages/core/src/adapters/**', 'packages/core/src/testing/**', ...tests],
    rules: {
      'no-restricted-syntax': ['error', ...noWildcardOrDefault, ...noWallClock],
      'no-restricted-globals': [
        'error',
        ...Object.entries(ambient).map(([name, message]) => ({ name, message })),
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'Use the clock port.' },
        { object: 'Math', property: 'random', message: 'Use the ids port.' },
      ],
    },
  },
  {
    files: tests,
    rules: {
      'max-lines': ['error', { max: 800 }],
      // A test may hand over a bare method to check that it is called, and awaits what it wants to wait for.
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/require-await': 'off',
      // Answers of untyped clients are what many tests look at.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
);
