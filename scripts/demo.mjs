// `pnpm demo`: the local stack with its demo users, and the React example in front of it, or another one by
// `--example classroom`, on a database of its own, in `--data-dir` if given. `--headless`: a scripted conversation instead,
// for machines without a screen.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { buildPackages } from './lib/build-packages.mjs';
import { CommandError, runMain } from './lib/command-error.mjs';
import { exampleDatabase } from './lib/example-database.mjs';
import { checkNodeVersion } from './lib/node-version.mjs';
import { fromRoot } from './lib/root.mjs';
import { run } from './lib/run.mjs';

/** @typedef {import('node:http').Server} Server */

/** Whom each example can be shown as. */
const users = {
  'react-chat': ['alice', 'bob', 'carol'],
  classroom: ['maya', 'leo', 'ines'],
};

/** @typedef {keyof typeof users} Example */

/**
 * @typedef {object} Where
 * @property {number} port of the stack, 0: any free one
 * @property {string | undefined} dataDir where its database lives
 */

/**
 * @param {Example} example
 * @param {Where} where
 * @param {Promise<undefined>} stopped
 * @returns {Promise<import('@confab/local-stack').LocalStack | undefined>} undefined when the user asked to stop before
 */
async function startStack(example, { port, dataDir }, stopped) {
  const { startLocalStack } = await import('@confab/local-stack');
  const { remove, ...database } = await exampleDatabase(example);
  const folder = dataDir ?? fromRoot(example === 'react-chat' ? '.confab/demo' : `.confab/demo-${example}`);
  const starting = startLocalStack({ dataDir: folder, port, ...database });
  return Promise.race([starting, stopped]).finally(remove);
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
 * @param {Example} example
 * @param {{ apiUrl: string, anonKey: string }} stack
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
async function startExample(example, { apiUrl, anonKey }) {
  const root = fromRoot(`examples/${example}`);
  process.env['VITE_SUPABASE_URL'] = apiUrl;
  process.env['VITE_SUPABASE_ANON_KEY'] = anonKey;
  const vitePath = createRequire(`${root}/package.json`).resolve('vite');
  const { createServer: createVite } = await import(pathToFileURL(vitePath).href);
  const server = createServer();
  const vite = await createVite({
    root,
    configFile: `${root}/vite.config.ts`,
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

/**
 * @param {string} name
 * @returns {name is Example}
 */
function isExample(name) {
  return Object.hasOwn(users, name);
}

/** @returns {Promise<undefined>} resolves when the user asks to stop, or ended what had started this */
async function untilStopped() {
  const { watchLaunchers } = await import('@confab/local-stack');
  return new Promise((resolve) => {
    void watchLaunchers(() => resolve(undefined));
    // Kept, because a terminal and a package manager may both pass the same Ctrl+C on.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => resolve(undefined));
  });
}

/**
 * @param {Example} example
 * @param {Where} where
 */
async function showDemo(example, where) {
  const [first, second, third] = users[example];
  const stopped = untilStopped();
  const stack = await startStack(example, where, stopped);
  if (!stack) return;
  try {
    const app = await startExample(example, stack);
    try {
      console.log(`
  Confab demo    ${app.url}

  Be two people in two windows:
    ${app.url}?user=${first}
    ${app.url}?user=${second}

  or sign in there as ${first}@example.com, ${second}@example.com or ${third}@example.com
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
    options: {
      headless: { type: 'boolean', default: false },
      example: { type: 'string', default: 'react-chat' },
      port: { type: 'string', default: '0' },
      'data-dir': { type: 'string' },
    },
  });
  const example = values.example;
  if (!isExample(example)) {
    throw new CommandError(`unable to show ${example}; the examples are ${Object.keys(users).join(', ')}`);
  }
  await buildPackages();
  if (values.headless) return (await run('node', [fromRoot('scripts/demo-headless.mjs')])).code;
  await showDemo(example, { port: Number(values.port), dataDir: values['data-dir'] });
  return 0;
});
// What still starts when the user asked to stop ends with this process.
process.exit();
