// `pnpm test:pack`: packs @confab/core and @confab/react as npm would get them, installs them into an empty Vite app
// outside the workspace, and uses them there: types, require and import in Node, a production build, and a message sent
// from Chromium through the local stack.
import { cp, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildPackages } from './lib/build-packages.mjs';
import { findChromium } from './lib/chromium.mjs';
import { CommandError, runMain } from './lib/command-error.mjs';
import { checkNodeVersion } from './lib/node-version.mjs';
import { fromRoot } from './lib/root.mjs';
import { run } from './lib/run.mjs';

const SENT = 'Sent by the packed packages';

/** @param {string} path @returns {Promise<any>} */
const readJson = async (path) => JSON.parse(await readFile(path, 'utf8'));

/**
 * @param {string} what
 * @param {string} cwd
 * @param {string} command
 * @param {string[]} args
 * @param {Record<string, string>} [env]
 */
async function must(what, cwd, command, args, env = {}) {
  const { code } = await run(command, args, { cwd, env });
  if (code !== 0) throw new CommandError(`unable to ${what}; see the messages above`);
  console.log(`ok    ${what}`);
}

/** @param {string} name @param {string} to @returns {Promise<string>} the path of the archive */
async function pack(name, to) {
  await must(`pack ${name}`, fromRoot(`packages/${name}`), 'npx', [
    '-y',
    'pnpm',
    'pack',
    '--pack-destination',
    to,
  ]);
  const file = (await readdir(to)).find((found) => found.startsWith(`confab-${name}-`));
  if (file === undefined) throw new CommandError(`unable to pack ${name}; there is no archive`);
  return join(to, file);
}

/** The app, with the versions this workspace is tested with. @param {string} folder */
async function makeApp(folder) {
  await cp(fromRoot('scripts/fixtures/pack-app'), folder, { recursive: true });
  const core = `file:${await pack('core', folder)}`;
  const react = `file:${await pack('react', folder)}`;
  const example = await readJson(fromRoot('examples/react-chat/package.json'));
  const { devDependencies } = await readJson(fromRoot('package.json'));
  const { dependencies } = example;
  const manifest = {
    name: 'packed-app',
    private: true,
    type: 'module',
    dependencies: {
      '@confab/core': core,
      '@confab/react': react,
      '@supabase/supabase-js': dependencies['@supabase/supabase-js'],
      '@tanstack/query-core': dependencies['@tanstack/query-core'],
      '@tanstack/react-query': dependencies['@tanstack/react-query'],
      react: dependencies.react,
      'react-dom': dependencies['react-dom'],
    },
    devDependencies: {
      // The types of supabase-js name Node's.
      '@types/node': devDependencies['@types/node'],
      '@types/react': example.devDependencies['@types/react'],
      '@types/react-dom': example.devDependencies['@types/react-dom'],
      typescript: devDependencies.typescript,
      vite: example.devDependencies.vite,
    },
  };
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest, null, 2));
  await must('install them', folder, 'npm', [
    'install',
    '--no-audit',
    '--no-fund',
    '--prefer-offline',
    '--loglevel=error',
  ]);
}

/** @param {string} folder */
async function useInNode(folder) {
  const said =
    "typeof c.createConfab === 'function' && typeof t.createTestConfab === 'function' && typeof r.useMessages === 'function'";
  const check = `if (!(${said})) process.exit(1)`;
  await must('require them', folder, 'node', [
    '--input-type=commonjs',
    '-e',
    `const c = require('@confab/core'), t = require('@confab/core/testing'), r = require('@confab/react'); ${check}`,
  ]);
  await must('import them', folder, 'node', [
    '--input-type=module',
    '-e',
    `import * as c from '@confab/core'; import * as t from '@confab/core/testing'; import * as r from '@confab/react'; ${check}`,
  ]);
}

/** @param {string} folder */
async function useInBrowser(folder) {
  const fromExample = createRequire(fromRoot('examples/react-chat/package.json'));
  /** @param {string} name */
  const load = (name) => import(pathToFileURL(fromExample.resolve(name)).href);
  const [{ startLocalStack }, { preview }] = await Promise.all([load('@confab/local-stack'), load('vite')]);
  const { chromium } = fromExample('playwright-core');
  /** @type {(() => Promise<unknown>)[]} */
  const undo = [];
  try {
    await must('copy the migrations', folder, 'npx', ['--no-install', 'confab-migrations']);
    const stack = await startLocalStack({
      migrationsDir: join(folder, 'supabase/migrations'),
      seed: fromRoot('supabase/seed.sql'),
    });
    undo.push(() => stack.stop());
    await must('build the app', folder, 'npx', ['vite', 'build', '--logLevel', 'error'], {
      VITE_SUPABASE_URL: stack.apiUrl,
      VITE_SUPABASE_ANON_KEY: stack.anonKey,
    });
    const server = await preview({ root: folder, logLevel: 'warn', preview: { host: '127.0.0.1', port: 0 } });
    undo.push(() => server.close());
    const browser = await chromium.launch({
      executablePath: await findChromium(),
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'],
    });
    undo.push(() => browser.close());
    const page = await browser.newPage();
    /** @type {string[]} */
    const problems = [];
    page.on('pageerror', (/** @type {Error} */ error) => problems.push(String(error)));
    await page.goto(
      `${server.resolvedUrls?.local[0]}#${encodeURIComponent('alice@example.com password123')}`,
    );
    await page.getByRole('button', { name: 'Send' }).click();
    await page.locator('li[data-status="sent"]', { hasText: SENT }).waitFor();
    if (problems.length > 0)
      throw new CommandError(`unable to use them in a browser; ${problems.join('; ')}`);
    console.log('ok    send a message from a browser');
  } finally {
    for (const step of undo.reverse()) await step();
  }
}

await runMain(async () => {
  checkNodeVersion();
  await buildPackages();
  const folder = await mkdtemp(join(tmpdir(), 'confab-pack-'));
  try {
    await makeApp(folder);
    await must('check their types', folder, 'npx', ['tsc']);
    await useInNode(folder);
    await useInBrowser(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
