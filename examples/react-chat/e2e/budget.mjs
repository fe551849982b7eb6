// `pnpm --filter @confab/example-react-chat budget`: how soon the built example shows its list, and how much JavaScript
// that takes. Prints one line of JSON; times are in ms from the beginning of the navigation.
import { gzipSync } from 'node:zlib';
import { startWorld } from './support/world.mjs';

const WARM_RUNS = 5;

/** Notes when the first conversation is there. */
const stopwatch = `new MutationObserver((_, observer) => {
  if (!document.querySelector('a.conversation')) return;
  observer.disconnect();
  requestAnimationFrame(() => (globalThis.listShownAt = performance.now()));
}).observe(document, { childList: true, subtree: true });`;

/** @param {import('playwright-core').Page} page */
async function listShownAt(page) {
  const shown = await page.waitForFunction('globalThis.listShownAt');
  return Math.round(Number(await shown.jsonValue()));
}

/** @param {import('playwright-core').Page} page */
async function scriptsOf(page) {
  const urls = await page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .map(({ name }) => name)
      .filter((name) => name.endsWith('.js')),
  );
  const texts = await Promise.all([...new Set(urls)].map(async (url) => (await fetch(url)).text()));
  return {
    jsKb: Math.round(texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0) / 1000),
    jsGzipKb: Math.round(texts.reduce((sum, text) => sum + gzipSync(text, { level: 9 }).length, 0) / 1000),
  };
}

const world = await startWorld();
try {
  // A profile that knows nothing: it signs in, and asks the server for everything.
  const fresh = await world.open(null);
  await fresh.context.addInitScript(stopwatch);
  await fresh.page.goto(`${world.appUrl}?user=alice`);
  const coldMs = await listShownAt(fresh.page);
  const scripts = await scriptsOf(fresh.page);
  // What is kept for the next start is written a moment later.
  await fresh.page.locator('a.conversation').first().click();
  await fresh.page.getByTestId('message').last().waitFor();
  const warm = [];
  for (let run = 0; run < WARM_RUNS; run++) {
    await fresh.page.goto(`${world.appUrl}?user=alice`);
    warm.push(await listShownAt(fresh.page));
  }
  warm.sort((a, b) => a - b);
  await fresh.close();
  console.log(JSON.stringify({ coldMs, warmMs: warm[WARM_RUNS >> 1], warmWorstMs: warm.at(-1), ...scripts }));
} finally {
  await world.stop();
}
