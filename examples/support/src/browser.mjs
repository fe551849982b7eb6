import { chromium } from 'playwright-core';
import { findChromium } from '../../../scripts/lib/chromium.mjs';

export { chromium };

/** What every Chromium of the examples is started with. */
export async function launchOptions() {
  return {
    executablePath: await findChromium(),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--no-first-run',
    ],
  };
}
