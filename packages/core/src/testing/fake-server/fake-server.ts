import { createUuidV7 } from '../../lib/uuid-v7';
import type { SendMessage } from '../../model/mutation';
import type { MemberRole } from '../../model/records';
import { createSeededRandom } from '../seeded-random';
import { fail, isStorable, readArguments, uuidOf, type CallArguments } from './arguments';
import { putConversation } from './conversations';
import { emitHint } from './events';
import { createFunctions } from './functions';
import { endMembership } from './membership';
import { forgetUser, setProfile } from './profiles';
import type { PullLimits } from './pull';
import type { PushedMutation, Refusal } from './push';
import type { ConversationRow, MessageRow, OwnMemberRow } from './rows';
import {
  createKinds,
  createUserRows,
  defaultSettings,
  type Conversation,
  type Db,
  type FakeServerSettings,
  type GivenKinds,
  type LiveEventRow,
  type Member,
  type Message,
  type Payload,
  type UserRows,
} from './state';

import { mayUseTopic } from './topics';
import { unreadOf, unreadTotalOf } from './unread';
import { conversationFor, messageFor, ownMemberWire, isQuotedForAll, sharedMessage } from './wire';

export interface FakeServerOptions extends GivenKinds {
  /** What differs from the settings of a new installation. */
  readonly settings?: Partial<FakeServerSettings>;
  /** Milliseconds since 1970. By default a time of its own, in 2025, that goes on by a second with every call. */
  readonly now?: () => number;
  /** Of the ids and keys the server makes; any whole number. */
  readonly seed?: number;
  /** Conversations of a page when the caller does not say; 30. */
  readonly pageSize?: number;
  /** How many changes of a conversation a pull brings before it says `truncated`; 500. */
  readonly truncateAfter?: number;
  /** How many rows besides messages a pull brings before it says `has_more`; 1,000. */
  readonly pullRows?: number;
}

/**
 * The functions of the schema `confab` in memory: the same answers, refusals and live events as the real ones, with one
 * transaction after the other. Not modelled: what only a server calls, and arguments that PostgREST would convert.
 */
export interface FakeServer {
  /** Calls a function as this user. Throws a `ConfabError` with the code of the refusal. */
  call(fn: string, args: CallArguments, userId: string): unknown;
  /** The names {@link FakeServer.call} knows. */
  readonly functions: readonly string[];
  /** Hears every live event once the transaction that caused it is done. */
  onEvent(listener: (topic: string, event: LiveEventRow) => void): () => void;
  /** Whether a user may join a private topic, or send on it. */
  mayUseTopic(userId: string, topic: string, isWrite?: boolean): boolean;
  /** Refuses mutations before they are applied, until it answers null. */
  refuseWhen(refuse: (mutation: PushedMutation, userId: string) => Refusal | null): void;
  /** Restored from a backup, as far as cursors can tell. */
  renewEpoch(): void;
  /** The limits from now on. */
  updateSettings(changes: Partial<FakeServerSettings>): void;

  addUser(id: string, name: string): void;
  /** Sets what others see of a user, as the app's server does. */
  setProfile(userId: string, displayName: string, avatarUrl?: string | null): void;
  /** Deletes a user, as Auth does. */
  deleteUser(userId: string): void;
  /**
   * A group; the first member owns it.
   *
   * @param feed the topic of its events, for one that is to have a feed however small it is
   */
  addConversation(id: string, memberIds: readonly string[], feed?: string | null): string;
  /** Gives a conversation a feed, or takes the given one away. */
  setFeed(conversationId: string, feed: string | null): void;
  /** Ends a membership as nobody in the conversation did it. */
  remove(userId: string, conversationId: string): void;
  setRole(conversationId: string, userId: string, role: MemberRole): void;

  /** Sends from another device of this user. */
  send(
    userId: string,
    conversationId: string,
    content: string,
    over?: Partial<SendMessage['args']>,
  ): MessageRow;
  edit(userId: string, conversationId: string, messageId: string, content: string): void;
  delete(userId: string, conversationId: string, messageId: string): void;
  markRead(userId: string, conversationId: string, seq: number): void;
  markUnread(userId: string, conversationId: string, seq: number): void;
  react(userId: string, conversationId: string, messageId: string, emoji: string, isOn?: boolean): void;
  /** Applies any mutation from another device of this user, and throws what it is refused with. */
  apply(userId: string, type: string, conversationId: string | null, args?: CallArguments): unknown;

