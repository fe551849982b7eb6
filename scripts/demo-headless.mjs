// `pnpm demo --headless`: three clients talk through a fresh stack; one of them goes offline while the others write 50
// messages, writes 20 itself, and comes back. Ends with one line of JSON; exit code 1 if anything is lost, doubled or
// out of order.
import { createConfab } from '@confab/core';
import { startLocalStack } from '@confab/local-stack';
import { createClient } from '@supabase/supabase-js';
import pg from 'pg';
import { CommandError, runMain } from './lib/command-error.mjs';
import { auditConversation } from './lib/conversation-audit.mjs';
import { eventually } from './lib/eventually.mjs';
import { fromRoot } from './lib/root.mjs';
import { createSwitchableNetwork } from './lib/switchable-network.mjs';

/** @typedef {Awaited<ReturnType<typeof connect>>} Person */

const ONLINE_EACH = 20;
const WHILE_AWAY = 50;
const QUEUED = 20;

/**
 * One person on a device of their own.
 *
 * @param {{ apiUrl: string, anonKey: string }} stack
 * @param {string} name of a demo user
 */
async function connect(stack, name) {
  const network = createSwitchableNetwork();
  const supabase = createClient(stack.apiUrl, stack.anonKey, {
    auth: { persistSession: false },
    global: { fetch: network.fetch },
    realtime: { transport: /** @type {any} */ (network.WebSocket) },
  });
  const { data, error } = await supabase.auth.signInWithPassword({
    email: `${name}@example.com`,
    password: 'password123',
  });
  if (error) throw new CommandError(`unable to sign in ${name}; ${error.message}`);
  const confab = createConfab({ supabase });
  const close = async () => {
    await confab.close();
    await supabase.removeAllChannels();
    await supabase.auth.stopAutoRefresh();
  };
  return { name, userId: data.user.id, network, confab, close };
}

/**
 * What people wrote, and the promises of its confirmation.
 *
 * @param {string} conversationId
 */
function createTranscript(conversationId) {
  /** @type {import('./lib/conversation-audit.mjs').Sent[]} */
  const sent = [];
  /** @type {Promise<{ ok: boolean }>[]} */
  const confirmations = [];
  /** @type {Map<string, number>} */
  const counts = new Map();
  return {
    sent,
    confirmations,
    /**
     * @param {Person} person
     * @param {number} count of messages, each sent when the one before it is stored on the device
     */
    async write({ name, userId, confab }, count) {
      for (let i = 0; i < count; i += 1) {
        const number = (counts.get(name) ?? 0) + 1;
        counts.set(name, number);
        const content = `${name} ${number}`;
        const { id, confirmed } = await confab.messages.send(conversationId, { content });
        sent.push({ sender: userId, id, content });
        confirmations.push(confirmed);
      }
    },
  };
}

/**
 * @param {string} dbUrl
 * @param {string} conversationId
 */
async function readDatabase(dbUrl, conversationId) {
  const db = new pg.Client({ connectionString: dbUrl });
  await db.connect();
  try {
    const { rows } = await db.query(
      'select id, content from confab.messages where conversation_id = $1 order by seq',
      [conversationId],
    );
    return /** @type {import('./lib/conversation-audit.mjs').Shown[]} */ (rows);
  } finally {
    await db.end();
  }
}

/**
 * What a client shows, scrolled up to the first message.
 *
 * @param {Person} person
 * @param {string} conversationId
 */
async function readView({ userId, confab }, conversationId) {
  const list = confab.messages.list(conversationId);
  while (list.get().hasOlder) await list.fetchOlder();
  const messages = list.get().messages.map(({ id, content }) => ({ id, content }));
  return { user: userId, messages };
}

/**
 * @param {Person[]} people Alice, Bob and Carol
 * @param {string} dbUrl
 */
async function converse([alice, bob, carol], dbUrl) {
  if (!alice || !bob || !carol) throw new CommandError('unable to converse; three people are needed');
  const people = [alice, bob, carol];
  const { id, confirmed: creation } = await alice.confab.conversations.create({
    kind: 'group',
    title: 'Headless demo',
    memberIds: [bob.userId, carol.userId],
  });
  const created = await creation;
  if (!created.ok) throw created.error;

  const lists = people.map(({ confab }) => confab.messages.list(id));
  const stops = lists.map((list) => list.subscribe(() => undefined));
  const transcript = createTranscript(id);
  /** @param {number} count */
  const areAllShown = (count) => () =>
    lists.every((list) => {
      const { messages } = list.get();
      return messages.length >= count && messages.every(({ status }) => status === 'sent');
    });

  console.log(`all three are online and write ${ONLINE_EACH} messages each`);
  await Promise.all(people.map((person) => transcript.write(person, ONLINE_EACH)));
  await eventually('everybody shows everything', areAllShown(3 * ONLINE_EACH));

  console.log(`Carol loses the network; Alice and Bob write ${WHILE_AWAY} messages, Carol queues ${QUEUED}`);
  carol.network.cut();
  const answered = transcript.confirmations.length;
  await Promise.all([
    transcript.write(alice, WHILE_AWAY / 2),
    transcript.write(bob, WHILE_AWAY / 2),
    transcript.write(carol, QUEUED),
  ]);
  const ofOthers = transcript.confirmations
    .slice(answered)
    .filter((_, index) => transcript.sent[answered + index]?.sender !== carol.userId);
  await Promise.all(ofOthers);
  const waiting = carol.confab.connection.get().unsentCount;
  if (waiting !== QUEUED)
    throw new CommandError(`unable to go on; Carol has ${waiting} messages queued, not ${QUEUED}`);

  console.log('Carol is back');
  carol.network.mend();
  let confirmed = 0;
  for (const confirmation of transcript.confirmations) {
    void confirmation.then(({ ok }) => (confirmed += ok ? 1 : 0));
  }
  const isDone = () => confirmed === transcript.sent.length && areAllShown(transcript.sent.length)();
  await eventually('everything is confirmed and shown', isDone).catch((error) => {
    // The audit says what is missing.
    console.error(error.message);
  });
  const views = [];
  for (const person of people) views.push(await readView(person, id));
  for (const stop of stops) stop();

  const { sent } = transcript;
  const audit = auditConversation({ sent, database: await readDatabase(dbUrl, id), views });
  return { sent: sent.length, confirmed, ...audit };
}

await runMain(async () => {
  const stack = await startLocalStack({
    migrationsDir: fromRoot('supabase/migrations'),
    seed: fromRoot('supabase/seed.sql'),
  });
  /** @type {Person[]} */
  const people = [];
  try {
    const start = performance.now();
    for (const name of ['alice', 'bob', 'carol']) people.push(await connect(stack, name));
    const result = await converse(people, stack.dbUrl);
    const ms = Math.round(performance.now() - start);
    for (const person of people) await person.close();
    people.length = 0;
    await stack.stop();
    console.log(JSON.stringify({ ...result, ms }));
    const { sent, confirmed, lost, duplicated, reordered } = result;
    return confirmed === sent && lost + duplicated + reordered === 0 ? 0 : 1;
  } finally {
    for (const person of people) await person.close();
    await stack.stop();
  }
});
