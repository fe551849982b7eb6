import { ConfabError } from '../../../src/errors/confab-error';
import type { ErrorCode } from '../../../src/errors/codes';
import type { Mutation, SendMessage } from '../../../src/model/mutation';
import { uuid } from './ids';
import type { ConversationRow, MemberRow, MessageRow, OwnMemberRow, ProfileRow } from './rows';

interface Conversation {
  readonly row: Omit<
    ConversationRow,
    'last_message' | 'unread' | 'unread_mentions' | 'unread_threads' | 'me'
  >;
  readonly members: Map<string, OwnMemberRow>;
  /** In order of seq, which is their index plus one. Of reactions `user_ids` has everybody. */
  readonly messages: MessageRow[];
}

export type Payload = Readonly<Record<string, unknown>>;

interface Result {
  readonly id: string;
  readonly ok: boolean;
  readonly result?: unknown;
  readonly error?: {
    readonly code: ErrorCode;
    readonly message: string;
    readonly retry_after: number | null;
  };
}

/** Before the clock of the devices begins. */
const BEGINNING = Date.UTC(2025, 11, 31);
const MEMBER_LIST_MAX = 50;

const isTimeline = (row: MessageRow) => row.thread_root_id === null;

/** A message as this user sees it, or as an event shows it to several people. */
function shown(message: MessageRow | undefined, viewer: string | null): MessageRow | null {
  if (!message) return null;
  const reactions = message.reactions.map((reaction) => ({
    ...reaction,
    own: viewer === null ? null : reaction.user_ids.includes(viewer),
  }));
  return { ...message, reactions, is_hidden: viewer === null ? null : false };
}

/** What the others see of a member. */
function toOthers(own: OwnMemberRow): MemberRow {
  return {
    conversation_id: own.conversation_id,
    user_id: own.user_id,
    role: own.role,
    state: own.state,
    last_read_seq: own.last_read_seq,
    last_delivered_seq: own.last_delivered_seq,
    joined_at: own.joined_at,
    left_at: own.left_at,
    changed: own.changed,
  };
}

/** The functions of the schema `confab` over plain arrays: enough of their rules to test the engine against. */
export type ModelServer = ReturnType<typeof createModelServer>;

