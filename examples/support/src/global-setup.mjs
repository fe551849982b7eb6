// A global setup of Vitest: what the files of a run share, one build of the example and one Chromium.
import { basename } from 'node:path';
import { chromium, launchOptions } from './browser.mjs';
import { serveExample } from './serve-example.mjs';
import { SHARED } from './world.mjs';

/** @param {import('vitest/node').TestProject} project */
export default async function setup({ config }) {
  const [app, browser] = await Promise.all([
    serveExample(basename(config.root)),
    launchOptions().then((options) => chromium.launchServer(options)),
  ]);
  // The workers begin with what is set here.
  process.env[SHARED] = JSON.stringify({ appUrl: app.url, browserUrl: browser.wsEndpoint() });
  return async () => {
    delete process.env[SHARED];
    await Promise.all([app.close(), browser.close()]);
  };
}
