// `pnpm verify`: everything `pnpm test` runs, and what else must hold before a release. See CONTRIBUTING.md.
import { runMain } from './lib/command-error.mjs';
import { checkNodeVersion } from './lib/node-version.mjs';
import { runSuites } from './lib/suite-runner.mjs';
import { check, testSuites } from './lib/test-suites.mjs';

const published = ['packages/core', 'packages/react', 'packages/local-stack'];

/** @type {import('./lib/suite-runner.mjs').Suite[]} */
const releaseSuites = [
  { name: 'knip', title: 'no unused files, exports or dependencies', run: check(['knip']) },
  {
    name: 'publint',
    title: 'the packages are published right',
    run: check(
      ...published.map((folder) => /** @type {[string, ...string[]]} */ (['publint', '--strict', folder])),
    ),
  },
  {
    name: 'attw',
    title: 'their types resolve in every module system',
    run: check(
      ['attw', '--pack', 'packages/core'],
      ['attw', '--pack', 'packages/react'],
      ['attw', '--pack', 'packages/local-stack', '--profile', 'esm-only'],
    ),
  },
  {
    name: 'pack',
    title: 'the packages, packed and installed into an app of their own',
    run: check(['node', 'scripts/test-pack.mjs']),
  },
  { name: 'size', title: 'size budgets', run: check(['size-limit']) },
  { name: 'api', title: 'API reports', run: check(['node', 'scripts/api-report.mjs']) },
  {
    name: 'gen-types',
    title: 'the database types and the reference of the schema are fresh',
    run: check(['node', 'scripts/gen-types.mjs', '--check'], ['node', 'scripts/gen-sql-docs.mjs', '--check']),
  },
  {
    name: 'advisors',
    title: 'the database advisors have nothing to say',
    run: check(['node', 'scripts/advisors.mjs']),
  },
  {
    name: 'docs',
    title: 'the examples of the documentation',
    run: check(['node', 'scripts/docs-examples.mjs']),
  },
];

await runMain(async () => {
  checkNodeVersion();
  return runSuites([...testSuites, ...releaseSuites]);
});
