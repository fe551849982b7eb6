import { cpus } from 'node:os';

import { openBrowser } from './react/browser.mjs';
import { CHANGES, measureLoaded } from './react/measure.mjs';
import { rowOf, summarise, tableOf } from './react/report.mjs';

const LOADED = [1000, 5000];

/**
 * What a list costs to render, in a browser: rows rendered per change, and the time from an event handed over to what it
 * changed committed. `useMessages` on a whole client, against a store written by hand and stream-chat-react's list.
 */
export async function benchReact(print) {
  const browser = await openBrowser();
  const rows = [];
  try {
    print(`measuring in Chromium ${browser.version} on ${cpus().length} cores`);
    for (const loaded of LOADED) {
      print(`with ${loaded} messages loaded`);
      const figures = await measureLoaded(browser, loaded);
      for (const what of CHANGES) rows.push(rowOf(loaded, what, figures[what]));
    }
  } finally {
    await browser.close();
  }
  for (const line of ['', ...tableOf(rows), '']) print(line);
  return summarise(rows);
}
