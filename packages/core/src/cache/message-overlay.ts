import { sameEnds, spliced } from '../lib/lists';
import type { MessageKinds } from '../model/kinds';
import { beforeGrowing, changesIn, type PendingMutation, type PendingSend } from '../model/pending';
import type { MessageRecord, ReplyRecord } from '../model/records';
import type { Message, Profile, Reaction, ReplyPreview } from '../model/view';
import {
  changed,
  isChange,
  kindAndData,
  shownMentions,
  withQuoteChanged,
  type PendingChange,
} from './message-changes';
import { answersIn, quoteOf } from './quotes';

type Page = readonly MessageRecord[];

/** Rows in ascending order, in pages. */
interface Rows {
  readonly pages: readonly Page[];
  /** Whether others follow; what is to be sent comes after those. */
  readonly hasNewer?: boolean;
}

/**
 * The timeline, or one thread. Who shows a list gives the same object each time: messages whose rows are the same keep
 * their reference.
 */
export interface Place {
  readonly threadRootId: string | null;
}

/** Everything besides the records that a message of the view depends on. */
export interface ViewContext<K extends MessageKinds> {
  readonly kinds: K;
  readonly currentUserId: string | null;
  readonly profile: (userId: string) => Profile | null;
  /** A message that is loaded on this device: what one on its way answers. */
  readonly loaded?: (
    conversationId: string,
    threadRootId: string | null,
    messageId: string,
  ) => MessageRecord | undefined;
  /** Where the history begins that the user may see; 0 where that is not known. */
  readonly visibleFromSeq?: (conversationId: string) => number;
}

/** Turns records into messages of the view, and lays pending mutations over them (rule E5). */
export interface MessageOverlay<K extends MessageKinds> {
  message(record: MessageRecord): Message<K>;
  pendingMessage(pending: PendingSend): Message<K>;
  /** The rows of a place, then what is to be sent to it; with what is pending laid over both. */
  messages(rows: Rows | undefined, pending: readonly PendingMutation[], place?: Place): readonly Message<K>[];
}

const NONE: readonly never[] = [];

/**
 * Create one per context: results are remembered by page, so that a new message maps one page and every message of the
 * view keeps its reference while its row does.
 */
