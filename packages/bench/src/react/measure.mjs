// All sides in turns, so that whatever else the machine does meets all of them.
import { statistics } from '../client/turns.mjs';

const SIDES = ['confab', 'items', 'store', 'stream'];
export const CHANGES = ['message', 'edit', 'reaction'];
const TURNS = 12;
/** Changes per turn: the peer takes hundreds of milliseconds for one. */
const BLOCK = { confab: 5, items: 5, store: 5, stream: 1 };
/**
 * What happens before anything is timed: until then the code is being compiled. Mostly what adds no rows, and at once; the
 * code of the peer runs a thousand times with each.
 */
const WARM_UP = [
  { what: 'edit', count: { confab: 400, items: 400, store: 400, stream: 3 } },
  { what: 'message', count: { confab: 40, items: 40, store: 40, stream: 3 } },
  { what: 'reaction', count: { confab: 40, items: 40, store: 40, stream: 3 } },
];

/**
 * With `loaded` messages shown: by kind of change and side `{ median, p95, min, count }` in microseconds, `rows` rendered
 * per change, and `wrappers`: what the peer renders around each row.
 */
export async function measureLoaded(browser, loaded) {
  const pages = {};
  const figures = {};
  try {
    for (const name of SIDES) {
      pages[name] = await browser.open(name, loaded);
      for (const { what, count } of WARM_UP) await pages[name].run(what, count[name], { isPainted: false });
    }
    for (const what of CHANGES) figures[what] = await inTurns(pages, what);
  } finally {
    for (const page of Object.values(pages)) await page.close();
  }
  return figures;
}

async function inTurns(pages, what) {
  const results = Object.fromEntries(SIDES.map((name) => [name, []]));
  for (let turn = 0; turn < TURNS; turn += 1)
    for (let n = 0; n < SIDES.length; n += 1) {
      const name = SIDES[(n + turn) % SIDES.length];
      results[name].push(await pages[name].run(what, BLOCK[name]));
    }
  const last = new Set(SIDES.filter((name) => name !== 'stream').map((name) => results[name].at(-1).text));
  if (last.size !== 1) throw new Error(`unable to measure; the sides end with ${[...last].join(' and ')}`);
  return Object.fromEntries(SIDES.map((name) => [name, figuresOf(results[name])]));
}

function figuresOf(results) {
  const times = results.flatMap((result) => result.times);
  const perChange = (key) => results.reduce((sum, result) => sum + result[key], 0) / times.length;
  return { ...statistics(times), rows: perChange('rows'), wrappers: perChange('wrappers') };
}
