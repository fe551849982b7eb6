import { spawn } from 'node:child_process';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';

import { loadCore, measureBundle } from './client/bundle.mjs';
import { measureColdStart } from './client/cold-start.mjs';
import { createWorld, measureCatchUp, measureFlush, measureLive } from './client/network.mjs';
import { rowOf, tableOf } from './client/report.mjs';

const ROUND_TRIP = 'round trip 50 ms';

/**
 * How fast the client is: in memory against stream-chat, on the wire against supabase-js on a plain table, both in turns
 * in one run. What happens in memory is measured in a process of its own, which may collect its garbage.
 */
export async function benchClient(print) {
  print(
    `measuring on ${cpus().length} cores; times of one event include its decoding and the views an app watches`,
  );
  const memory = await inProcess(print);
  const core = await loadCore();
  print('measuring a start from storage');
  const cold = await measureColdStart(core, { conversations: 200 });
  const bundle = (await measureBundle()) / 1000;
  print('measuring on the local stack');
  const world = await createWorld();
  let wire;
  try {
    wire = {
      live: await measureLive(core, world, { rounds: 60 }),
      flush: await measureFlush(core, world, { messages: 1000 }),
      catchUp: await measureCatchUp(core, world, { conversations: 200, changes: 2000 }),
    };
  } finally {
    await world.stop();
  }
  const results = [...memoryRows(memory), ...wireRows(wire), ...startRows(cold, bundle)];
  for (const line of ['', ...tableOf(results), '']) print(line);
  const rows = results.map(({ row }) => row);
  return { bench: 'client', rows, ok: rows.every(({ isMet }) => isMet) };
}

function memoryRows({ in1k, in10k, many, late, edits, reactions, session, memory, enqueue }) {
  const { atEarly, atLate, peer, shown, heldBytesPerMessage } = session;
  return [
    rowOf({
      name: 'incoming message, 1 k loaded',
      unit: 'µs',
      ...in1k,
      limits: [
        { of: 'median', atMost: 15 },
        { of: 'faster', atLeast: 2 },
      ],
    }),
    rowOf({
      name: 'incoming message, 10 k loaded',
      unit: 'µs',
      ...in10k,
      limits: [
        { of: 'median', atMost: 30 },
        { of: 'faster', atLeast: 4 },
      ],
    }),
    rowOf({ name: 'the same with 1,000 conversations in the list, 1 k', unit: 'µs', ...many, limits: [] }),
    rowOf({
      name: `after 50 k received (${shown} held)`,
      unit: 'µs',
      confab: atLate,
      peer,
      growth: atLate.median / atEarly.median,
      heldBytesPerMessage,
      limits: [
        { of: 'growth', atMost: 1.25 },
        { of: 'heldBytesPerMessage', atMost: 20 },
        { of: 'faster', atLeast: 50 },
      ],
    }),
    rowOf({
      name: 'late message, 10 k loaded',
      unit: 'µs',
      ...late,
      limits: [{ of: 'median', atMost: 40 }],
    }),
    ...Object.entries({ edits, reactions }).map(([what, figures]) =>
      rowOf({
        name: `1,000 ${what}, 10 k loaded`,
        unit: 'ms',
        ...figures,
        limits: [
          { of: 'median', atMost: 30 },
          { of: 'faster', atLeast: 3 },
        ],
      }),
    ),
    rowOf({
      name: 'memory per loaded message beyond its text',
      unit: 'B',
      confab: { median: memory.confab },
      peer: { median: memory.peer },
      limits: [{ of: 'median', atMost: 600 }],
    }),
    rowOf({
      name: 'enqueue one, 5,000 queued, beyond the store',
      unit: 'µs',
      confab: { ...enqueue.many, median: enqueue.many.beyond },
      growth: enqueue.many.beyond / enqueue.few.beyond,
      limits: [
        { of: 'median', atMost: 50 },
        { of: 'growth', atMost: 1.25 },
      ],
    }),
  ];
}

function wireRows({ live, flush, catchUp }) {
  return [
    rowOf({
      name: 'flush 1,000 queued',
      unit: 'ms',
      ...flush.direct,
      limits: [
        { of: 'requests', atMost: 12 },
        { of: 'faster', atLeast: 1.5 },
      ],
    }),
    rowOf({
      name: `flush 1,000 queued, ${ROUND_TRIP}`,
      unit: 'ms',
      ...flush.proxied,
      limits: [
        { of: 'requests', atMost: 12 },
        { of: 'faster', atLeast: 20 },
      ],
    }),
    rowOf({
      name: `catch up 2,000 in 200, ${ROUND_TRIP}`,
      unit: 'ms',
      ...catchUp,
      limits: [
        { of: 'requests', atMost: 3 },
        { of: 'faster', atLeast: 5 },
      ],
    }),
    rowOf({
      name: 'send → view of the other',
      unit: 'ms',
      ...live,
      slower: live.confab.median / live.peer.median,
      limits: [{ of: 'slower', atMost: 2 }],
    }),
  ];
}

function startRows(cold, bundle) {
  return [
    rowOf({
      name: 'start from storage, 200 conversations',
      unit: 'ms',
      confab: cold.list,
      limits: [{ of: 'median', atMost: 100 }],
    }),
    rowOf({
      name: 'start bundle with dependencies, gzip',
      unit: 'kB',
      confab: { median: bundle },
      limits: [{ of: 'median', atMost: 36 }],
    }),
  ];
}

/** What `client/in-memory.mjs` prints last. */
function inProcess(print) {
  const file = fileURLToPath(new URL('client/in-memory.mjs', import.meta.url));
  const child = spawn(process.execPath, ['--expose-gc', file], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += chunk;
    const lines = text.split('\n');
    text = lines.pop();
    for (const line of lines)
      if (line.startsWith('{')) text = line;
      else print(line);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(JSON.parse(text));
      else reject(new Error(`unable to measure; the process of what is in memory ended with ${code}`));
    });
  });
}