export function createMessageOverlay<K extends MessageKinds>(context: ViewContext<K>): MessageOverlay<K> {
  const byRecord = new WeakMap<MessageRecord, Message<K>>();
  /** What was asked for last of each conversation, mostly its last message. Remembering all would add up. */
  const lastIn = new Map<string, { readonly record: MessageRecord; readonly message: Message<K> }>();
  const idsByPage = new WeakMap<Page, PageIds>();
  const byPending = new WeakMap<PendingMutation, Message<K>>();
  const byChange = new WeakMap<PendingMutation, WeakMap<Message<K>, Message<K>>>();
  /** What was listed last: the next list mostly differs from it by one row. */
  const lastOf = new WeakMap<Place, Listed<K>>();

  /** Where nobody says. */
  const elsewhere: Place = { threadRootId: null };
  /** The last list with what was laid over it. */
  const laidOf = new WeakMap<
    Place,
    {
      readonly confirmed: readonly Message<K>[];
      readonly hasNewer: boolean;
      readonly pending: readonly PendingMutation[];
      readonly messages: readonly Message<K>[];
    }
  >();

  const senderOf = ({ senderId }: { readonly senderId: string | null }) =>
    senderId === null ? null : context.profile(senderId);
  const reactionsOf = (reactions: MessageRecord['reactions']): readonly Reaction[] =>
    reactions.length === 0
      ? NONE
      : reactions.map(({ emoji, count, userIds, own }) => ({
          emoji,
          count,
          userIds,
          isOwn: own === true || userIds.includes(context.currentUserId ?? ''),
        }));
  const toPreview = (quote: ReplyRecord): ReplyPreview => {
    const { id, seq, senderId, kind, content, deletedAt } = quote;
    return { id, seq, senderId, sender: senderOf(quote), kind, content, deletedAt };
  };
  // One literal, not the record spread: thousands of these are held, and spreading many keys makes slow, large objects.
  const toMessage = (record: MessageRecord, pending?: PendingSend): Message<K> => {
    const { kind, data } = kindAndData(context.kinds, record.kind, record.data);
    return {
      kind,
      data,
      id: record.id,
      conversationId: record.conversationId,
      seq: pending ? null : record.seq,
      senderId: record.senderId,
      sender: senderOf(record),
      isOwn: record.senderId === null ? pending !== undefined : record.senderId === context.currentUserId,
      content: record.content,
      replyToId: record.replyToId,
      replyTo: record.replyTo && toPreview(record.replyTo),
      threadRootId: record.threadRootId,
      thread: record.thread,
      forwardedFromId: record.forwardedFromId,
      reactions: reactionsOf(record.reactions),
      mentionedUserIds: record.mentionedUserIds,
      mentionsEveryone: record.mentionsEveryone,
      mentions: record.mentions,
      pinnedAt: record.pinnedAt,
      pinnedBy: record.pinnedBy,
      occursOn: record.occursOn,
      countsAsUnread: record.counts,
      createdAt: record.createdAt,
      editedAt: record.editedAt,
      deletedAt: record.deletedAt,
      deletedBy: record.deletedBy,
      status: !pending || pending.status === 'confirmed' ? 'sent' : pending.status,
      error: pending?.error ?? null,
      hasPendingChange: false,
      // `kind` and `data` belong together, which taking them apart forgets.
    } as Message<K>;
  };
  const made = (row: MessageRecord): Message<K> | undefined => {
    const last = lastIn.get(row.conversationId);
    return last?.record === row ? last.message : byRecord.get(row);
  };
  const message = (record: MessageRecord): Message<K> => {
    const known = made(record);
    const shown = known ?? toMessage(record);
    lastIn.set(record.conversationId, { record, message: shown });
    return shown;
  };

  /** Undefined where what it answers is not loaded, and what was `known` of it may stay. */
  const quotedBy = (
    { mutation: { conversation_id, args } }: PendingSend,
    known: Message<K> | undefined,
  ): ReplyRecord | null | undefined => {
    if (!args.reply_to_id) return null;
    const quoted = context.loaded?.(conversation_id, args.thread_root_id ?? null, args.reply_to_id);
    if (quoted) return quoted.isHidden ? null : quoteOf(quoted);
    const isBefore = known?.replyTo && known.replyTo.seq < (context.visibleFromSeq?.(conversation_id) ?? 0);
    return isBefore ? null : undefined;
  };

  const pendingMessage: MessageOverlay<K>['pendingMessage'] = (pending) => {
    const known = byPending.get(pending);
    if (known?.replyToId === null) return known;
    // What it answers may be loaded, or change, later than what waits to be sent was written.
    const replyTo = quotedBy(pending, known);
    const isSameQuote =
      known?.replyTo?.content === replyTo?.content && known?.replyTo?.deletedAt === replyTo?.deletedAt;
    if (known && (replyTo === undefined || isSameQuote)) return known;
    const { id, conversation_id, args } = pending.mutation;
    // What nobody can say yet is empty.
    const record = {
      id,
      conversationId: conversation_id,
      seq: 0,
      version: 0,
      senderId: context.currentUserId,
      kind: args.kind,
      content: args.content,
      data: args.data,
      replyToId: args.reply_to_id ?? null,
      replyTo: replyTo ?? null,
      threadRootId: args.thread_root_id ?? null,
      thread: null,
      forwardedFromId: null,
      occursOn: args.occurs_on ?? null,
      counts: true,
      mentionedUserIds: args.mentioned_user_ids ?? NONE,
      mentionsEveryone: args.mentions_everyone ?? false,
      mentions: shownMentions(args.mentions),
      reactions: NONE,
      pinnedAt: null,
      pinnedBy: null,
      createdAt: new Date(pending.createdAt).toISOString(),
      editedAt: null,
      deletedAt: null,
      deletedBy: null,
      isHidden: false,
    };
    const message = toMessage(record, pending);
    byPending.set(pending, message);
    return message;
  };

  /** The same of what quotes the message that is to be changed. */
  const layOverQuote = (target: Message<K>, pending: PendingChange): Message<K> => {
    if (!target.replyTo) return target;
    const known = remember(byChange, pending, () => new WeakMap());
    return remember(known, target, () => withQuoteChanged(target, pending));
  };

  /** Asked for only where something is pending. */
  const idsOf = (page: Page): PageIds =>
    remember(idsByPage, page, () => ({
      shown: new Map(shownOf(page).map(({ id }, i) => [id, i])),
      all: new Set(page.map(({ id }) => id)),
    }));

  /** All messages of the pages: one copy of what the last list had, with what is new between what stayed at both ends. */
  const listed = (pages: readonly Page[], place: Place): Listed<K> => {
    const last = lastOf.get(place);
    if (last?.pages === pages) return last;
    const { pages: old, starts: oldStarts, messages: known } = last ?? nothing;
    const [head, tail] = sameEnds(old, pages);
    const from = oldStarts[head] ?? known.length;
    const to = oldStarts[old.length - tail] ?? known.length;
    let parts = pages.slice(head, pages.length - tail);
    let before = joined(old.slice(head, old.length - tail));
    let rows = joined(parts);
    let [first, after] = sameEnds(before, rows);
    // Looking at what is new tells mostly that nothing is hidden.
    if (before.length !== to - from || rows.slice(first, rows.length - after).some(isHidden)) {
      parts = parts.map(shownOf);
      before = shownOf(before);
      rows = joined(parts);
      [first, after] = sameEnds(before, rows);
    }
    // Another stretch is shown: who comes back to this one finds the same messages.
    const isElsewhere = first + after === 0 && !before.some((row) => row.seq === rows[0]?.seq);
    if (isElsewhere) before.forEach((row, i) => byRecord.set(row, known[from + i] ?? toMessage(row)));
    let k = first;
    const fresh = rows.slice(first, rows.length - after).map((row) => {
      while ((before[k]?.seq ?? Infinity) < row.seq) k++;
      return (before[k] === row ? known[from + k] : made(row)) ?? toMessage(row);
    });
    const moved = rows.length - (to - from);
    let starts = oldStarts;
    // A page that has changed, or grown at the end, moves no other.
    if (parts.length !== 1 || pages.length !== old.length || (moved !== 0 && tail > 0)) {
      let start = from;
      const places = parts.map(({ length }) => (start += length) - length);
      starts = oldStarts.slice(0, head).concat(
        places,
        oldStarts.slice(old.length - tail).map((at) => at + moved),
      );
    }
    const next = { pages, starts, messages: spliced(known, from + first, to - after, fresh) };
    lastOf.set(place, next);
    return next;
  };

  /** Remembered by what it is made of: under a pending change a message keeps its reference too. */
  const layOver = (target: Message<K>, pending: PendingChange): Message<K> => {
    const known = remember(byChange, pending, () => new WeakMap());
    return remember(known, target, () => changed(context.kinds, target, pending, context.currentUserId));
  };

  return {
    message,
    pendingMessage,
    messages(rows, pending, place = elsewhere) {
      const { pages, starts, messages: confirmed } = listed(rows?.pages ?? [], place);
      if (pending.length === 0) return confirmed;
      const indexOf = (id: string): number => {
        for (let p = pages.length - 1; p >= 0; p--) {
          const index = idsOf(pages[p] ?? []).shown.get(id);
          if (index !== undefined) return (starts[p] ?? 0) + index;
        }
        return -1;
      };
      const isHeld = (id: string) => pages.some((page) => idsOf(page).all.has(id));
      // A message whose row has arrived is shown by its row: the id is the same, so it neither doubles nor flickers.
      const isShown = (one: PendingMutation): one is PendingSend =>
        !rows?.hasNewer &&
        one.mutation.type === 'send_message' &&
        (one.mutation.args.thread_root_id ?? null) === place.threadRootId &&
        !isHeld(one.mutation.id);
      const hasNewer = rows?.hasNewer ?? false;
      const last = laidOf.get(place);
      const added = pending.at(-1);
      const laid = (messages: readonly Message<K>[]) => {
        laidOf.set(place, { confirmed, hasNewer, pending, messages });
        return messages;
      };
      // What is written one after the other is added, however much waits.
      const isGrown = last?.pending === beforeGrowing(pending) && last?.confirmed === confirmed;
      if (isGrown && added && last.hasNewer === hasNewer) {
        if (isShown(added)) return laid(last.messages.concat([pendingMessage(added)]));
        if (!isChange(added)) return laid(last.messages);
      }
      const sends = pending.filter(isShown);
      const changes = changesIn(pending).filter(isChange);
      if (sends.length === 0 && changes.length === 0) return laid(confirmed);
      const all = confirmed.concat(sends.map(pendingMessage));
      const hiddenAt = new Set<number>();
      const unsentAt = new Map(sends.map(({ mutation: { id } }, i) => [id, confirmed.length + i]));
      const answering = answeringIn(sends, confirmed.length);
      const hiddenIds = hiddenBy(changes);
      const layOverQuotes = (id: string, change: PendingChange) => {
        const replies = pages.flatMap((page) =>
          (answersIn(page).get(id) ?? []).map((i) => indexOf(page[i]?.id ?? '')),
        );
        for (const at of replies.concat(answering.get(id) ?? [])) {
          const target = all[at];
          if (target) all[at] = layOverQuote(target, change);
        }
      };
      for (const change of changes) {
        const { type, args } = change.mutation;
        const id = args.message_id;
        // The last word counts.
        if (type !== 'hide_message' || hiddenIds.has(id)) layOverQuotes(id, change);
        const at = unsentAt.get(id) ?? indexOf(id);
        const target = all[at];
        if (!target) continue;
        all[at] = layOver(target, change);
        if (type === 'hide_message') hiddenAt.add(at);
        else if (type === 'unhide_message') hiddenAt.delete(at);
      }
      return laid(hiddenAt.size === 0 ? all : all.filter((_, at) => !hiddenAt.has(at)));
    },
  };
}

