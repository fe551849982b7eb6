import type { MessageKinds } from '../model/kinds';
import type { SendMessage } from '../model/mutation';
import type { PendingMutation } from '../model/pending';
import type { MessageRecord } from '../model/records';
import type { Message, Profile } from '../model/view';
import { changed, isChange, kindAndData, type PendingChange } from './message-changes';

type Page = readonly MessageRecord[];
type PendingSend = PendingMutation & { readonly mutation: SendMessage };

/** Rows in ascending order, in pages. */
interface Rows {
  readonly pages: readonly Page[];
}

/** Everything besides the records that a message of the view depends on. */
export interface ViewContext<K extends MessageKinds> {
  readonly kinds: K;
  readonly currentUserId: string | null;
  readonly profile: (userId: string) => Profile | null;
}

/** Turns records into messages of the view, and lays pending mutations over them (rule E5). */
export interface MessageOverlay<K extends MessageKinds> {
  message(record: MessageRecord): Message<K>;
  pendingMessage(pending: PendingSend): Message<K>;
  /** The rows of the timeline, or of one thread, then what is to be sent to it; with what is pending laid over both. */
  messages(
    rows: Rows | undefined,
    pending: readonly PendingMutation[],
    threadRootId?: string | null,
  ): readonly Message<K>[];
}

/** What nobody can say yet of a message that is on its way. */
const unsent = {
  seq: 0,
  version: 0,
  counts: true,
  replyTo: null,
  thread: null,
  forwardedFromId: null,
  reactions: [],
  pinnedAt: null,
  pinnedBy: null,
  editedAt: null,
  deletedAt: null,
  deletedBy: null,
  isHidden: false,
};

/**
 * Create one per context: results are remembered by page, so that a new message maps one page and every message of the
 * view keeps its reference while its row does.
 */
export function createMessageOverlay<K extends MessageKinds>(context: ViewContext<K>): MessageOverlay<K> {
  const byRecord = new WeakMap<MessageRecord, Message<K>>();
  const byPage = new WeakMap<Page, Message<K>[]>();
  const idsByPage = new WeakMap<Page, PageIds>();
  const byPending = new WeakMap<PendingMutation, Message<K>>();
  const byChange = new WeakMap<
    PendingMutation,
    WeakMap<Message<K>, { readonly result: Message<K> | null }>
  >();
  /** The last list that began with a page: the next one mostly differs from it by one page. */
  const lastByFirst = new WeakMap<Page, Listed<K>>();

  const senderOf = ({ senderId }: { readonly senderId: string | null }) =>
    senderId === null ? null : context.profile(senderId);
  const message = (record: MessageRecord): Message<K> =>
    remember(byRecord, record, () => {
      const { kind, data, version: _v, counts: _c, isHidden: _h, ...shown } = record;
      return {
        ...kindAndData(context.kinds, kind, data),
        ...shown,
        sender: senderOf(record),
        isOwn: record.senderId !== null && record.senderId === context.currentUserId,
        replyTo: record.replyTo && { ...record.replyTo, sender: senderOf(record.replyTo) },
        reactions: record.reactions.map(({ own, ...reaction }) => ({
          ...reaction,
          isOwn: own === true || reaction.userIds.includes(context.currentUserId ?? ''),
        })),
        status: 'sent',
        error: null,
        hasPendingChange: false,
      };
    });

  const pendingMessage: MessageOverlay<K>['pendingMessage'] = (pending) =>
    remember(byPending, pending, () => {
      const { id, conversation_id, args } = pending.mutation;
      const record = {
        ...unsent,
        id,
        conversationId: conversation_id,
        senderId: context.currentUserId,
        kind: args.kind,
        content: args.content,
        data: args.data,
        replyToId: args.reply_to_id ?? null,
        threadRootId: args.thread_root_id ?? null,
        occursOn: args.occurs_on ?? null,
        mentionedUserIds: args.mentioned_user_ids ?? [],
        mentionsEveryone: args.mentions_everyone ?? false,
        createdAt: new Date(pending.createdAt).toISOString(),
      };
      return {
        ...message(record),
        seq: null,
        isOwn: true,
        status: pending.status === 'confirmed' ? 'sent' : pending.status,
        error: pending.error,
      };
    });

  // What one has deleted for oneself is in the window, so that it has no hole, and not in the view.
  const pageOf = (page: Page) =>
    remember(byPage, page, () => page.filter((row) => !row.isHidden).map(message));
  /** Asked for only where something is pending. */
  const idsOf = (page: Page): PageIds =>
    remember(idsByPage, page, () => ({
      shown: new Map(pageOf(page).map(({ id }, i) => [id, i])),
      all: new Set(page.map(({ id }) => id)),
    }));

  /** All messages of the pages: one copy of what the last list had, and the pages that are new. */
  const listed = (pages: readonly Page[]): Listed<K> => {
    const [first] = pages;
    if (!first) return { pages, starts: [], messages: [] };
    const last = lastByFirst.get(first);
    if (last?.pages === pages) return last;
    let same = 0;
    while (last && same < pages.length && last.pages[same] === pages[same]) same++;
    const starts = last?.starts.slice(0, same) ?? [];
    const kept = last ? (same < last.starts.length ? (last.starts[same] ?? 0) : last.messages.length) : 0;
    const fresh: Message<K>[][] = [];
    let length = kept;
    for (const page of pages.slice(same)) {
      const messages = pageOf(page);
      starts.push(length);
      length += messages.length;
      fresh.push(messages);
    }
    const messages = (last?.messages.slice(0, kept) ?? []).concat(...fresh);
    const next = { pages, starts, messages };
    lastByFirst.set(first, next);
    return next;
  };

  /** Remembered by what it is made of: under a pending change a message keeps its reference too. */
  const layOver = (target: Message<K> | null, pending: PendingChange): Message<K> | null => {
    if (target === null) return null;
    const known = remember(byChange, pending, () => new WeakMap());
    return remember(known, target, () => ({
      result: changed(context.kinds, target, pending, context.currentUserId),
    })).result;
  };

  return {
    message,
    pendingMessage,
    messages(rows, pending, threadRootId = null) {
      const { pages, starts, messages: confirmed } = listed(rows?.pages ?? []);
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
      const sends = pending.filter(
        (one): one is PendingSend =>
          one.mutation.type === 'send_message' &&
          (one.mutation.args.thread_root_id ?? null) === threadRootId &&
          !isHeld(one.mutation.id),
      );
      const changes = pending.filter(isChange);
      if (sends.length === 0 && changes.length === 0) return confirmed;
      const all: (Message<K> | null)[] = confirmed.concat(sends.map(pendingMessage));
      const unsentAt = new Map(sends.map(({ mutation: { id } }, i) => [id, confirmed.length + i]));
      for (const change of changes) {
        const id = change.mutation.args.message_id;
        const at = unsentAt.get(id) ?? indexOf(id);
        if (at >= 0) all[at] = layOver(all[at] ?? null, change);
      }
      return all.filter((shown) => shown !== null);
    },
  };
}

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
