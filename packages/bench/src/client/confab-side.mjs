// A whole Confab client on fakes: signed in, live, watching its conversations and one message list.
import {
  ME,
  conversationId,
  conversationRow,
  membersOf,
  messageRow,
  ownMemberRow,
  profileRow,
} from './rows.mjs';

const PAGE_OF_LIST = 200;

/**
 * `loaded`: messages loaded of the watched conversation, of `total` it has; `conversations`: how many the list shows.
 * `skip(seq)`: seqs that belong to replies in threads and are no part of the timeline; `more(seq)`: what a
 * message says otherwise.
 */
export async function openConfab(core, options) {
  const { loaded, conversations = 1000, total = loaded, skip = () => false, more, storage } = options;
  const clock = core.createManualClock();
  const realtime = core.createFakeRealtime({ onOpen: (channel) => channel.ready() });
  const fakes = core.createFakes({
    clock,
    auth: core.createFakeAuth(ME),
    realtime,
    ...(storage && { storage }),
  });
  const all = Array.from({ length: conversations }, (_, i) => i);
  let state = total;
  const pages = {
    conversations({ before }) {
      const from = before === undefined ? 0 : Number(before);
      const part = all.slice(from, from + PAGE_OF_LIST);
      const next = from + PAGE_OF_LIST < all.length ? String(from + PAGE_OF_LIST) : null;
      return {
        conversations: part.map((number) => conversationRow(number, number === 0 ? state : 0)),
        members: part.flatMap(membersOf),
        profiles: Array.from({ length: 10 }, (_, i) => profileRow(i)),
        next,
        unread_total: state,
      };
    },
    history({ before_seq: before = state + 1, max_rows: limit }) {
      const messages = [];
      let from = before;
      while (from > 1 && messages.length < limit) {
        from -= 1;
        if (!skip(from))
          messages.unshift(messageRow(conversationId(0), from, from, { is_hidden: false, ...more?.(from) }));
      }
      return {
        messages,
        profiles: [],
        covers: { from, to: before - 1 },
        has_older: from > 1,
        has_newer: false,
        version: state,
      };
    },
    pull: () => ({
      cursor: 'c1',
      reset: false,
      conversations: [],
      members: [],
      messages: [],
      profiles: [],
      removed: [],
      truncated: [],
      drafts: [],
      threads: [],
      hidden: [],
      has_more: false,
      unread_total: state,
    }),
    drafts: () => ({ drafts: [] }),
    push: ({ mutations }) => ({
      results: mutations.map(({ id, conversation_id, args }) => {
        const member = {
          ...ownMemberRow(conversation_id),
          last_delivered_seq: args.seq,
          changed: 900 + args.seq,
        };
        return { id, ok: true, result: { member, unread: state, unread_mentions: 0, unread_threads: 0 } };
      }),
    }),
  };
  for (const [fn, answer] of Object.entries(pages)) fakes.transport.on(fn, answer);
  const { confab } = core.createConfabOnFakes({ ...fakes, logger: () => undefined });

  const list = confab.conversations.list();
  const messages = confab.messages.list(conversationId(0));
  let changes = 0;
  const stops = [list, messages].map((view) =>
    view.subscribe(() => {
      changes += 1;
      view.get();
    }),
  );
  await core.settled();
  while (list.get().hasNextPage) await list.fetchNextPage();
  while (messages.get().messages.length < loaded && messages.get().hasOlder) await messages.fetchOlder();
  const inbox = realtime.channel(`inbox:${ME}`);
  const shown = messages.get().messages.length;
  if (
    confab.connection.get().type !== 'live' ||
    shown < loaded ||
    list.get().conversations.length < conversations
  )
    throw new Error(`unable to measure; ${shown} messages loaded, ${confab.connection.get().type}`);

  const hand = (event) => {
    state = Math.max(state, event.version);
    inbox.emit('changes', { xid: 1, changes: [event] });
  };
  const unwatch = () => {
    for (const stop of stops.splice(0)) stop();
  };

  // What the fake remembers of each call is not the client's memory.
  fakes.transport.calls.length = 0;
  return {
    confab,
    /** Calls of a function get no answer from now on. */
    hold: (fn) => fakes.transport.hold(fn),
    /** Hands over an event. */
    hand,
    /** The same; returns what the message list shows then. */
    receive(event) {
      hand(event);
      list.get();
      return messages.get().messages;
    },
    shown: () => messages.get().messages,
    conversations: () => list.get().conversations,
    changes: () => changes,
    /** A second later: what waits for time to pass (reports of delivery) happens between measurements. */
    rest() {
      fakes.transport.calls.length = 0;
      return clock.advance(1000);
    },
    /** Nobody watches list and messages any more; they stay loaded. */
    unwatch,
    close() {
      unwatch();
      confab.close();
    },
  };
}