const isHidden = (row: MessageRecord) => row.isHidden ?? false;

/** Those that are not hidden: what one has deleted for oneself is in the window, so that it has no hole. */
function shownOf(page: Page): Page {
  return page.some(isHidden) ? page.filter((row) => !isHidden(row)) : page;
}

function joined<T>(parts: readonly (readonly T[])[]): readonly T[] {
  // `flat` would copy them one by one.
  return parts.length === 1 ? (parts[0] ?? NONE) : (NONE as readonly T[]).concat(...parts);
}

/** Where among what is to be sent the answers to a message are. */
function answeringIn(sends: readonly PendingSend[], from: number): ReadonlyMap<string, readonly number[]> {
  const places = new Map<string, number[]>();
  sends.forEach(({ mutation: { args } }, i) => {
    if (args.reply_to_id) places.set(args.reply_to_id, [...(places.get(args.reply_to_id) ?? []), from + i]);
  });
  return places;
}

/** The messages of which the last pending word is that they are hidden. */
function hiddenBy(changes: readonly PendingChange[]): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const { mutation } of changes) {
    if (mutation.type === 'hide_message') ids.add(mutation.args.message_id);
    else if (mutation.type === 'unhide_message') ids.delete(mutation.args.message_id);
  }
  return ids;
}

const nothing = { pages: NONE, starts: NONE, messages: NONE };

interface PageIds {
  /** Where a message is among those shown. */
  readonly shown: ReadonlyMap<string, number>;
  /** Hidden ones too. */
  readonly all: ReadonlySet<string>;
}

interface Listed<K extends MessageKinds> {
  readonly pages: readonly Page[];
  /** Where in `messages` each page begins. */
  readonly starts: readonly number[];
  readonly messages: readonly Message<K>[];
}

function remember<A extends object, B>(known: WeakMap<A, B>, key: A, make: () => B): B {
  const found = known.get(key);
  if (found !== undefined) return found;
  const made = make();
  known.set(key, made);
  return made;
}
