// `pnpm chaos [--minutes N] [--seed S]`: ten clients of five users write to each other through the real stack while their
// networks are cut, slowed and robbed of answers, and Postgres, PostgREST, the gateway and the replication connection are
// killed and started again. Then calm, and a comparison of what everybody shows with the database. Ends with one line of
// JSON; exit code 1 if anything was lost, doubled, out of order or different.
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startLocalStack } from '@confab/local-stack';
import pg from 'pg';
import { check, noHarm } from './chaos/checker.mjs';
import { connectClient } from './chaos/client.mjs';
import { clientFaults, serverFaults } from './chaos/faults.mjs';
import { createRandom } from './chaos/random.mjs';
import { CommandError, runMain } from './lib/command-error.mjs';
import { eventually } from './lib/eventually.mjs';

/** @typedef {import('./chaos/client.mjs').ChaosClient} ChaosClient */

const USERS = 5;
const DEVICES_EACH = 2;
const PASSWORD = 'correct horse battery';
/** Short, so that tokens expire while all this goes on. */
const TOKEN_SECONDS = 60;
const CALM_MS = 150_000;
/** What it may take beyond the minutes of faults: who is not through by then waits for something that never comes. */
const PATIENCE_MS = 300_000;

/** @param {number} ms */
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * @param {pg.Pool} db
 * @param {readonly string[]} conversations
 */
async function readDatabase(db, conversations) {
  const { rows } = await db.query(
    `select id, conversation_id, seq::int, content, deleted_at is not null as gone, coalesce(reactions, '[]') as reactions
     from confab.messages where conversation_id = any ($1) and thread_root_id is null order by seq`,
    [conversations],
  );
  const { rows: counts } = await db.query(
    `select mm.user_id, mm.conversation_id, count(m.id)::int as unread
     from confab.members mm
     left join confab.messages m on m.conversation_id = mm.conversation_id and m.seq > mm.unread_after_seq
       and m.deleted_at is null and m.counts and m.sender_id is distinct from mm.user_id
     where mm.conversation_id = any ($1) group by 1, 2`,
    [conversations],
  );
  /** @type {Map<string, import('./chaos/checker.mjs').Row[]>} */
  const database = new Map(conversations.map((id) => [id, []]));
  for (const row of rows) {
    database.get(row.conversation_id)?.push({
      id: row.id,
      seq: row.seq,
      content: row.content,
      isDeleted: row.gone,
      reactions: reactionsOf(row.reactions),
    });
  }
  return {
    database,
    unread: new Map(counts.map((row) => [`${row.user_id} ${row.conversation_id}`, Number(row.unread)])),
  };
}

/** @param {readonly { emoji: string, count: number }[]} reactions */
function reactionsOf(reactions) {
  return reactions
    .map(({ emoji, count }) => `${emoji}${count}`)
    .sort()
    .join();
}

/**
 * What a client shows, scrolled up to the first message.
 *
 * @param {ChaosClient} client
 * @param {string} conversation
 */
async function readView(client, conversation) {
  const confab = client.confab();
  const list = confab.messages.list(conversation);
  while (list.get().hasOlder) await list.fetchOlder();
  const shown = confab.conversations
    .list()
    .get()
    .conversations.find(({ id }) => id === conversation);
  return {
    user: client.userId,
    conversation,
    unread: shown?.unreadCount ?? -1,
    messages: list.get().messages.map(({ id, seq, content, deletedAt, reactions }) => ({
      id,
      seq: seq ?? 0,
      content,
      isDeleted: deletedAt !== null,
      reactions: reactionsOf(reactions),
    })),
  };
}