  /** Of the timeline, as nobody in particular sees them. */
  messages(conversationId: string): readonly MessageRow[];
  /** All of a conversation, replies in threads too, by seq. */
  allMessages(conversationId: string): readonly MessageRow[];
  /** As this user sees it; undefined when it is not shown to them. */
  message(userId: string, messageId: string): MessageRow | undefined;
  conversation(userId: string, conversationId: string): ConversationRow | undefined;
  member(conversationId: string, userId: string): OwnMemberRow | undefined;
  /** Of conversations the user is a member of. */
  conversationIds(userId: string): readonly string[];
  unread(userId: string, conversationId: string): number;
  unreadTotal(userId: string): number;
}

const BEGINNING = Date.UTC(2025, 11, 31);

/** Creates a server nobody has used yet. */
export function createFakeServer(options: FakeServerOptions = {}): FakeServer {
  const random = createSeededRandom(options.seed ?? 1);
  const listeners = new Set<{ readonly hear: (topic: string, event: LiveEventRow) => void }>();
  const users = new Map<string, UserRows>();
  let calls = 0;
  const clock = options.now ?? (() => BEGINNING + calls * 1000);
  const mintUuid = createUuidV7(clock, (length) => Uint8Array.from({ length }, () => random.int(256)));
  let refuse: Parameters<FakeServer['refuseWhen']>[0] = () => null;
  let lastMicros = 0;
  let lastXid = 1;
  let ownXid: number | null = null;
  let told: { readonly topics: readonly string[]; readonly change: Payload }[] = [];
  let epoch = 1;
  let settings: FakeServerSettings = { ...defaultSettings, ...options.settings };

  const db: Db = {
    ...createKinds(options),
    get settings() {
      return settings;
    },
    get epoch() {
      return epoch.toString(16).padStart(16, '0');
    },
    profiles: new Map(),
    conversations: new Map(),
    directs: new Map(),
    messages: new Map(),
    user(id) {
      let rows = users.get(id);
      if (!rows) users.set(id, (rows = createUserRows()));
      return rows;
    },
    now: () => (lastMicros = Math.max(clock() * 1000, lastMicros + 1)),
    xid: () => (ownXid ??= ++lastXid),
    horizon: () => ownXid ?? lastXid + 1,
    mint: mintUuid,
    emit(topics, change) {
      if (topics.length > 0) told.push({ topics, change });
    },
    toldTo(userId) {
      const heard = told
        .flatMap(({ topics }) => topics)
        .filter((topic) => topic === `inbox:${userId}` || topic.startsWith('feed:'));
      const ids = [...new Set(heard.map((topic) => topic.split(':')[1] ?? ''))].sort();
      return { xid: ids.length > 0 ? db.xid() : null, told: ids };
    },
  };

  /** What fails was never told to anybody. */
  const attempt = <T>(act: () => T): T => {
    const before = told.length;
    try {
      return act();
    } catch (error) {
      told.length = before;
      throw error;
    }
  };
  const transaction = <T>(act: () => T): T => {
    calls++;
    ownXid = null;
    try {
      return attempt(act);
    } finally {
      const events = told.length > 0 && listeners.size > 0 ? eventsOf(db.xid(), told) : [];
      told = [];
      ownXid = null;
      for (const [topic, event] of events) for (const { hear } of [...listeners]) hear(topic, event);
    }
  };

  const limits: PullLimits = {
    rows: options.pullRows ?? 1000,
    messages: 2000,
    behind: options.truncateAfter ?? 500,
  };
  const functions = createFunctions({
    limits,
    pageSize: options.pageSize ?? 30,
    attempt,
    refuse: (mutation, userId) => refuse(mutation, userId),
  });
  const call: FakeServer['call'] = (fn, args, userId) => {
    const me = uuidOf(userId) ?? fail('unauthenticated', 'unable to identify the caller; sign in first');
    const run = functions.get(fn) ?? fail('not_found', `unable to call ${fn}; there is no such function`);
    if (!isStorable(args)) fail('invalid', `unable to call ${fn}; a text holds what cannot be stored`);
    return transaction(() => run({ db, me, args, read: readArguments(args, `call ${fn}`) }));
  };
  const apply: FakeServer['apply'] = (userId, type, conversationId, args = {}) =>
    call(type, { id: mintUuid(), ...args, conversation_id: conversationId }, userId);

  const roomOf = (id: string): Conversation =>
    db.conversations.get(id) ?? fail('not_found', 'unable to find the conversation; it does not exist');
  const memberOf = (conversationId: string, userId: string): Member =>
    roomOf(conversationId).members.get(userId) ??
    fail('not_found', 'unable to find the member; there is none');
  const messagesOf = (id: string, fits: (message: Message) => boolean) =>
    db.conversations
      .get(id)
      ?.messages.filter(fits)
      .map((message) => sharedMessage(db, message, isQuotedForAll(db, message))) ?? [];
  const setFeed = (room: Conversation, feed: string | null) => {
    const key = feed?.split(':')[2];
    room.isFeedForced = feed !== null;
    if (key !== undefined) room.feedKey = key;
    room.changed = db.xid();
  };

  return {
    call,
    functions: [...functions.keys()],
    onEvent(listener) {
      const entry = { hear: listener };
      listeners.add(entry);
      return () => void listeners.delete(entry);
    },
    mayUseTopic: (userId, topic, isWrite = false) => mayUseTopic(db, userId, topic, isWrite),
    refuseWhen: (next) => void (refuse = next),
    renewEpoch: () => void epoch++,
    updateSettings: (changes) => void (settings = { ...settings, ...changes }),
    addUser: (id, name) => transaction(() => setProfile(db, id, name, null)),
    setProfile: (userId, displayName, avatarUrl = null) =>
      transaction(() => setProfile(db, userId, displayName, avatarUrl)),
    deleteUser: (userId) => transaction(() => forgetUser(db, userId)),
    addConversation: (id, memberIds, feed = null) =>
      transaction(() => {
        const [owner] = memberIds;
        if (owner === undefined) return fail('invalid', 'unable to add a conversation; it has no members');
        const title = `Room ${id.slice(-2)}`;
        const room = putConversation(db, { id, kind: 'group', title, createdBy: owner }, memberIds, owner);
        if (feed !== null) setFeed(room, feed);
        return id;
      }),
    setFeed(conversationId, feed) {
      transaction(() => {
        const room = roomOf(conversationId);
        setFeed(room, feed);
        emitHint(db, room);
      });
    },
    remove(userId, conversationId) {
      transaction(() => endMembership(db, memberOf(conversationId, userId), 'removed'));
    },
    setRole(conversationId, userId, role) {
      transaction(() => {
        Object.assign(memberOf(conversationId, userId), { role, changed: db.xid() });
        emitHint(db, roomOf(conversationId));
      });
    },
    send: (userId, conversationId, content, over = {}) =>
      apply(userId, 'send_message', conversationId, {
        content,
        kind: 'text',
        data: {},
        ...over,
      }) as MessageRow,
    edit: (userId, conversationId, messageId, content) =>
      void apply(userId, 'edit_message', conversationId, { message_id: messageId, content }),
    delete: (userId, conversationId, messageId) =>
      void apply(userId, 'delete_message', conversationId, { message_id: messageId }),
    markRead: (userId, conversationId, seq) => void apply(userId, 'mark_read', conversationId, { seq }),
    markUnread: (userId, conversationId, seq) => void apply(userId, 'mark_unread', conversationId, { seq }),
    react: (userId, conversationId, messageId, emoji, isOn = true) =>
      void apply(userId, isOn ? 'add_reaction' : 'remove_reaction', conversationId, {
        message_id: messageId,
        emoji,
      }),
    apply,
    messages: (conversationId) => messagesOf(conversationId, ({ threadRootId }) => threadRootId === null),
    allMessages: (conversationId) => messagesOf(conversationId, () => true),
    message: (userId, messageId) => messageFor(db, userId, db.messages.get(messageId)) ?? undefined,
    conversation: (userId, id) => conversationFor(db, userId, db.conversations.get(id)) ?? undefined,
    member(conversationId, userId) {
      const member = db.conversations.get(conversationId)?.members.get(userId);
      return member && ownMemberWire(db, member);
    },
    conversationIds: (userId) =>
      [...db.user(userId).memberships.values()]
        .filter(({ state }) => state === 'joined')
        .map(({ conversation }) => conversation.id),
    unread: (userId, conversationId) => unreadOf(db, memberOf(conversationId, userId)),
    unreadTotal: (userId) => unreadTotalOf(db, userId),
  };
}

const MAX_EVENT = 200_000;

/** One event for each topic; what is beyond about 200 kB is left out, and clients pull. */
function eventsOf(
  xid: number,
  told: readonly { readonly topics: readonly string[]; readonly change: Payload }[],
): ReadonlyMap<string, LiveEventRow> {
  const events = new Map<string, { changes: Payload[]; bytes: number }>();
  for (const { topics, change } of told) {
    const { length } = JSON.stringify(change);
    for (const topic of topics) {
      const event = events.get(topic) ?? { changes: [], bytes: 0 };
      events.set(topic, event);
      event.bytes += length;
      if (event.bytes <= MAX_EVENT) event.changes.push(change);
    }
  }
  return new Map(
    [...events].map(([topic, { changes, bytes }]) => [
      topic,
      bytes > MAX_EVENT ? { xid, changes, is_cut: true } : { xid, changes },
    ]),
  );
}
