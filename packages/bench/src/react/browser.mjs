// A browser with a page per side. What it loads comes from here: there is no network.
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';
import { chromium } from 'playwright-core';

import { findChromium } from '../../../../scripts/lib/chromium.mjs';

const packagesDir = fileURLToPath(new URL('../../..', import.meta.url));
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--no-first-run',
];
const ADDRESS = 'http://localhost/';
/** Lets the page measure microseconds, which pages that could be watched by others may not. */
const ISOLATED = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};
/** Every list scrolls; where the peer follows the newest message by script, the others do by style. */
const HTML = `<!doctype html><meta charset="utf-8"><title>bench</title>
<style>
  .list, .str-chat__message-list { height: 680px; overflow: auto }
  .list { display: flex; flex-direction: column-reverse }
</style>
<div id="root"></div><script src="/page.js"></script>`;

/** Client, hooks and sides as apps compile them for production; the client with the fakes of its tests. */
const PAGE = `
  import { createConfabOnFakes, createFakes } from './core/src/testing/fakes';
  import { createFakeRealtime } from './core/src/testing/fake-realtime';
  import { createFakeAuth } from './core/src/testing/fake-auth';
  import { createManualClock } from './core/src/testing/manual-clock';
  import { settled } from './core/src/testing/settled';
  import { ConfabProvider, useMessages } from './react/src/index';
  import { createPage } from './bench/src/react/page.mjs';
  globalThis.bench = createPage({
    core: { createConfabOnFakes, createFakes, createFakeRealtime, createFakeAuth, createManualClock, settled },
    hooks: { ConfabProvider, useMessages },
  });
`;

async function bundle() {
  const { outputFiles, metafile } = await build({
    stdin: { contents: PAGE, resolveDir: packagesDir, loader: 'ts' },
    alias: { '@confab/core': `${packagesDir}/core/src/index.ts` },
    bundle: true,
    minify: process.env.CONFAB_BENCH_READABLE === undefined,
    write: false,
    metafile: true,
    outdir: packagesDir,
    format: 'iife',
    target: 'es2022',
    jsx: 'automatic',
    conditions: ['browser', 'module', 'import'],
    define: { 'process.env.NODE_ENV': '"production"', global: 'globalThis' },
    logLevel: 'error',
  });
  const copies = Object.keys(metafile.inputs).filter((path) => path.endsWith('/react-dom/index.js'));
  if (copies.length !== 1) throw new Error(`unable to measure; ${copies.length} copies of React are bundled`);
  return outputFiles.find(({ path }) => path.endsWith('.js')).text;
}

/** `open(name, loaded)` resolves with a page that shows one side: `{ run, close }`. */
export async function openBrowser() {
  const script = await bundle();
  const browser = await chromium.launch({ executablePath: await findChromium(), args: FLAGS });
  return {
    version: browser.version(),
    async open(name, loaded) {
      const context = await browser.newContext({ viewport: { width: 900, height: 700 } });
      const page = await context.newPage();
      const problems = [];
      page.on('pageerror', (error) => problems.push(String(error)));
      await page.route('**/*', (route) => {
        const isScript = route.request().url() === `${ADDRESS}page.js`;
        if (!isScript && route.request().url() !== ADDRESS) return route.abort();
        return route.fulfill({
          headers: ISOLATED,
          contentType: isScript ? 'text/javascript' : 'text/html',
          body: isScript ? script : HTML,
        });
      });
      await page.goto(ADDRESS);
      const fail = (why) => new Error(`unable to measure ${name}; ${[why, ...problems].join(', ')}`);
      if (!(await page.evaluate(() => globalThis.crossOriginIsolated))) throw fail('its clock is too coarse');
      const rows = await page.evaluate((options) => globalThis.bench.open(options), { name, loaded });
      if (rows !== loaded) throw fail(`${rows} rows of ${loaded} are shown`);
      return {
        async run(what, count, { isPainted = true } = {}) {
          const options = { what, count, isPainted };
          const result = await page.evaluate((given) => globalThis.bench.run(given), options);
          if (problems.length > 0) throw fail('its page failed');
          return result;
        },
        close: () => context.close(),
      };
    },
    close: () => browser.close(),
  };
}
