// A bot that answers everybody who writes to it. What came while it was not running is answered when it is back,
// because what it has read is kept by the server.
import { setTimeout as pause } from 'node:timers/promises';
import { createConfab, createMemoryStorage } from '@confab/core';
import { createClient } from '@supabase/supabase-js';
import ws from 'ws';
import { replyTo } from './replies.mjs';

const {
  CONFAB_URL,
  CONFAB_ANON_KEY,
  BOT_EMAIL,
  BOT_PASSWORD,
  BOT_NAME = 'Echo',
  BOT_GREETS = '',
} = process.env;
if (!CONFAB_URL || !CONFAB_ANON_KEY || !BOT_EMAIL || !BOT_PASSWORD) {
  console.error('unable to start; set CONFAB_URL, CONFAB_ANON_KEY, BOT_EMAIL and BOT_PASSWORD');
  process.exit(1);
}

const supabase = createClient(CONFAB_URL, CONFAB_ANON_KEY, {
  auth: { persistSession: false },
  // Node has a WebSocket of its own from version 22 on.
  realtime: { transport: ws },
});
const confab = createConfab({ supabase, storage: createMemoryStorage() });
const list = confab.conversations.list();

/** Conversations that are being watched, and those that are being answered. */
const watched = new Set();
const answering = new Set();
/** Up to where each is answered: the list may say a moment later that it was read. */
const answeredSeqs = new Map();

async function signIn() {
  const credentials = { email: BOT_EMAIL, password: BOT_PASSWORD };
  const { error } = await supabase.auth.signInWithPassword(credentials);
  if (!error) return;
  const { error: refusal } = await supabase.auth.signUp({
    ...credentials,
    options: { data: { display_name: BOT_NAME } },
  });
  if (refusal) throw new Error(`unable to sign in; ${error.message}, nor to sign up; ${refusal.message}`);
}

/** Watching keeps messages and room open: the bot is shown as online, and can say that it is typing. */
function watch(conversationId) {
  if (watched.has(conversationId)) return;
  watched.add(conversationId);
  confab.messages.list(conversationId).subscribe(answerNews);
  confab.typing.in(conversationId).subscribe(() => undefined);
}

function answerNews() {
  for (const conversation of list.get().conversations) {
    watch(conversation.id);
    if (!answering.has(conversation.id)) void answer(conversation);
  }
}

async function answer({ id, lastReadSeq, memberCount }) {
  const messages = confab.messages.list(id);
  const answeredSeq = Math.max(lastReadSeq, answeredSeqs.get(id) ?? 0);
  // By the messages, not by the count of unread ones: that may be here a moment before them.
  const readNews = () => messages.get().messages.filter(({ seq }) => seq !== null && seq > answeredSeq);
  const oldestSeq = () => messages.get().messages.find(({ seq }) => seq !== null)?.seq ?? 0;
  if (readNews().length === 0) return;
  answering.add(id);
  try {
    while (messages.get().hasOlder && oldestSeq() > answeredSeq + 1) await messages.fetchOlder();
    const news = readNews();
    const newestSeq = news.at(-1).seq;
    answeredSeqs.set(id, newestSeq);
    await confab.messages.markRead(id, newestSeq);
    for (const { isOwn, data, content, sender } of news) {
      // Never its own kind: two bots would talk for ever.
      if (isOwn || data.isBot || content === null) continue;
      confab.typing.in(id).keystroke();
      await pause(600);
      const reply = replyTo(content, { name: sender?.displayName ?? 'you', memberCount });
      await confab.messages.send(id, { content: reply, data: { isBot: true } });
    }
    answering.delete(id);
    // What came meanwhile.
    answerNews();
  } catch (error) {
    // The next message that arrives is the next chance.
    answering.delete(id);
    console.error(`unable to answer in ${id};`, error);
  }
}

async function greet(userId) {
  const id = await confab.conversations.direct(userId);
  const messages = confab.messages.list(id);
  const stop = messages.subscribe(async () => {
    if (messages.get().isPending) return;
    stop();
    if (messages.get().messages.length > 0) return;
    const content = `Hello, I am ${BOT_NAME}. Write something, or /help.`;
    await confab.messages.send(id, { content, data: { isBot: true } });
  });
}

await signIn();
list.subscribe(answerNews);
for (const userId of BOT_GREETS.split(',').filter(Boolean)) await greet(userId.trim());
console.log(`${BOT_NAME} is listening`);

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    confab.close();
    process.exit(0);
  });
}
