import { existsSync } from 'node:fs';
import { accessMatrix, runAccessSuite } from './access-suite.mjs';
import { findChromium } from './chromium.mjs';
import { fromRoot } from './root.mjs';
import { run } from './run.mjs';
import { runVitest } from './vitest-suite.mjs';

/** @typedef {import('./suite-runner.mjs').Suite} Suite */

const concurrency = 'tests/d03-concurrency.test.ts';

/**
 * A check that passes or fails as a whole, and counts as one test.
 *
 * @param {...[command: string, ...args: string[]]} commands run in this order; the first that fails ends it
 * @returns {() => Promise<import('./vitest-suite.mjs').Counts>}
 */
export function check(...commands) {
  return async () => {
    for (const [command, ...args] of commands) {
      const { code } = await run(command, args);
      if (code !== 0) return { passed: 0, failed: 1, note: `${command} exit code ${code}` };
    }
    return { passed: 1, failed: 0 };
  };
}

const turbo = ['--concurrency=2', '--output-logs=new-only', '--log-order=grouped', '--ui=stream'];

async function buildPackages() {
  const { code } = await run('turbo', ['run', 'build', '--filter=./packages/*', ...turbo]);
  const missing = ['core', 'react', 'local-stack'].filter(
    (name) => !existsSync(fromRoot(`packages/${name}/dist/index.js`)),
  );
  if (code === 0 && missing.length === 0) return { passed: 1, failed: 0 };
  return {
    passed: 0,
    failed: 1,
    note: code === 0 ? `not built: ${missing.join(', ')}` : `turbo exit code ${code}`,
  };
}

/**
 * What `pnpm test` runs, begun in this order, two side by side but for those that run alone.
 *
 * @type {Suite[]}
 */
export const testSuites = [
  {
    name: 'build',
    title: 'the packages build',
    isNeeded: true,
    run: buildPackages,
  },
  {
    name: 'concurrency',
    // Wants the processor for itself.
    isAlone: true,
    title: 'many connections to the schema at once',
    run: () => runVitest('supabase', { args: [concurrency] }),
  },
  {
    name: 'sql',
    title: 'the schema, on real Postgres through real PostgREST',
    run: () => runVitest('supabase', { args: ['--exclude', accessMatrix, '--exclude', concurrency] }),
  },
  {
    name: 'examples',
    title: 'the examples build',
    run: check(['turbo', 'run', 'build', '--filter=./examples/*', ...turbo]),
  },
  {
    name: 'types',
    title: 'TypeScript, strict',
    run: check(
      ['turbo', 'run', 'typecheck', '--filter=@confab/*', ...turbo],
      ['tsc', '-p', 'scripts'],
      ['tsc', '-p', 'supabase'],
    ),
  },
  { name: 'lint', title: 'ESLint', run: check(['eslint', '.', '--max-warnings', '0']) },
  { name: 'format', title: 'Prettier', run: check(['prettier', '--check', '--log-level', 'warn', '.']) },
  {
    name: 'layers',
    title: 'imports go downwards, no cycles',
    run: check([
      'depcruise',
      'packages',
      'examples',
      'scripts',
      'supabase',
      '--config',
      '.dependency-cruiser.cjs',
    ]),
  },
  {
    name: 'spec',
    title: 'every rule of the engine has a test',
    run: check(['node', 'scripts/spec-coverage.mjs']),
  },
  { name: 'tooling', title: 'the scripts of the workspace', run: () => runVitest('scripts') },
  {
    name: 'core',
    title: '@confab/core by itself',
    run: () =>
      runVitest('packages/core', {
        args: ['--exclude', '**/integration/**', '--exclude', '**/differential/**'],
      }),
  },
  { name: 'react', title: '@confab/react by itself', run: () => runVitest('packages/react') },
  {
    name: 'access',
    title: 'the access matrix: every caller, table, function and topic',
    run: runAccessSuite,
  },
  {
    name: 'stack',
    title: 'the local stack',
    run: () => runVitest('packages/local-stack', { args: ['--exclude', '**/conformance/**'] }),
  },
  {
    name: 'conformance',
    title: 'its Realtime against traces of the real server',
    run: () => runVitest('packages/local-stack', { args: ['test/conformance'] }),
  },
  {
    name: 'integration',
    title: '@confab/core through the real stack',
    run: () => runVitest('packages/core', { args: ['test/integration'] }),
  },
  {
    name: 'feeds',
    title: 'receipts and large groups through the real stack, every group on a feed',
    run: () =>
      runVitest('packages/core', {
        args: ['conversation', 'read-state', 'loading'].map((name) => `test/integration/${name}.test.ts`),
        env: { CONFAB_TEST_SETTINGS: 'fanout_max_members=1,receipts_max_members=500' },
      }),
  },
  {
    name: 'sim',
    // Two processes of its own.
    isAlone: true,
    title: 'random histories of clients, tabs and faults',
    run: check(['node', 'packages/core/sim/cli.mjs', '--seeds', '1..2000', '--members']),
  },
  {
    name: 'differential',
    title: 'the fake server against the real schema, 600 random histories',
    run: () => runVitest('packages/core', { args: ['test/differential'] }),
  },
  {
    name: 'chaos',
    title: 'ten clients while networks and servers fail, two minutes',
    run: check(['node', 'scripts/chaos.mjs', '--minutes', '2']),
  },
  {
    name: 'browser',
    title: 'the React example in Chromium',
    run: async () =>
      runVitest('examples/react-chat', { workers: 2, env: { CHROMIUM_PATH: await findChromium() } }),
  },
  {
    name: 'next',
    title: 'the Next.js example in Chromium, rendered by its server first',
    run: async () => {
      // There already after `examples`.
      const built = await check([
        'turbo',
        'run',
        'build',
        '--filter=@confab/example-next-app',
        '--filter=@confab/local-stack',
        ...turbo,
      ])();
      if (built.failed > 0) return built;
      return runVitest('examples/next-app', { env: { CHROMIUM_PATH: await findChromium() } });
    },
  },
  {
    name: 'classroom',
    title: 'the example with kinds of its own, in Chromium',
    run: async () => runVitest('examples/classroom', { env: { CHROMIUM_PATH: await findChromium() } }),
  },
  {
    name: 'demo',
    title: 'a conversation of three clients, one of them offline for a while',
    run: check(['node', 'scripts/demo-headless.mjs']),
  },
];
