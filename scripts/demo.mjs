// `pnpm demo`: the local stack with its demo users, and the React example in front of it. `--headless`: a scripted
// conversation instead, for machines without a screen.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { buildPackages } from './lib/build-packages.mjs';
import { runMain } from './lib/command-error.mjs';
import { checkNodeVersion } from './lib/node-version.mjs';
import { fromRoot } from './lib/root.mjs';
import { run } from './lib/run.mjs';

/** @typedef {import('node:http').Server} Server */

const example = fromRoot('examples/react-chat');

/** @param {number} port of the stack, 0: any free one */
async function startStack(port) {
  const { startLocalStack } = await import('@confab/local-stack');
  return startLocalStack({
    dataDir: fromRoot('.confab/demo'),
    port,
    migrationsDir: fromRoot('supabase/migrations'),
    seed: fromRoot('supabase/seed.sql'),
  });
}

/**
 * Listens on the port that browsers may remember, or on any free one when it is taken.
 *
 * @param {Server} server
 * @returns {Promise<string>} its address
 */
function listen(server, port = 5173) {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      if (port === 0) reject(error);
      else listen(server, 0).then(resolve, reject);
    });
    server.listen(port, '127.0.0.1', () => {
      const address = /** @type {import('node:net').AddressInfo} */ (server.address());
      resolve(`http://127.0.0.1:${address.port}`);
    });
  });
}

/**
 * Serves the example from its sources. Vite gets a server of ours, because with one of its own it also decides when
 * the process ends.
 *
 * @param {{ apiUrl: string, anonKey: string }} stack
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
async function startExample({ apiUrl, anonKey }) {
  process.env['VITE_SUPABASE_URL'] = apiUrl;
  process.env['VITE_SUPABASE_ANON_KEY'] = anonKey;
  const vitePath = createRequire(`${example}/package.json`).resolve('vite');
  const { createServer: createVite } = await import(pathToFileURL(vitePath).href);
  const server = createServer();
  const vite = await createVite({
    root: example,
    configFile: `${example}/vite.config.ts`,
    logLevel: 'warn',
    clearScreen: false,
    server: { middlewareMode: true, hmr: { server } },
  });
  server.on('request', vite.middlewares);
  const close = async () => {
    await vite.close();
    server.closeAllConnections();
    server.close();
  };
  return { url: await listen(server), close };
}

/** @returns {Promise<void>} resolves when the user asks to stop, or ended what had started this */
async function untilStopped() {
  const { watchLaunchers } = await import('@confab/local-stack');
  return new Promise((resolve) => {
    void watchLaunchers(resolve);
    // Kept, because a terminal and a package manager may both pass the same Ctrl+C on.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => resolve());
  });
}

/** @param {number} port */
async function showDemo(port) {
  const stopped = untilStopped();
  const stack = await startStack(port);
  try {
    const app = await startExample(stack);
    try {
      console.log(`
  Confab demo    ${app.url}

  Be two people in two windows:
    ${app.url}?user=alice
    ${app.url}?user=bob

  or sign in there as alice@example.com, bob@example.com or carol@example.com
  (password: password123), or sign up.

  Supabase API   ${stack.apiUrl}
  Ctrl+C stops everything.
`);
      await stopped;
    } finally {
      await app.close();
    }
  } finally {
    await stack.stop();
  }
}

await runMain(async () => {
  checkNodeVersion();
  const { values } = parseArgs({
    options: { headless: { type: 'boolean', default: false }, port: { type: 'string', default: '0' } },
  });
  await buildPackages();
  if (values.headless) return (await run('node', [fromRoot('scripts/demo-headless.mjs')])).code;
  await showDemo(Number(values.port));
  return 0;
});