export function createModelServer({ truncateAfter = 500, pageSize = 30 } = {}) {
  const profiles = new Map<string, ProfileRow>();
  const conversations = new Map<string, Conversation>();
  const replies = new Map<
    string,
    { readonly userId: string; readonly result: (userId: string) => unknown }
  >();
  const listeners = new Set<(topic: string, payload: Payload) => void>();
  let epoch = 1;
  let xid = 1;
  /** Refuses mutations before they are applied. */
  let refuse: (mutation: Mutation, userId: string) => Result['error'] | null = () => null;

  const at = () => new Date(BEGINNING + xid * 1000).toISOString();
  const fail = (code: ErrorCode): never => {
    throw new ConfabError({ code, message: `unable to do it; ${code}` });
  };
  const joined = (conversation: Conversation) =>
    [...conversation.members.values()].filter(({ state }) => state === 'joined');
  const open = (id: string, userId: string): Conversation => {
    const conversation = conversations.get(id);
    if (conversation?.members.get(userId)?.state !== 'joined') return fail('not_member');
    return conversation;
  };
  const mine = (userId: string) =>
    [...conversations.values()].filter(({ members }) => members.get(userId)?.state === 'joined');

  const unread = ({ messages, members }: Conversation, userId: string): number => {
    const cursor = members.get(userId)?.unread_after_seq ?? 0;
    return messages.filter(
      (row) => row.seq > cursor && row.counts && row.deleted_at === null && row.sender_id !== userId,
    ).length;
  };
  const unreadTotal = (userId: string) =>
    mine(userId).reduce((sum, conversation) => sum + unread(conversation, userId), 0);
  const rowFor = (conversation: Conversation, userId: string): ConversationRow => ({
    ...conversation.row,
    last_message: shown(conversation.messages.findLast(isTimeline), userId),
    unread: unread(conversation, userId),
    unread_mentions: 0,
    unread_threads: 0,
    me: conversation.members.get(userId) ?? fail('not_member'),
  });

  /** `own`: whose own inbox hears of it in any case. */
  const emit = (conversation: Conversation, payloadFor: (userId: string) => Payload, own?: string) => {
    const { feed } = conversation.row;
    const inboxOf = (userId: string) => [`inbox:${userId}`, payloadFor(userId)] as const;
    const events =
      feed === null
        ? joined(conversation).map(({ user_id }) => inboxOf(user_id))
        : [[feed, payloadFor('')] as const, ...(own === undefined ? [] : [inboxOf(own)])];
    for (const [topic, payload] of events) for (const listener of listeners) listener(topic, payload);
  };
  const change = (conversation: Conversation, values: Partial<Conversation['row']>) =>
    Object.assign(conversation.row, values, { changed: xid });

  /** Puts a message and tells everybody. */
  const put = (conversation: Conversation, message: MessageRow, actor?: string): MessageRow => {
    conversation.messages[message.seq - 1] = message;
    const payloadFor = (userId: string) => ({
      type: 'message',
      conversation_id: conversation.row.id,
      version: message.version,
      message: shown(message, userId === actor ? userId : null),
      profile: profiles.get(message.sender_id ?? '') ?? null,
    });
    emit(conversation, payloadFor, actor);
    return message;
  };
  /** Puts the summary of a thread on its root, as a change of its own. */
  const summarize = (conversation: Conversation, rootId: string) => {
    const root = conversation.messages.find(({ id }) => id === rootId) ?? fail('not_found');
    const replies = conversation.messages.filter(
      (row) => row.thread_root_id === rootId && row.deleted_at === null,
    );
    const last = replies.at(-1);
    change(conversation, { version: conversation.row.version + 1 });
    const thread = last && {
      reply_count: replies.length,
      last_reply_seq: last.seq,
      last_reply_at: last.created_at,
      participant_ids: [...new Set(replies.map((row) => row.sender_id ?? ''))],
    };
    put(conversation, { ...root, thread: thread ?? null, version: conversation.row.version });
  };
  const setMember = (conversation: Conversation, userId: string, values: Partial<OwnMemberRow>) => {
    const known = conversation.members.get(userId) ?? fail('not_member');
    const member = { ...known, ...values, changed: xid };
    conversation.members.set(userId, member);
    return member;
  };

  const create = (
    id: string,
    kind: string,
    memberIds: readonly string[],
    title: string | null,
    by: string,
  ) => {
    const conversation: Conversation = {
      row: {
        id,
        kind,
        title,
        description: null,
        avatar_url: null,
        data: {},
        context_type: null,
        context_id: null,
        created_by: by,
        created_at: at(),
        last_activity_at: at(),
        last_seq: 0,
        version: 0,
        member_count: memberIds.length,
        is_locked: false,
        slow_mode_seconds: 0,
        feed: null,
        changed: xid,
      },
      members: new Map(),
      messages: [],
    };
    for (const userId of memberIds) {
      conversation.members.set(userId, {
        conversation_id: id,
        user_id: userId,
        role: userId === by ? 'owner' : 'member',
        state: 'joined',
        last_read_seq: 0,
        last_delivered_seq: 0,
        joined_at: at(),
        left_at: null,
        unread_after_seq: 0,
        visible_from_seq: 1,
        pinned_at: null,
        muted_until: null,
        archived_at: null,
        is_hidden: false,
        invited_by: null,
        changed: xid,
      });
    }
    conversations.set(id, conversation);
    emit(conversation, () => ({ type: 'conversation', conversation_id: id }));
    return conversation;
  };

  const findMessage = (conversation: Conversation, messageId: string, userId: string): MessageRow => {
    const message = conversation.messages.find(({ id }) => id === messageId) ?? fail('not_found');
    return message.sender_id === userId ? message : fail('forbidden');
  };

  const ownState = (conversation: Conversation, userId: string) => ({
    member: conversation.members.get(userId),
    unread: unread(conversation, userId),
  });
  const memberEvent = (conversation: Conversation, userId: string, to: string): Payload => ({
    type: 'member',
    conversation_id: conversation.row.id,
    profile: profiles.get(userId) ?? null,
    ...(to === userId
      ? ownState(conversation, userId)
      : { member: toOthers(conversation.members.get(userId) ?? fail('not_member')) }),
  });

  /** Applies one mutation; what it answers is computed again for a replay. */
  const apply = (mutation: Mutation, userId: string): ((userId: string) => unknown) => {
    xid++;
    if (mutation.type === 'create_conversation') {
      const { kind, member_ids, title } = mutation.args;
      const conversation = create(
        mutation.id,
        kind,
        [...new Set([userId, ...member_ids])],
        title ?? null,
        userId,
      );
      return (me) => rowFor(conversation, me);
    }
    const conversation = open(mutation.conversation_id, userId);
    const { row } = conversation;
    switch (mutation.type) {
      case 'send_message': {
        if (mutation.args.content?.trim() === '') return fail('content_empty');
        const { args } = mutation;
        const rootId = args.thread_root_id ?? null;
        const seq = row.last_seq + 1;
        const now = at();
        change(conversation, {
          last_seq: seq,
          version: row.version + 1,
          ...(rootId === null ? { last_activity_at: now } : {}),
        });
        if (rootId === null)
          setMember(conversation, userId, {
            last_read_seq: seq,
            last_delivered_seq: seq,
            unread_after_seq: seq,
          });
        put(conversation, {
          id: mutation.id,
          conversation_id: row.id,
          seq,
          version: row.version,
          sender_id: userId,
          kind: args.kind,
          content: args.content,
          data: args.data,
          reply_to_id: args.reply_to_id ?? null,
          reply_to: null,
          thread_root_id: rootId,
          thread: null,
          forwarded_from_id: null,
          occurs_on: null,
          counts: rootId === null,
          mentioned_user_ids: args.mentioned_user_ids ?? [],
          mentions_everyone: args.mentions_everyone ?? false,
          reactions: [],
          pinned_at: null,
          pinned_by: null,
          created_at: now,
          edited_at: null,
          deleted_at: null,
          deleted_by: null,
          is_hidden: null,
        });
        if (rootId !== null) summarize(conversation, rootId);
        return (me) => shown(conversation.messages[seq - 1], me);
      }
      case 'add_reaction':
      case 'remove_reaction': {
        const { message_id: messageId, emoji } = mutation.args;
        const message = conversation.messages.find(({ id }) => id === messageId) ?? fail('not_found');
        const others = message.reactions.filter((reaction) => reaction.emoji !== emoji);
        const before = message.reactions.find((reaction) => reaction.emoji === emoji)?.user_ids ?? [];
        const without = before.filter((id) => id !== userId);
        const users = mutation.type === 'add_reaction' ? [...without, userId] : without;
        if (message.deleted_at === null && users.length !== before.length) {
          change(conversation, { version: row.version + 1 });
          const reaction = { emoji, count: users.length, user_ids: users, own: null };
          const reactions = users.length > 0 ? [...others, reaction] : others;
          put(conversation, { ...message, reactions, version: row.version }, userId);
        }
        return (me) => shown(conversation.messages[message.seq - 1], me);
      }
      case 'edit_message':
      case 'delete_message': {
        const message = findMessage(conversation, mutation.args.message_id, userId);
        if (message.deleted_at !== null && mutation.type === 'edit_message') return fail('message_deleted');
        if (message.deleted_at === null) {
          change(conversation, { version: row.version + 1 });
          const values =
            mutation.type === 'edit_message'
              ? { content: mutation.args.content, edited_at: at() }
              : { content: null, data: {}, reactions: [], deleted_at: at(), deleted_by: userId };
          put(conversation, { ...message, ...values, version: row.version });
          if (mutation.type === 'delete_message' && message.thread_root_id !== null)
            summarize(conversation, message.thread_root_id);
        }
        return (me) => shown(conversation.messages[message.seq - 1], me);
      }
      case 'mark_read':
      case 'mark_delivered': {
        const known = conversation.members.get(userId) ?? fail('not_member');
        const seq = Math.min(mutation.args.seq, row.last_seq);
        const read = mutation.type === 'mark_read' ? Math.max(known.last_read_seq, seq) : known.last_read_seq;
        const unreadAfter =
          mutation.type === 'mark_read' ? Math.max(known.unread_after_seq, seq) : known.unread_after_seq;
        const delivered = Math.max(known.last_delivered_seq, seq);
        if (unreadAfter !== known.unread_after_seq || delivered !== known.last_delivered_seq) {
          setMember(conversation, userId, {
            last_read_seq: read,
            last_delivered_seq: delivered,
            unread_after_seq: unreadAfter,
          });
          emit(conversation, (to) => memberEvent(conversation, userId, to), userId);
        }
        return (me) => ownState(conversation, me);
      }
      case 'mark_unread': {
        const known = conversation.members.get(userId) ?? fail('not_member');
        const unreadAfter = Math.min(mutation.args.seq - 1, row.last_seq);
        if (unreadAfter < known.unread_after_seq) {
          setMember(conversation, userId, { unread_after_seq: unreadAfter });
          for (const listener of listeners)
            listener(`inbox:${userId}`, memberEvent(conversation, userId, userId));
        }
        return (me) => ownState(conversation, me);
      }
      default:
        return fail('invalid');
    }
  };

  const applyOnce = (mutation: Mutation, userId: string): unknown => {
    const known = replies.get(mutation.id);
    if (known && known.userId !== userId) return fail('id_taken');
    const result = known?.result ?? apply(mutation, userId);
    replies.set(mutation.id, { userId, result });
    return result(userId);
  };

  const push = (mutations: readonly Mutation[], userId: string): { results: Result[] } => {
    const blocked = new Set<string>();
    const results = mutations.map((mutation): Result => {
      const { id, conversation_id: lane } = mutation;
      if (blocked.has(lane)) {
        return {
          id,
          ok: false,
          error: { code: 'blocked_by_previous', message: 'unable to; before', retry_after: null },
        };
      }
      try {
        const error = refuse(mutation, userId);
        if (!error) return { id, ok: true, result: applyOnce(mutation, userId) };
        if (new ConfabError(error).class === 'retryable') blocked.add(lane);
        return { id, ok: false, error };
      } catch (thrown) {
        if (!(thrown instanceof ConfabError)) throw thrown;
        return { id, ok: false, error: { code: thrown.code, message: thrown.message, retry_after: null } };
      }
    });
    return { results };
  };

  const peopleOf = (rows: readonly MemberRow[]) =>
    [...new Set(rows.map(({ user_id }) => user_id))].flatMap((id) => profiles.get(id) ?? []);
  const listedMembers = (conversation: Conversation, userId: string) =>
    joined(conversation).filter(
      ({ user_id }) => conversation.members.size <= MEMBER_LIST_MAX || user_id === userId,
    );
  const page = (rows: readonly Conversation[], userId: string, next: string | null) => {
    const members = rows.flatMap((conversation) => listedMembers(conversation, userId));
    return {
      conversations: rows.map((conversation) => rowFor(conversation, userId)),
      members: members.map(toOthers),
      profiles: peopleOf(members),
      next,
      unread_total: unreadTotal(userId),
    };
  };

  const pull = (cursor: string | null, windows: Readonly<Record<string, number>>, userId: string) => {
    const next = `${epoch}:${xid + 1}`;
    const empty = {
      conversations: [],
      members: [],
      messages: [],
      profiles: [],
      removed: [],
      truncated: [],
      drafts: [],
      threads: [],
      hidden: [],
    };
    const [heldEpoch, from] = (cursor ?? '').split(':');
    const since = Number(from);
    if (heldEpoch !== String(epoch) || since > xid + 1) {
      return { ...empty, cursor: next, reset: true, has_more: false, unread_total: unreadTotal(userId) };
    }
    const changedOnes = mine(userId).filter(
      ({ row, members }) => row.changed >= since || (members.get(userId)?.changed ?? 0) >= since,
    );
    const members = mine(userId).flatMap((conversation) => {
      const isNew =
        (conversation.members.get(userId)?.joined_at ?? '') >=
        new Date(BEGINNING + since * 1000).toISOString();
      return listedMembers(conversation, userId).filter(({ changed }) => isNew || changed >= since);
    });
    const behind = Object.entries(windows).flatMap(([id, version]) => {
      const conversation = conversations.get(id);
      if (conversation?.members.get(userId)?.state !== 'joined') return [];
      const rows = conversation.messages.filter((row) => row.version > version);
      return rows.length > 0 ? [{ id, rows }] : [];
    });
    return {
      ...empty,
      cursor: next,
      reset: false,
      conversations: changedOnes.map((conversation) => rowFor(conversation, userId)),
      members: members.map(toOthers),
      messages: behind
        .filter(({ rows }) => rows.length <= truncateAfter)
        .flatMap(({ rows }) => rows.map((row) => shown(row, userId))),
      profiles: peopleOf(members),
      removed: [...conversations.values()]
        .filter(({ members: of }) => {
          const me = of.get(userId);
          return me !== undefined && me.state !== 'joined' && me.changed >= since;
        })
        .map(({ row }) => row.id),
      truncated: behind.filter(({ rows }) => rows.length > truncateAfter).map(({ id }) => id),
      has_more: false,
      unread_total: unreadTotal(userId),
    };
  };

  const history = (args: Payload, userId: string) => {
    const { row, messages } = open(String(args['conversation_id']), userId);
    const rows = Number(args['max_rows'] ?? 50);
    const to = typeof args['before_seq'] === 'number' ? args['before_seq'] - 1 : row.last_seq;
    const older = messages.slice(0, to).filter(isTimeline);
    const shownRows = older.slice(-rows);
    const hasOlder = older.length > shownRows.length;
    return {
      messages: shownRows.map((message) => shown(message, userId)),
      profiles: [...profiles.values()],
      covers: { from: hasOlder ? (shownRows[0]?.seq ?? 1) : 1, to },
      has_older: hasOlder,
      has_newer: messages.slice(to).some(isTimeline),
      version: row.version,
    };
  };

  const list = (before: unknown, userId: string) => {
    const sorted = mine(userId).sort((a, b) =>
      a.row.last_activity_at < b.row.last_activity_at
        ? 1
        : a.row.last_activity_at > b.row.last_activity_at
          ? -1
          : 0,
    );
    const rest = sorted.filter(({ row }) => typeof before !== 'string' || row.last_activity_at < before);
    const rows = rest.slice(0, pageSize);
    return page(rows, userId, rest.length > rows.length ? (rows.at(-1)?.row.last_activity_at ?? null) : null);
  };

  const call = (fn: string, args: Payload, userId: string): unknown => {
    switch (fn) {
      case 'push':
        return push(args['mutations'] as readonly Mutation[], userId);
      case 'pull':
        return pull(args['cursor'] as string | null, args['windows'] as Record<string, number>, userId);
      case 'history':
        return history(args, userId);
      case 'conversations':
        return list(args['before'], userId);
      case 'conversation':
        return page([open(String(args['conversation_id']), userId)], userId, null);
      case 'get_or_create_direct': {
        const other = String(args['user_id']);
        const known = mine(userId).find(({ row, members }) => row.kind === 'direct' && members.has(other));
        xid++;
        return rowFor(known ?? create(uuid(900 + xid), 'direct', [userId, other], null, userId), userId);
      }
      default:
        return fail('not_found');
    }
  };

  return {
    call,
    /** Hears every live event. */
    onEvent(listener: (topic: string, payload: Payload) => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    addUser(id: string, name: string) {
      profiles.set(id, {
        id,
        display_name: name,
        avatar_url: null,
        last_seen_at: null,
        deleted_at: null,
        changed: ++xid,
      });
    },
    /** @param feed the topic of its events, for one too large for inboxes */
    addConversation(id: string, memberIds: readonly string[], feed: string | null = null): string {
      xid++;
      const [owner] = memberIds;
      change(create(id, 'group', memberIds, `Room ${id.slice(-2)}`, owner ?? fail('invalid')), { feed });
      return id;
    },
    /** Sends from another device of this user. */
    send(userId: string, conversationId: string, content: string, over: Partial<SendMessage['args']> = {}) {
      const id = uuid(100_000 + xid);
      const args = { content, kind: 'text', data: {}, ...over };
      return applyOnce(
        { type: 'send_message', id, conversation_id: conversationId, args },
        userId,
      ) as MessageRow;
    },
    edit(userId: string, conversationId: string, messageId: string, content: string) {
      const args = { message_id: messageId, content };
      applyOnce(
        { type: 'edit_message', id: uuid(200_000 + xid), conversation_id: conversationId, args },
        userId,
      );
    },
    delete(userId: string, conversationId: string, messageId: string) {
      const args = { message_id: messageId };
      applyOnce(
        { type: 'delete_message', id: uuid(300_000 + xid), conversation_id: conversationId, args },
        userId,
      );
    },
    markRead(userId: string, conversationId: string, seq: number) {
      const args = { seq };
      applyOnce(
        { type: 'mark_read', id: uuid(400_000 + xid), conversation_id: conversationId, args },
        userId,
      );
    },
    react(userId: string, conversationId: string, messageId: string, emoji: string, isOn = true) {
      const type = isOn ? 'add_reaction' : 'remove_reaction';
      const args = { message_id: messageId, emoji };
      applyOnce({ type, id: uuid(500_000 + xid), conversation_id: conversationId, args }, userId);
    },
    markUnread(userId: string, conversationId: string, seq: number) {
      const args = { seq };
      applyOnce(
        { type: 'mark_unread', id: uuid(600_000 + xid), conversation_id: conversationId, args },
        userId,
      );
    },
    setFeed(conversationId: string, feed: string | null) {
      const conversation = conversations.get(conversationId) ?? fail('not_found');
      xid++;
      change(conversation, { feed });
      emit(conversation, () => ({ type: 'conversation', conversation_id: conversationId }));
    },
    remove(userId: string, conversationId: string) {
      const conversation = conversations.get(conversationId) ?? fail('not_found');
      xid++;
      setMember(conversation, userId, { state: 'removed', left_at: at() });
      change(conversation, { member_count: joined(conversation).length });
      for (const listener of listeners)
        listener(`inbox:${userId}`, { type: 'conversation', conversation_id: conversationId });
    },
    refuseWhen(next: typeof refuse) {
      refuse = next;
    },
    /** Restored from a backup, as far as cursors can tell. */
    renewEpoch: () => void epoch++,
    /** Of the timeline. */
    messages: (conversationId: string): readonly MessageRow[] =>
      conversations.get(conversationId)?.messages.filter(isTimeline) ?? [],
    unread: (userId: string, conversationId: string) =>
      unread(conversations.get(conversationId) ?? fail('not_found'), userId),
    unreadTotal,
    conversationIds: (userId: string) => mine(userId).map(({ row }) => row.id),
    member: (conversationId: string, userId: string) =>
      conversations.get(conversationId)?.members.get(userId),
  };
}
