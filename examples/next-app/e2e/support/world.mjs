// What the browser tests run in: a local stack with the demo data, the built app, and a Chromium.
import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium, launchOptions } from '@confab/example-support/browser';
import { startLocalStack } from '@confab/local-stack';
import { exampleDatabase } from '../../../../scripts/lib/example-database.mjs';
import { startRecorder } from './recorder.mjs';

/** @typedef {Awaited<ReturnType<typeof startWorld>>} World */
/** @typedef {Awaited<ReturnType<World['signIn']>>} Person */

const fromHere = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));

/** @param {Record<string, string>} env */
async function serveApp(env) {
  if (!existsSync(fromHere('../../.next/BUILD_ID')))
    throw new Error('unable to serve the app; run pnpm --filter @confab/example-next-app build first');
  const child = fork(fromHere('serve.mjs'), {
    env: { ...process.env, ...env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1', TZ: 'UTC' },
    // Not those of the test runner.
    execArgv: [],
  });
  const { port } = await new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', (code) => reject(new Error(`unable to serve the app; it ended with code ${code}`)));
  });
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        child.once('exit', resolve);
        child.disconnect();
      }),
  };
}

/** Starts everything; `stop` ends it again. */
export async function startWorld() {
  /** @type {(() => Promise<unknown>)[]} */
  const undo = [];
  const stop = async () => {
    for (const step of undo.reverse()) await step();
    undo.length = 0;
  };
  try {
    const { remove, ...database } = await exampleDatabase('next-app');
    undo.push(remove);
    const stack = await startLocalStack(database);
    undo.push(() => stack.stop());
    const api = await startRecorder(stack.apiUrl);
    undo.push(() => api.close());
    const app = await serveApp({ SUPABASE_URL: api.url, SUPABASE_PUBLISHABLE_KEY: stack.anonKey });
    undo.push(() => app.close());
    const browser = await chromium.launch(await launchOptions());
    undo.push(() => browser.close());
    /** @param {import('playwright-core').BrowserContextOptions} [options] */
    const open = async (options) => {
      const context = await browser.newContext({
        baseURL: app.url,
        viewport: { width: 1280, height: 800 },
        locale: 'en-GB',
        timezoneId: 'Asia/Tokyo',
        ...options,
      });
      context.setDefaultTimeout(45_000);
      /** @type {string[]} */
      const problems = [];
      const page = await context.newPage();
      page.on('pageerror', (error) => problems.push(String(error)));
      page.on('console', (message) => {
        if (/^(error|warning)$/.test(message.type())) problems.push(message.text());
      });
      return { context, page, problems, close: () => context.close() };
    };
    return {
      stack,
      calls: api.calls,
      stop,
      open,
      /**
       * Signs a demo user in, in a browser profile of its own.
       *
       * @param {string} name as in `alice@example.com`
       * @param {import('playwright-core').BrowserContextOptions} [options]
       */
      async signIn(name, options) {
        const person = await open(options);
        await person.page.goto('/sign-in');
        await person.page.getByLabel('E-mail').fill(`${name}@example.com`);
        await person.page.getByLabel('Password').fill('password123');
        await person.page.getByRole('button', { name: 'Sign in' }).click();
        await person.page.getByRole('navigation', { name: 'Chats' }).waitFor();
        return person;
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
