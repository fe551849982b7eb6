import { fail, isObject, uuidOf, type ArgumentReader } from './arguments';
import type { Conversation, Db, Draft, Member, Message } from './state';
import { unreadTotalOf } from './unread';
import { conversationFor, draftWire, memberWire, messageFor, peopleOf, profilesOf, threadFor } from './wire';

// Rule D4: everything that changed for a user since a cursor.

/** How much one answer holds. */
export interface PullLimits {
  /** Rows besides messages. */
  readonly rows: number;
  readonly messages: number;
  /** Changes of one conversation above which it is truncated. */
  readonly behind: number;
}

const STALE = 30_000_000;

interface Change {
  readonly what: 'conversation' | 'member' | 'profile' | 'removed' | 'draft' | 'thread' | 'hidden';
  readonly room?: Conversation;
  readonly member?: Member;
  readonly draft?: Draft;
  readonly id: string | null;
  readonly xid: number;
}

/** The lower of those that are there. */
const least = (...xids: readonly (number | null)[]): number | null => {
  const known = xids.filter((xid) => xid !== null);
  return known.length === 0 ? null : Math.min(...known);
};

function changesOf(db: Db, me: string, since: number, until: number): Change[] {
  const fresh = (xid: number | null) => (xid !== null && xid >= since && xid < until ? xid : null);
  const changes: Change[] = [];
  const add = (change: Omit<Change, 'xid'>, xid: number | null) => {
    if (xid !== null) changes.push({ ...change, xid });
  };
  const { memberships, drafts, follows, hidden } = db.user(me);
  /** When the caller got to know somebody, null for somebody known before. */
  const people = new Map<string, number | null>();
  for (const own of memberships.values()) {
    const { conversation: room, state } = own;
    const [memberXid, joinedXid] = [fresh(own.changed), fresh(own.joinedXid)];
    if (state === 'joined') {
      add({ what: 'conversation', room, id: null }, least(fresh(room.changed), memberXid));
      const isSmall = room.memberCount <= db.settings.receipts_max_members;
      for (const member of isSmall ? room.members.values() : [own]) {
        const changed = fresh(member.changed);
        // Who is invited has not joined yet.
        const met =
          member === own && !isSmall
            ? joinedXid
            : (joinedXid ?? fresh(member.joinedXid) ?? (member.state === 'invited' ? changed : null));
        add({ what: 'member', room, member, id: member.userId }, changed ?? joinedXid);
        people.set(member.userId, least(people.get(member.userId) ?? null, met));
      }
    }
    // Who is only invited does not learn how lively it is, but by whom.
    else if (state === 'invited') add({ what: 'conversation', room, id: own.invitedBy }, memberXid);
    else add({ what: 'removed', room, id: null }, memberXid);
  }
  for (const [id, met] of people)
    add({ what: 'profile', id }, least(fresh(db.profiles.get(id)?.changed ?? null), met));
  for (const draft of drafts.values()) {
    const own = memberships.get(draft.conversation.id);
    // Who has come back gets what was there before; who is outside has none.
    if (own?.state === 'joined')
      add({ what: 'draft', draft, id: draft.threadRootId }, fresh(draft.changed) ?? fresh(own.joinedXid));
  }
  for (const { root, changed } of follows.values()) {
    const own = memberships.get(root.conversation.id);
    const joined = own?.state === 'joined' ? fresh(own.joinedXid) : null;
    add({ what: 'thread', id: root.id }, least(fresh(changed), fresh(root.changed), joined));
  }
  for (const { message, changed } of hidden.values())
    add({ what: 'hidden', room: message.conversation, id: message.id }, fresh(changed));
  return changes;
}

/** The xid behind which the answer is cut: between two transactions, never inside one. */
function cutOf(changes: readonly Change[], maxRows: number, until: number): number | null {
  if (changes.length <= maxRows) return null;
  const xids = changes.map(({ xid }) => xid).sort((a, b) => a - b);
  const xid = xids[maxRows - 1] ?? 0;
  return xid < until && (xids.at(-1) ?? 0) > xid ? xid : null;
}

interface Window {
  readonly id: string;
  readonly known: number;
}

function readWindows(value: unknown): Window[] {
  const entries = isObject(value) ? Object.entries(value) : null;
  const windows = entries?.map(([key, known]) => ({ id: uuidOf(key), known }));
  const isWindow = (window: { id: string | null; known: unknown }): window is Window =>
    window.id !== null && typeof window.known === 'number' && /^\d{1,18}$/.test(String(window.known));
  if (!windows?.every(isWindow))
    return fail('invalid', 'unable to pull; windows must map conversation ids to versions');
  return windows;
}

