import { createRequire } from 'node:module';
import type axeCore from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

declare global {
  interface Window {
    readonly axe: typeof axeCore;
  }
}

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** What axe finds, each finding with the elements it means. */
async function findings(page: Page, rules: readonly string[]): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.addScriptTag({ path: axePath });
  // What is still moving has the contrast of neither its beginning nor its end.
  await page.evaluate(() => Promise.allSettled(document.getAnimations().map(({ finished }) => finished)));
  return page.evaluate(
    async (runOnly) => {
      const { violations } = await window.axe.run({ runOnly });
      return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
    },
    [...rules],
  );
}

/** axe finds nothing against WCAG 2.2 A and AA. */
export async function expectAccessible(page: Page, what?: string): Promise<void> {
  expect(await findings(page, WCAG), what).toEqual([]);
}

/** All text stands out enough: what other colours, and nothing else, may change. */
export async function expectContrast(page: Page, what?: string): Promise<void> {
  expect(await findings(page, ['color-contrast']), what).toEqual([]);
}
