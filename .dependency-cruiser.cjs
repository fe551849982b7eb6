/**
 * The layers of packages/core/src: a folder imports only what stands below it.
 * `client` wires everything, so it alone may also reach the adapters.
 */
const layers = [
  ['lib'],
  ['model', 'errors'],
  ['ports'],
  ['cache', 'outbox'],
  ['sync'],
  ['features'],
  ['screens'],
  ['client'],
];
const core = '^packages/core/src';
const folders = (names) => `${core}/(${names.join('|')})/`;
const above = (level) => layers.slice(level + 1).flat();

const layerRules = layers.map((names, level) => ({
  name: `core-layer-${level}-${names.join('-')}`,
  comment: `Layer ${level} (${names.join(', ')}) imports only layers 0 to ${level}.`,
  severity: 'error',
  from: { path: folders(names), pathNot: '[.]test[.]tsx?$' },
  to: { path: folders([...above(level), 'testing', ...(names.includes('client') ? [] : ['adapters'])]) },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...layerRules,
    {
      name: 'core-adapters',
      comment: 'Adapters implement ports: they import layers 0 to 2 only.',
      severity: 'error',
      from: { path: folders(['adapters']), pathNot: '[.]test[.]tsx?$' },
      to: { path: folders([...above(2), 'testing']) },
    },
    {
      name: 'core-entry-is-last',
      comment: 'Nothing but tests imports the public entry.',
      severity: 'error',
      from: { path: `${core}/`, pathNot: `[.]test[.]tsx?$|${core}/testing/` },
      to: { path: `${core}/index[.]ts$` },
    },
    {
      name: 'core-knows-its-folders',
      comment: 'A folder of packages/core/src that the layer table does not name.',
      severity: 'error',
      from: {
        path: `${core}/[^/]+/`,
        pathNot: folders([...layers.flat(), 'adapters', 'testing']),
      },
      to: {},
    },
    {
      name: 'core-platform-in-adapters',
      comment: 'Storage and network libraries are used behind ports (types may travel through client).',
      severity: 'error',
      from: { path: `${core}/`, pathNot: `${folders(['adapters', 'testing'])}|[.]test[.]tsx?$` },
      to: {
        path: 'node_modules/(idb-keyval|@supabase/[^/]+|ws|pg)/',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: { pathNot: 'node_modules' },
      to: { circular: true },
    },
    {
      name: 'packages-by-name',
      comment: 'Another package is imported by its name, never by a path into its folder.',
      severity: 'error',
      from: { path: '^(packages|examples)/([^/]+)/' },
      to: {
        path: '^(packages|examples)/[^/]+/',
        pathNot: '^(packages|examples)/$2/',
        dependencyTypes: ['local'],
      },
    },
    {
      name: 'packages-by-public-entry',
      comment: 'Only what the exports of a package name may be imported.',
      severity: 'error',
      from: { path: '^(packages|examples)/([^/]+)/' },
      to: { path: '^packages/[^/]+/src/', pathNot: '^packages/$2/' },
    },
    {
      name: 'shipped-without-dev-dependencies',
      comment: 'What is published may not need what is only installed here.',
      severity: 'error',
      from: {
        path: '^packages/(core|react|local-stack)/src/',
        pathNot: `[.]test[.]tsx?$|${core}/testing/`,
      },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
        dependencyTypesNot: ['npm', 'npm-peer', 'npm-optional'],
        pathNot: 'node_modules/@types/',
      },
    },
    {
      name: 'shipped-without-tests',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/', pathNot: `[.]test[.]tsx?$|${core}/testing/` },
      to: { path: `[.]test[.]tsx?$|^packages/[^/]+/(test|tests|e2e)/|${core}/testing/` },
    },
    {
      name: 'resolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules|/dist/' },
    exclude: { path: '/(dist|coverage|temp|[.]turbo|[.]next)/.+/.+|/fixtures/' },
    tsPreCompilationDeps: true,
    combinedDependencies: false,
    moduleSystems: ['es6', 'cjs'],
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'require'],
      extensions: ['.ts', '.tsx', '.d.ts', '.mjs', '.js', '.cjs', '.json'],
    },
    reporterOptions: { text: { highlightFocused: true } },
  },
};
