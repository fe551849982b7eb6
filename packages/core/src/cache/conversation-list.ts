import type { ConversationRecord } from '../model/records';
import type { ConversationPage } from '../model/wire';
import { newerConversation } from './conversation-changes';

/** The loaded part of the conversation list. */
export interface ConversationList {
  /** Newest activity first. */
  readonly items: readonly ConversationRecord[];
  /** Cursor of the next page; null when all are loaded. */
  readonly next: string | null;
  /** Activity of the oldest listed one while more follow; older ones in `items` are known but not yet listed. */
  readonly listedFrom: string | null;
  /** Unread messages in conversations that are not in `items`. */
  readonly unreadElsewhere: number;
}

/** What of a page is about the list. */
type ListPage = Pick<ConversationPage, 'conversations' | 'next' | 'unread_total'>;

export function openList(page: ListPage): ConversationList {
  return withPage({ items: [], next: null, listedFrom: null, unreadElsewhere: 0 }, page);
}

/** Adds the next page, and takes over the server's total of unread messages. */
export function withPage(list: ConversationList, page: ListPage): ConversationList {
  return withTotal(
    {
      items: merged(list.items, page.conversations),
      next: page.next,
      listedFrom: page.next === null ? null : (page.conversations.at(-1)?.lastActivityAt ?? null),
      unreadElsewhere: 0,
    },
    page.unread_total,
  );
}

/** Adds what was found beyond the loaded pages: what is unread of it was counted elsewhere so far. */
export function withFound(list: ConversationList, found: readonly ConversationRecord[]): ConversationList {
  const joined = found.filter(({ me }) => me.state === 'joined');
  const total = unreadOf(list.items) + list.unreadElsewhere;
  const items = merged(list.items, joined);
  return items === list.items ? list : withTotal({ ...list, items }, total);
}

export function withTotal(list: ConversationList, unreadTotal: number): ConversationList {
  const unreadElsewhere = Math.max(0, unreadTotal - unreadOf(list.items));
  return unreadElsewhere === list.unreadElsewhere ? list : { ...list, unreadElsewhere };
}

/** `countedBefore`: what it had unread while it was held outside the list, and so counted elsewhere. */
export function withConversation(
  list: ConversationList,
  conversation: ConversationRecord,
  countedBefore = 0,
): ConversationList {
  // Who looks at what one is only invited to, or has left, holds it, and does not list it.
  if (conversation.me.state !== 'joined' && !conversationIn(list, conversation.id)) return list;
  const items = upsert(list.items, conversation);
  if (items === list.items) return list;
  const isNew = items.length > list.items.length;
  const unreadElsewhere = isNew ? Math.max(0, list.unreadElsewhere - countedBefore) : list.unreadElsewhere;
  return { items, next: list.next, listedFrom: list.listedFrom, unreadElsewhere };
}

export function withoutConversations(list: ConversationList, ids: readonly string[]): ConversationList {
  if (!list.items.some((item) => ids.includes(item.id))) return list;
  return { ...list, items: list.items.filter((item) => !ids.includes(item.id)) };
}

/** Those that the list shows: the rest lies beyond the pages loaded so far. */
export function listed(list: ConversationList): readonly ConversationRecord[] {
  const { listedFrom } = list;
  return listedFrom === null ? list.items : list.items.filter((item) => item.lastActivityAt >= listedFrom);
}

export function unreadOf(items: readonly ConversationRecord[]): number {
  return items.reduce((sum, item) => sum + item.unread, 0);
}

export function conversationIn(
  list: ConversationList | undefined,
  id: string,
): ConversationRecord | undefined {
  return list && indexOf(list.items).get(id);
}

type Items = readonly ConversationRecord[];

/** By id. One for the newest list, handed on from list to list: making it anew would cost more than the change itself. */
const indexes = new WeakMap<Items, Map<string, ConversationRecord>>();

function indexOf(items: Items): Map<string, ConversationRecord> {
  const known = indexes.get(items);
  if (known) return known;
  const index = new Map(items.map((item) => [item.id, item]));
  indexes.set(items, index);
  return index;
}

function merged(items: Items, incoming: Items): Items {
  return incoming.reduce(
    (known, record) => upsert(known, newerConversation(indexOf(known).get(record.id), record)),
    items,
  );
}

function upsert(items: Items, conversation: ConversationRecord): Items {
  const index = indexOf(items);
  const known = index.get(conversation.id);
  if (known === conversation) return items;
  const others = items.slice();
  const at = known ? placeOf(items, known) : items.length;
  const to = firstAfter(items, conversation);
  // Mostly it stays where it is.
  if (to === at || to === at + 1) others[at] = conversation;
  else {
    if (known) others.splice(at, 1);
    others.splice(at < to ? to - 1 : to, 0, conversation);
  }
  indexes.delete(items);
  indexes.set(others, index.set(conversation.id, conversation));
  return others;
}

function placeOf(items: Items, item: ConversationRecord): number {
  const place = firstAfter(items, item) - 1;
  return items[place] === item ? place : items.indexOf(item);
}

/** Where those begin that come after it. */
function firstAfter(items: Items, conversation: ConversationRecord): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const item = items[middle];
    if (item && isBefore(conversation, item)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The order of the server. Ids decide between equals, which would otherwise change places with every update. */
function isBefore(a: ConversationRecord, b: ConversationRecord): boolean {
  return a.lastActivityAt === b.lastActivityAt ? a.id > b.id : a.lastActivityAt > b.lastActivityAt;
}
