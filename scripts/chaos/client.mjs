import { createConfab, createMemoryStorage } from '@confab/core';
import { createClient } from '@supabase/supabase-js';
import WebSocket from 'ws';
import { wrongAtOnce } from './checker.mjs';
import { createTcpProxy } from './tcp-proxy.mjs';

/**
 * @typedef {import('@confab/core').Confab} Confab
 * @typedef {import('./checker.mjs').Sent} Sent
 * @typedef {import('./random.mjs').Random} Random
 * @typedef {Awaited<ReturnType<typeof connectClient>>} ChaosClient
 */

const EMOJI = ['👍', '🎉', '❤️'];

/**
 * One device of one user, on a cable of its own, that watches all its conversations.
 *
 * @param {{ stack: { apiUrl: string, anonKey: string }, email: string, password: string, name: string, random: Random,
 *   onWrong: (kind: 'duplicated' | 'holes' | 'reordered', line: string) => void }} options
 */
export async function connectClient({ stack, email, password, name, random, onWrong }) {
  const proxy = await createTcpProxy(Number(new URL(stack.apiUrl).port));
  const supabase = createClient(proxy.url, stack.anonKey, {
    auth: { persistSession: false },
    realtime: { transport: /** @type {any} */ (WebSocket) },
  });
  const { data, error } = await supabase.auth.signInWithPassword({ email, password });
  if (error) throw error;
  const userId = data.user.id;
  const storage = createMemoryStorage();
  /** @type {Sent[]} */
  const sent = [];
  /** What was said of the sends, where it was refused. @type {Map<string, string>} */
  const refused = new Map();
  /** @type {(() => void)[]} */
  let stops = [];
  /** @type {readonly string[]} */
  let conversations = [];
  let confab = createConfab({ supabase, storage });
  let operations = 0;
  let doing = 'nothing';

  const watchAll = () => {
    stops = [confab.conversations.list().subscribe(() => undefined)];
    for (const id of conversations) {
      const list = confab.messages.list(id);
      stops.push(
        confab.typing.in(id).subscribe(() => undefined),
        list.subscribe(() => {
          const wrong = wrongAtOnce(list.get().messages);
          if (wrong)
            onWrong(
              wrong,
              `${name}: ${list
                .get()
                .messages.map(({ seq }) => seq)
                .join()}`,
            );
        }),
      );
    }
  };

  /** @param {string} conversation */
  const own = (conversation) =>
    confab.messages
      .list(conversation)
      .get()
      .messages.filter(({ isOwn, deletedAt, status }) => isOwn && deletedAt === null && status !== 'failed');

  /** @type {Record<string, (conversation: string) => Promise<unknown>>} */
  const actions = {
    async send(conversation) {
      const { id, confirmed } = await confab.messages.send(conversation, {
        content: `${name} ${operations}`,
      });
      sent.push({ device: name, conversation, id, isOptional: false });
      void confirmed.then((outcome) => {
        // A client that was closed does not know; the next one sends what is stored.
        if (!outcome.ok && outcome.error.code !== 'closed') refused.set(id, outcome.error.code);
      });
    },
    async edit(conversation) {
      const target = random.pick(own(conversation));
      if (target)
        await confab.messages.edit(conversation, target.id, { content: `${name} edit ${operations}` });
    },
    async delete(conversation) {
      const target = random.pick(own(conversation));
      if (!target) return;
      for (const message of sent) {
        if (message.id === target.id && target.seq === null) Object.assign(message, { isOptional: true });
      }
      await confab.messages.delete(conversation, target.id);
    },
    async react(conversation) {
      const target = random.pick(confab.messages.list(conversation).get().messages);
      if (target?.seq && target.deletedAt === null)
        await confab.reactions.toggle(target, random.pick(EMOJI) ?? '👍');
    },
    read: (conversation) => confab.messages.markRead(conversation),
    async unread(conversation) {
      const target = random.pick(confab.messages.list(conversation).get().messages);
      if (target?.seq) await confab.messages.markUnread(conversation, target.seq);
    },
    async type(conversation) {
      confab.typing.in(conversation).keystroke();
    },
  };
  const weighted = Object.keys(actions).flatMap((action) =>
    Array.from({ length: action === 'send' ? 10 : action === 'unread' ? 1 : 2 }, () => action),
  );

  return {
    name,
    userId,
    proxy,
    sent,
    refused,
    supabase,
    confab: () => confab,
    operations: () => operations,
    /** @param {readonly string[]} ids */
    watch(ids) {
      conversations = ids;
      watchAll();
    },
    /** Does something a user may do. */
    async act() {
      operations++;
      const conversation = random.pick(conversations);
      const action = random.pick(weighted);
      if (!conversation || !action) return;
      const by = confab;
      doing = action;
      try {
        await actions[action]?.(conversation);
      } catch (error) {
        // The one that was asked has been closed by a reload.
        if (by === confab) throw error;
      }
      doing = 'nothing';
    },
    /** As a tab that is loaded again: what is stored is all that is left. */
    reload() {
      for (const stop of stops) stop();
      confab.close();
      confab = createConfab({ supabase, storage });
      watchAll();
    },
    isCalm() {
      const { type, unsentCount } = confab.connection.get();
      return type === 'live' && unsentCount === 0;
    },
    /** For when it does not end. */
    describe() {
      const { type, unsentCount } = confab.connection.get();
      const lists = conversations.map((id) => {
        const { isPending, error, hasOlder, messages } = confab.messages.list(id).get();
        return { isPending, error: error?.code, hasOlder, from: messages[0]?.seq, of: messages.length };
      });
      return `${name}: doing ${doing}, ${type}, ${unsentCount} unsent; ${JSON.stringify(lists)}`;
    },
    async close() {
      for (const stop of stops) stop();
      confab.close();
      await supabase.auth.stopAutoRefresh();
      await supabase.realtime.disconnect();
      await proxy.close();
    },
  };
}
