// What browser tests run in: a local stack with the demo data, the built example, and a Chromium.
import { startLocalStack } from '@confab/local-stack';
import { exampleDatabase } from '../../../scripts/lib/example-database.mjs';
import { createApiGate } from './api-gate.mjs';
import { chromium, launchOptions } from './browser.mjs';
import { serveExample, SETTINGS } from './serve-example.mjs';

/** @typedef {import('@confab/local-stack').LocalStack} LocalStack */
/** @typedef {Awaited<ReturnType<typeof startWorld>>} World */
/** @typedef {Awaited<ReturnType<World['open']>>} Person */

/** The variable that names what the files of a run share; see `global-setup.mjs`. */
export const SHARED = 'CONFAB_EXAMPLE_RUN';

/**
 * The build and the browser of this run, or without one, of this process.
 *
 * @param {string} example
 */
async function findShared(example) {
  const shared = process.env[SHARED];
  if (shared === undefined) {
    const [app, browser] = await Promise.all([
      serveExample(example),
      launchOptions().then((options) => chromium.launch(options)),
    ]);
    return { appUrl: app.url, browser, close: () => Promise.all([browser.close(), app.close()]) };
  }
  const { appUrl, browserUrl } = JSON.parse(shared);
  const browser = await chromium.connect(browserUrl);
  return { appUrl: String(appUrl), browser, close: () => browser.close() };
}

/** @param {string} example */
async function startStack(example) {
  const { remove, ...database } = await exampleDatabase(example);
  try {
    const stack = await startLocalStack(database);
    const stop = async () => {
      await stack.stop();
      await remove();
    };
    return { stack, stop };
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
  const { stack, stop: stopStack } = await startStack(example);
  const {
    appUrl,
    browser,
    close: closeShared,
  } = await findShared(example).catch(async (error) => {
    await stopStack();
    throw error;
  });
  return {
    stack,
    appUrl,
    async stop() {
      await closeShared();
      await stopStack();
    },
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
      context.setDefaultTimeout(45_000);
      const { url, cut, mend, close } = await createApiGate(stack.apiUrl);
      const settings = JSON.stringify({ url, anonKey: stack.anonKey });
      await context.addInitScript(`globalThis.${SETTINGS} = ${settings}`);
      /** @type {string[]} */
      const problems = [];
      /** Opens it in a further tab of the same profile. */
      const openTab = async (tabPath = path) => {
        const tab = await context.newPage();
        tab.on('pageerror', (error) => problems.push(String(error)));
        await tab.goto(`${appUrl}${user === null ? '' : `?user=${user}`}${tabPath}`);
        return tab;
      };
      const page = await openTab();
      return {
        context,
        page,
        openTab,
        /** The way of this person to the API. */
        api: { cut, mend },
        problems,
        async close() {
          await context.close();
          await close();
        },
      };
    },
  };
}
