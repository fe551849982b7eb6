import { read } from '../lib/decode';
import type { KindAndData, MessageKinds } from '../model/kinds';
import type { Mutation, SendMessage } from '../model/mutation';
import { isSend, type PendingMutation } from '../model/pending';
import type { MessageRecord } from '../model/records';
import type { Message, Profile } from '../model/view';
import type { MessageWindow } from './message-window';

type Page = readonly MessageRecord[];

/** Everything besides the records that a message of the view depends on. */
export interface ViewContext<K extends MessageKinds> {
  readonly kinds: K;
  readonly currentUserId: string | null;
  readonly profile: (userId: string) => Profile | null;
}

/** Turns records into messages of the view, and lays pending mutations over them (rule E5). */
export interface MessageOverlay<K extends MessageKinds> {
  message(record: MessageRecord): Message<K>;
  pendingMessage(pending: PendingMutation & { readonly mutation: SendMessage }): Message<K>;
  messages(window: MessageWindow | undefined, pending: readonly PendingMutation[]): readonly Message<K>[];
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
  const byPage = new WeakMap<Page, readonly Message<K>[]>();
  const byPending = new WeakMap<PendingMutation, Message<K>>();
  const byChange = new WeakMap<PendingMutation, WeakMap<Message<K>, Message<K>>>();
  const idsByPage = new WeakMap<Page, ReadonlySet<string>>();
  const holds = (window: MessageWindow, id: string) =>
    window.pages.some((page) => remember(idsByPage, page, () => new Set(page.map((row) => row.id))).has(id));

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

  /** Remembered by what it is made of: under a pending change a message keeps its reference too. */
  const layOver = (messages: readonly Message<K>[], pending: PendingMutation): readonly Message<K>[] => {
    if (!isChange(pending)) return messages;
    const { message_id: messageId } = pending.mutation.args;
    const at = messages.findLastIndex(({ id }) => id === messageId);
    const target = messages[at];
    if (!target) return messages;
    const known = remember(byChange, pending, () => new WeakMap<Message<K>, Message<K>>());
    const copy = messages.slice();
    copy[at] = remember(known, target, () => changed(context.kinds, target, pending));
    return copy;
  };

  return {
    message,
    pendingMessage,
    messages(window, pending) {
      const confirmed = (window?.pages ?? []).flatMap((page) =>
        // What one has deleted for oneself is in the window, so that it has no hole, and not in the view.
        remember(byPage, page, () => page.filter((row) => !row.isHidden).map(message)),
      );
      if (pending.length === 0) return confirmed;
      // A message whose row has arrived is shown by its row: the id is the same, so it neither doubles nor flickers.
      const sends = pending.filter(isSend).filter(({ mutation }) => !window || !holds(window, mutation.id));
      const all = sends.length === 0 ? confirmed : [...confirmed, ...sends.map(pendingMessage)];
      return pending.reduce(layOver, all);
    },
  };
}

type PendingChange = PendingMutation & {
  readonly mutation: Extract<Mutation, { type: 'edit_message' | 'delete_message' }>;
};

function isChange(pending: PendingMutation): pending is PendingChange {
  return pending.mutation.type === 'edit_message' || pending.mutation.type === 'delete_message';
}

function changed<K extends MessageKinds>(
  kinds: K,
  target: Message<K>,
  { mutation, status, error, createdAt }: PendingChange,
): Message<K> {
  if (status === 'failed') return { ...target, error };
  const hasPendingChange = status === 'pending';
  const at = new Date(createdAt).toISOString();
  if (mutation.type === 'delete_message')
    return { ...target, content: null, reactions: [], deletedAt: at, hasPendingChange };
  // Somebody's deletion arrived under the edit: nothing is left to edit, and the server will say so.
  if (target.deletedAt !== null) return { ...target, hasPendingChange };
  const { content, data } = mutation.args;
  return {
    ...target,
    ...(data === undefined ? {} : kindAndData(kinds, rawKind(target), data)),
    content,
    editedAt: at,
    hasPendingChange,
  };
}

/** The kind on the server. */
function rawKind({ kind, data }: { readonly kind: unknown; readonly data: unknown }): string {
  const isUnreadable = kind === 'unreadable' && typeof data === 'object' && data !== null && 'kind' in data;
  return String(isUnreadable ? data.kind : kind);
}

function kindAndData<K extends MessageKinds>(kinds: K, kind: string, data: unknown): KindAndData<K> {
  const schema = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  if (!schema) return { kind, data } as KindAndData<K>;
  const result = read(schema, data);
  return (
    result.ok ? { kind, data: result.value } : { kind: 'unreadable', data: { kind, data } }
  ) as KindAndData<K>;
}

function remember<A extends object, B>(known: WeakMap<A, B>, key: A, make: () => B): B {
  const found = known.get(key);
  if (found !== undefined) return found;
  const made = make();
  known.set(key, made);
  return made;
}
