// What browser tests run in: a local stack with the demo data, the built example, and a Chromium.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startLocalStack } from '@confab/local-stack';
import { chromium } from 'playwright-core';
import { build, preview } from 'vite';
import { findChromium } from '../../../scripts/lib/chromium.mjs';
import { exampleDatabase } from '../../../scripts/lib/example-database.mjs';
import { createApiSwitch } from './api-switch.mjs';

const folderOf = (/** @type {string} */ example) =>
  fileURLToPath(new URL(`../../${example}`, import.meta.url));

const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--no-first-run',
];

/** @typedef {import('@confab/local-stack').LocalStack} LocalStack */
/** @typedef {Awaited<ReturnType<typeof startWorld>>} World */
/** @typedef {Awaited<ReturnType<World['open']>>} Person */

/**
 * Builds the example for this stack and serves it.
 *
 * @param {string} example
 * @param {LocalStack} stack
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
async function serveExample(example, { apiUrl, anonKey }) {
  const root = folderOf(example);
  const outDir = await mkdtemp(join(tmpdir(), `confab-${example}-`));
  const remove = () => rm(outDir, { recursive: true, force: true });
  const define = {
    'import.meta.env.VITE_SUPABASE_URL': JSON.stringify(apiUrl),
    'import.meta.env.VITE_SUPABASE_ANON_KEY': JSON.stringify(anonKey),
  };
  try {
    await build({ root, logLevel: 'warn', define, build: { outDir, emptyOutDir: true } });
    const server = await preview({
      root,
      logLevel: 'warn',
      build: { outDir },
      preview: { host: '127.0.0.1', port: 0 },
    });
    const url = server.resolvedUrls?.local[0];
    if (url === undefined) throw new Error('unable to serve the example; it has no address');
    return {
      url,
      async close() {
        await server.close();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

/**
 * Starts everything; `stop` ends it again.
 *
 * @param {string} example the folder of one that is built with Vite
 */
export async function startWorld(example) {
  /** @type {(() => Promise<unknown>)[]} */
  const undo = [];
  const stop = async () => {
    for (const step of undo.reverse()) await step();
    undo.length = 0;
  };
  try {
    const { remove, ...database } = await exampleDatabase(example);
    undo.push(remove);
    const stack = await startLocalStack(database);
    undo.push(() => stack.stop());
    const app = await serveExample(example, stack);
    undo.push(() => app.close());
    const browser = await chromium.launch({ executablePath: await findChromium(), args: CHROMIUM_FLAGS });
    undo.push(() => browser.close());
    return {
      stack,
      appUrl: app.url,
      stop,
      /**
       * Opens the example in a browser profile of its own.
       *
       * @param {string | null} user a demo user; null for nobody
       * @param {import('playwright-core').BrowserContextOptions & { path?: string }} [options]
       */
      async open(user, { path = '', ...options } = {}) {
        const context = await browser.newContext({
          viewport: { width: 1280, height: 800 },
          locale: 'en-GB',
          ...options,
        });
        context.setDefaultTimeout(20_000);
        const api = await createApiSwitch(context, stack.apiUrl);
        /** @type {string[]} */
        const problems = [];
        /** Opens it in a further tab of the same profile. */
        const openTab = async (tabPath = path) => {
          const tab = await context.newPage();
          tab.on('pageerror', (error) => problems.push(String(error)));
          await tab.goto(`${app.url}${user === null ? '' : `?user=${user}`}${tabPath}`);
          return tab;
        };
        const page = await openTab();
        return { context, page, openTab, api, problems, close: () => context.close() };
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
