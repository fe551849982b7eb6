// `pnpm demo`: the local stack with its demo users, and the React example in front of it. `--headless`: a scripted
// conversation instead, for machines without a screen.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { buildPackages } from './lib/build-packages.mjs';
import { runMain } from './lib/command-error.mjs';
import { checkNodeVersion } from './lib/node-version.mjs';
import { fromRoot } from './lib/root.mjs';
import { run } from './lib/run.mjs';

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
 * @param {{ apiUrl: string, anonKey: string }} stack
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
async function startExample({ apiUrl, anonKey }) {
  process.env['VITE_SUPABASE_URL'] = apiUrl;
  process.env['VITE_SUPABASE_ANON_KEY'] = anonKey;
  const vitePath = createRequire(`${example}/package.json`).resolve('vite');
  const { createServer } = await import(pathToFileURL(vitePath).href);
  const server = await createServer({
    root: example,
    logLevel: 'warn',
    clearScreen: false,
    server: { host: '127.0.0.1' },
  });
  await server.listen();
  return { url: server.resolvedUrls.local[0], close: () => server.close() };
}

/** @returns {Promise<void>} resolves when the user asks to stop */
function untilStopped() {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => resolve());
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

  Open it in two windows (one of them private), and sign in
    as  alice@example.com  in the first   (password: password123)
    as  bob@example.com    in the second  (password: password123)

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
  // Browsers keep sockets open; nothing is left to wait for.
  process.exit(0);
});