await runMain(async () => {
  const { values } = parseArgs({
    options: { minutes: { type: 'string', default: '2' }, seed: { type: 'string', default: '1' } },
  });
  const minutes = Number(values.minutes);
  if (!(minutes > 0)) throw new CommandError('unable to run; --minutes needs a number above 0');
  const random = createRandom(Number(values.seed));
  const stack = await startLocalStack({
    migrationsDir: fileURLToPath(new URL('../supabase/migrations', import.meta.url)),
    auth: { accessTokenSeconds: TOKEN_SECONDS },
  });
  const db = new pg.Pool({ connectionString: stack.dbUrl, max: 2 });
  // Connections die with the database; the next query makes another one.
  db.on('error', () => undefined);
  const harm = noHarm();
  /** @type {string[]} */
  const notes = [];
  /** @type {ChaosClient[]} */
  const clients = [];
  let stage = 'signing up';
  const watchdog = setTimeout(
    () => {
      console.error(`unable to end; still ${stage}`);
      for (const client of clients) console.error(client.describe());
      for (const note of notes.slice(0, 40)) console.error(note);
      console.error(process.getActiveResourcesInfo().join());
      process.exit(1);
    },
    minutes * 60_000 + PATIENCE_MS,
  );
  // A process that is only kept alive by what was forgotten is found too.
  watchdog.unref();
  /** @type {Promise<void>[]} */
  let loops = [];
  let isEnding = false;
  try {
    for (let user = 1; user <= USERS; user++) {
      const email = `chaos-${user}@example.com`;
      const signUp = await fetch(`${stack.apiUrl}/auth/v1/signup`, {
        method: 'POST',
        headers: { apikey: stack.anonKey, 'content-type': 'application/json' },
        body: JSON.stringify({ email, password: PASSWORD, data: { name: `U${user}` } }),
      });
      if (!signUp.ok) throw new CommandError(`unable to sign up ${email}; ${await signUp.text()}`);
      for (let device = 1; device <= DEVICES_EACH; device++) {
        const name = `U${user}.${device}`;
        clients.push(
          await connectClient({
            stack,
            email,
            password: PASSWORD,
            name,
            random,
            onWrong(kind, line) {
              harm[kind]++;
              notes.push(`${kind}: ${line}`);
            },
          }),
        );
      }
    }
    const [first, ...others] = clients;
    if (!first) throw new CommandError('unable to run; there are no clients');
    const userIds = [...new Set(others.map(({ userId }) => userId))].filter((id) => id !== first.userId);
    /** @type {string[]} */
    const conversations = [];
    for (const title of ['One', 'Two', 'Three']) {
      const { id, confirmed } = await first
        .confab()
        .conversations.create({ kind: 'group', title, memberIds: userIds });
      const outcome = await confirmed;
      if (!outcome.ok) throw outcome.error;
      conversations.push(id);
    }
    for (const client of clients) client.watch(conversations);
    await eventually('all are live', () => clients.every((client) => client.isCalm()));

    /** @type {Record<string, number>} */
    const faults = {};
    const count = (/** @type {string} */ name) => (faults[name] = (faults[name] ?? 0) + 1);
    const end = performance.now() + minutes * 60_000;
    const isOver = () => isEnding || performance.now() > end;
    const until = async (/** @type {() => Promise<void>} */ step) => {
      while (!isOver()) await step();
    };
    stage = 'writing, cutting and killing';
    const writing = clients.map((client) =>
      until(async () => {
        await client.act();
        await pause(random.between(50, 600));
      }),
    );
    const cutting = clients.map((client) =>
      until(async () => {
        await pause(random.between(2_000, 12_000));
        const name = random.pick(Object.keys(clientFaults)) ?? 'cut';
        count(name);
        await clientFaults[name]?.(client, random);
      }),
    );
    const killing = until(async () => {
      await pause(random.between(5_000, 12_000));
      const name = random.pick(Object.keys(serverFaults)) ?? 'postgrest';
      count(name);
      await serverFaults[name]?.(stack, db).catch((/** @type {unknown} */ error) => {
        notes.push(`unable to restart ${name}; ${String(error)}`);
        throw error;
      });
    });
    loops = [...writing, ...cutting, killing];
    await Promise.all(loops);

    stage = 'waiting for calm';
    const calm = performance.now();
    for (const { proxy } of clients) proxy.mend();
    let isCalm = true;
    await eventually('all is sent', () => clients.every((client) => client.isCalm()), CALM_MS).catch(() => {
      isCalm = false;
    });
    for (const client of clients) {
      const { type, unsentCount } = client.confab().connection.get();
      if (!client.isCalm()) notes.push(`${client.name} is ${type} with ${unsentCount} unsent`);
      // Edits may be refused, of what another device has deleted; what is sent may not.
      for (const [id, code] of client.refused) {
        if (code === 'discarded') continue;
        harm.lost++;
        notes.push(`refused: ${id} of ${client.name}, ${code}`);
      }
    }
    const sent = clients.flatMap((client) => client.sent);
    stage = 'comparing';
    // The last events may be on their way: what differs is looked at again until it is the same or time is up.
    for (;;) {
      /** @type {import('./chaos/checker.mjs').View[]} */
      const views = [];
      const lines = /** @type {string[]} */ ([]);
      let unreadable = 0;
      for (const client of clients) {
        for (const id of conversations) {
          try {
            views.push(await readView(client, id));
          } catch (error) {
            unreadable++;
            lines.push(`${client.name} cannot read; ${String(error)}`);
          }
        }
      }
      const found = check({ ...(await readDatabase(db, conversations)), sent, views }, (line) =>
        lines.push(line),
      );
      found.diverged += unreadable;
      const isClean = Object.values(found).every((n) => n === 0);
      if (!isClean && isCalm && performance.now() - calm < CALM_MS) {
        await pause(1_000);
        continue;
      }
      for (const key of /** @type {(keyof typeof harm)[]} */ (Object.keys(harm))) harm[key] += found[key];
      notes.push(...lines);
      break;
    }
    if (!isCalm) harm.diverged++;
    for (const note of notes.slice(0, 40)) console.error(note);
    const operations = clients.reduce((sum, client) => sum + client.operations(), 0);
    const calmMs = Math.round(performance.now() - calm);
    console.log(
      JSON.stringify({
        histories: 1,
        clients: clients.length,
        minutes,
        operations,
        sent: sent.length,
        faults,
        calmMs,
        ...harm,
      }),
    );
    return Object.values(harm).every((n) => n === 0) ? 0 : 1;
  } finally {
    stage = 'closing';
    // What goes on beside would start again what is stopped here.
    isEnding = true;
    await Promise.allSettled(loops);
    await Promise.all(clients.map((client) => client.close().catch(() => undefined)));
    await db.end();
    await stack.stop();
    stage = 'with something open';
  }
});
