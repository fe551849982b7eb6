// The row of writing while offline: what it costs to queue one more, against the store alone.
import 'fake-indexeddb/auto';

import { openConfab } from './confab-side.mjs';
import { ME, conversationId } from './rows.mjs';
import { statistics } from './turns.mjs';

const CONVERSATIONS = 30;

/** The same record that the engine stores, put into a store of its own. */
async function storeAlone(kv, encoded, key) {
  const began = performance.now();
  await kv.set(key, encoded);
  return (performance.now() - began) * 1000;
}

async function enqueueOne(confab, number) {
  const began = performance.now();
  await confab.messages.send(conversationId(number % CONVERSATIONS), {
    content: `message ${number}, written while there is no network to be had`,
  });
  return (performance.now() - began) * 1000;
}

/** Microseconds beyond the store's own put, with nothing queued and with `queued` waiting, in IndexedDB. */
export async function measureEnqueue(core, { queued }) {
  const storage = core.createIndexedDbStorage();
  const opened = await openConfab(core, { loaded: 50, conversations: CONVERSATIONS, storage });
  opened.hold('push');
  const alone = storage.open('bench-store-alone');
  await enqueueOne(opened.confab, 0);
  const [[, encoded]] = await storage.open(`confab-outbox-${ME}`).entries();
  const side = async (from, count) => {
    const times = { ours: [], alone: [] };
    for (let i = 0; i < count; i += 1) {
      times.ours.push(await enqueueOne(opened.confab, from + i));
      times.alone.push(await storeAlone(alone, encoded, `entry ${from + i}`));
    }
    return { ours: statistics(times.ours), alone: statistics(times.alone) };
  };
  const beyond = ({ ours, alone: bare }) => ({
    ...ours,
    bare: bare.median,
    beyond: ours.median - bare.median,
  });
  await side(1, 299);
  const few = await side(300, 200);
  for (let number = 500; number < queued; number += 1) await enqueueOne(opened.confab, number);
  const many = await side(queued, 200);
  opened.close();
  return { few: beyond(few), many: beyond(many) };
}
