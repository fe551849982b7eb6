// How long a start without network takes until the first list, and then the first messages, are shown: everything from
// IndexedDB, in a thread that has compiled nothing yet, as a page that has just been opened.
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

import { loadCore } from './bundle.mjs';
import { ME, conversationId, conversationRow, membersOf, messageRow, profileRow } from './rows.mjs';
import { statistics } from './turns.mjs';

const ROWS = 50;
const STORE = `confab-cache-${ME}`;
const numbers = (count) => Array.from({ length: count }, (_, i) => i);

function openClient(core, storage, environment) {
  const realtime = core.createFakeRealtime({ onOpen: (channel) => channel.ready() });
  const auth = core.createFakeAuth(ME);
  const clock = core.createManualClock({ random: Math.random });
  const fakes = core.createFakes({ clock, auth, realtime, storage, persistsCache: true, ...environment });
  return { ...fakes, ...core.createConfabOnFakes(fakes) };
}

/** What is in storage after a client has shown all that. */
async function storedRows(core, { conversations, windows }) {
  const storage = { ...core.createMemoryStorage(), kind: 'custom' };
  const { transport, confab, clock } = openClient(core, storage);
  const empty = [
    'conversations',
    'members',
    'messages',
    'profiles',
    'removed',
    'truncated',
    'drafts',
    'threads',
  ];
  const nothing = Object.fromEntries([...empty, 'hidden'].map((name) => [name, []]));
  const answers = {
    conversations: () => ({
      conversations: numbers(conversations).map((number) => conversationRow(number, ROWS)),
      members: numbers(conversations).flatMap(membersOf),
      profiles: numbers(200).map(profileRow),
      next: null,
      unread_total: conversations * ROWS,
    }),
    history: ({ conversation_id: id }) => ({
      messages: numbers(ROWS).map((i) => messageRow(id, i + 1, i + 1, { is_hidden: false })),
      profiles: [],
      covers: { from: 1, to: ROWS },
      has_older: false,
      has_newer: false,
      version: ROWS,
    }),
    pull: () => ({ ...nothing, cursor: 'c1', reset: false, has_more: false, unread_total: 0 }),
    push: ({ mutations }) => ({ results: mutations.map(({ id }) => ({ id, ok: true, result: {} })) }),
  };
  for (const [fn, answer] of Object.entries(answers)) transport.on(fn, answer);
  const views = [
    confab.conversations.list(),
    ...numbers(windows).map((i) => confab.messages.list(conversationId(i))),
  ];
  for (const view of views) view.subscribe(() => undefined);
  for (let i = 0; i < 10; i += 1) await clock.advance(1000);
  confab.close();
  await core.settled();
  const rows = await storage.open(STORE).entries();
  if (rows.length !== windows + 2) throw new Error(`unable to measure; ${rows.length} records are stored`);
  return rows;
}

/** Resolves with the moment when `isThere` holds for what a view shows. */
function shownAt(view, isThere) {
  return new Promise((resolve) => {
    const check = () => isThere(view.get()) && resolve(performance.now());
    view.subscribe(check);
    check();
  });
}

/** In the thread: the milliseconds of one start. */
async function start(rows, { conversations }) {
  await import('fake-indexeddb/auto');
  const core = await loadCore();
  const storage = core.createIndexedDbStorage();
  await storage.open(STORE).setMany(rows);
  const environment = { isOnline: () => false, isVisible: () => true, onChange: () => () => undefined };
  const began = performance.now();
  const { confab } = openClient(core, core.createIndexedDbStorage(), { environment });
  const list = shownAt(confab.conversations.list(), (view) => view.conversations.length === conversations);
  const messages = shownAt(confab.messages.list(conversationId(0)), (view) => view.messages.length === ROWS);
  return { list: (await list) - began, messages: (await messages) - began };
}

/**
 * Milliseconds from the creation of the client, over several starts: `{ list, messages }`, each with median, p95, min and
 * count.
 */
export async function measureColdStart(core, { conversations = 200, windows = 50, starts = 5 } = {}) {
  const rows = await storedRows(core, { conversations, windows });
  const times = [];
  for (let i = 0; i < starts; i += 1) {
    const worker = new Worker(fileURLToPath(import.meta.url), { workerData: { rows, conversations } });
    times.push(
      await new Promise((resolve, reject) => {
        worker.on('message', resolve);
        worker.on('error', reject);
      }),
    );
    await worker.terminate();
  }
  return {
    list: statistics(times.map(({ list }) => list)),
    messages: statistics(times.map(({ messages }) => messages)),
  };
}

if (!isMainThread && workerData?.rows) parentPort.postMessage(await start(workerData.rows, workerData));
