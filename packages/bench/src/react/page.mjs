// What runs in the browser: one side in a page of its own, mounted with its messages loaded.
import { flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';

import { openConfabView } from './confab-view.mjs';
import { rendered } from './line.mjs';
import { openStoreView } from './store-view.mjs';
import { openStreamView } from './stream-view.mjs';

const SIDES = {
  confab: (parts, options) => openConfabView(parts, { ...options, shows: 'messages' }),
  items: (parts, options) => openConfabView(parts, { ...options, shows: 'items' }),
  store: openStoreView,
  stream: openStreamView,
};

const { document, requestAnimationFrame } = globalThis;

/** What arrives was text a moment ago: objects as the parser makes them. */
const arrived = (value) => JSON.parse(JSON.stringify(value));
/** Resolves after what was committed has been painted, and what it set off has happened. */
const painted = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 4)));

/** `parts`: the client and its hooks. Returns what the other process calls. */
export function createPage(parts) {
  let side;
  let version;
  let seq;
  return {
    /** Resolves with the number of rows that are there. */
    async open({ name, loaded }) {
      side = await SIDES[name](parts, { loaded });
      version = loaded;
      seq = loaded;
      const root = createRoot(document.getElementById('root'));
      flushSync(() => root.render(side.element));
      for (let i = 0; i < 5; i += 1) await painted();
      return document.querySelectorAll('.line').length;
    },
    /**
     * `count` changes, one by one, each painted before the next one if `isPainted`. The time of one begins with its event handed over
     * and ends with what it changed committed to the document, before layout and paint.
     */
    async run({ what, count, isPainted }) {
      const times = [];
      const before = { ...rendered };
      for (let i = 0; i < count; i += 1) {
        version += 1;
        if (what === 'message') seq += 1;
        const event = arrived(side.make(what, { version, seq }));
        const { rows } = rendered;
        const began = performance.now();
        flushSync(() => side.receive(event));
        times.push((performance.now() - began) * 1000);
        if (rendered.rows === rows) throw new Error(`unable to measure; nothing was rendered of one ${what}`);
        if (isPainted) await painted();
      }
      await side.rest?.();
      await painted();
      return {
        times,
        rows: rendered.rows - before.rows,
        wrappers: rendered.wrappers - before.wrappers,
        text: [...document.querySelectorAll('.line')].at(-1)?.textContent,
      };
    },
  };
}