/** The messages changed since each window's version, and the conversations too far behind. */
function messagesBehind(db: Db, me: string, windows: readonly Window[], limits: PullLimits) {
  const truncated: string[] = [];
  const foreign: string[] = [];
  const fetched: Message[] = [];
  let total = 0;
  let hasMore = false;
  for (const { id, known } of [...windows].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    const room = db.conversations.get(id);
    if (room?.members.get(me)?.state !== 'joined') {
      foreign.push(id);
      continue;
    }
    if (known === room.version) continue;
    const changed = room.messages.filter(({ version }) => version > known);
    const difference = room.version - known;
    const missing = difference <= limits.behind ? difference : Math.min(changed.length, limits.behind + 1);
    if (known > room.version || missing > limits.behind) {
      truncated.push(id);
      continue;
    }
    total += missing;
    if (total > limits.messages) hasMore = true;
    else fetched.push(...changed.sort((a, b) => a.version - b.version));
  }
  return { truncated, foreign, fetched, hasMore };
}

function isVisibleTo({ conversation, seq }: Message, userId: string): boolean {
  const { state, visibleFromSeq = 0 } = conversation.members.get(userId) ?? {};
  return state === 'joined' && seq >= visibleFromSeq;
}

export function pull(db: Db, me: string, read: ArgumentReader, windowsArg: unknown, limits: PullLimits) {
  const windows = readWindows(windowsArg ?? {});
  const until = db.horizon();
  const profile = db.profiles.get(me);
  const now = db.now();
  if (profile?.deletedAt === null && (profile.lastSeenAt === null || profile.lastSeenAt < now - STALE)) {
    profile.lastSeenAt = now;
    profile.changed = db.xid();
  }
  const [, epoch, digits] = /^([0-9a-f]{16})\.(\d{1,18})$/.exec(read('text', 'cursor') ?? '') ?? [];
  const since = Number(digits);
  if (epoch !== db.epoch || since > until) {
    const nothing = { conversations: [], members: [], messages: [], profiles: [], drafts: [], threads: [] };
    return {
      ...nothing,
      cursor: `${db.epoch}.${until}`,
      reset: true,
      hidden: [],
      removed: [],
      truncated: [],
      has_more: false,
      unread_total: unreadTotalOf(db, me),
    };
  }
  const changes = changesOf(db, me, since, until);
  const cut = cutOf(changes, limits.rows, until);
  const sent = cut === null ? changes : changes.filter(({ xid }) => xid <= cut);
  const of = (what: Change['what']) => sent.filter((change) => change.what === what);
  const { truncated, foreign, fetched, hasMore } = messagesBehind(db, me, windows, limits);
  const marked = of('hidden').flatMap(({ id }) => db.user(me).hidden.get(id ?? '') ?? []);
  // Who may not see a message is not told that it is shown again.
  const shownAgain = marked.filter(({ message, isHidden }) => !isHidden && isVisibleTo(message, me));
  const ended = of('removed').flatMap(({ room }) => room?.id ?? []);
  return {
    cursor: `${db.epoch}.${cut === null ? until : cut + 1}`,
    reset: false,
    conversations: of('conversation').flatMap(({ room }) => conversationFor(db, me, room) ?? []),
    members: of('member').flatMap(({ member }) => (member ? memberWire(db, member) : [])),
    messages: fetched.flatMap((message) => messageFor(db, me, message) ?? []),
    profiles: profilesOf(db, [
      ...[...of('profile'), ...of('conversation')].map(({ id }) => id),
      ...[...fetched, ...shownAgain.map(({ message }) => message)].flatMap((message) =>
        isVisibleTo(message, me)
          ? peopleOf(db, message, message.conversation.members.get(me)?.visibleFromSeq ?? 0)
          : [],
      ),
    ]),
    drafts: of('draft').flatMap(({ draft }) => (draft ? draftWire(draft) : [])),
    threads: of('thread').flatMap(({ id }) => threadFor(db, me, id) ?? []),
    hidden: marked
      .filter((mark) => mark.isHidden || shownAgain.includes(mark))
      .map(({ message, isHidden, changed }) => ({
        conversation_id: message.conversation.id,
        message_id: message.id,
        changed,
        message: isHidden ? null : messageFor(db, me, message),
      })),
    removed: [...new Set([...ended, ...foreign])],
    truncated,
    has_more: cut !== null || hasMore,
    unread_total: unreadTotalOf(db, me),
  };
}
