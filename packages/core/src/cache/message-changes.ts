import { readBy } from '../lib/decode';
import type { KindAndData, MessageKinds } from '../model/kinds';
import type { Mutation } from '../model/mutation';
import type { PendingMutation } from '../model/pending';
import type { Mention } from '../model/records';
import type { Message, Reaction } from '../model/view';
import { quotedText } from './quotes';

const CHANGES = [
  'edit_message',
  'delete_message',
  'hide_message',
  'unhide_message',
  'pin_message',
  'unpin_message',
  'add_reaction',
  'remove_reaction',
] as const;

/** A pending mutation of a message that is there already. */
export type PendingChange = PendingMutation & {
  readonly mutation: Extract<Mutation, { type: (typeof CHANGES)[number] }>;
};

type SentMentions = Extract<Mutation, { type: 'send_message' }>['args']['mentions'];

const NONE: readonly Mention[] = [];

const isOneOf: ReadonlySet<string> = new Set(CHANGES);

export function isChange(pending: PendingMutation): pending is PendingChange {
  return isOneOf.has(pending.mutation.type);
}

/** The message as it is once the change is made (rule E5). Whether it is shown at all is told apart. */
export function changed<K extends MessageKinds>(
  kinds: K,
  target: Message<K>,
  { mutation, status, error, createdAt }: PendingChange,
  currentUserId: string | null,
): Message<K> {
  if (status === 'failed') return { ...target, error };
  const at = new Date(createdAt).toISOString();
  const hasPendingChange = target.hasPendingChange || status === 'pending';
  if (mutation.type === 'delete_message')
    return { ...target, content: null, reactions: [], pinnedAt: null, deletedAt: at, hasPendingChange };
  // Somebody's deletion arrived under the change: nothing is left to change, and the server will say so.
  if (target.deletedAt !== null)
    return mutation.type === 'edit_message' ? { ...target, hasPendingChange } : target;
  switch (mutation.type) {
    case 'hide_message':
    case 'unhide_message':
      return target;
    case 'edit_message': {
      const {
        content,
        data,
        mentioned_user_ids: mentioned,
        mentions_everyone: everyone,
        mentions,
      } = mutation.args;
      return {
        ...target,
        ...(data === undefined ? {} : kindAndData(kinds, rawKind(target), data)),
        content,
        mentionedUserIds: mentioned ?? target.mentionedUserIds,
        mentionsEveryone: everyone ?? target.mentionsEveryone,
        // Those that are known are places in the text that was.
        mentions: !mentions && content === target.content ? target.mentions : shownMentions(mentions),
        editedAt: at,
        hasPendingChange,
      };
    }
    case 'pin_message':
      return target.pinnedAt ? target : { ...target, pinnedAt: at, pinnedBy: currentUserId };
    case 'unpin_message':
      return { ...target, pinnedAt: null, pinnedBy: null };
    default: {
      const isOn = mutation.type === 'add_reaction';
      const reactions = reacted(target.reactions, mutation.args.emoji, isOn, currentUserId ?? '');
      return reactions === target.reactions ? target : { ...target, reactions };
    }
  }
}

/** Places as a mutation carries them. */
export function shownMentions(args: SentMentions | undefined): readonly Mention[] {
  return args?.map(({ user_id: userId, start, length }) => ({ userId, start, length })) ?? NONE;
}

/** A message once the change is made of what it quotes (rule E5). */
export function withQuoteChanged<K extends MessageKinds>(
  target: Message<K>,
  { mutation, status, createdAt }: PendingChange,
): Message<K> {
  const { replyTo } = target;
  if (status === 'failed' || !replyTo) return target;
  if (mutation.type === 'hide_message') return { ...target, replyTo: null };
  if (replyTo.deletedAt !== null) return target;
  if (mutation.type === 'delete_message') {
    const deletedAt = new Date(createdAt).toISOString();
    return { ...target, replyTo: { ...replyTo, content: null, deletedAt } };
  }
  if (mutation.type !== 'edit_message') return target;
  return { ...target, replyTo: { ...replyTo, content: quotedText(mutation.args.content) } };
}

/** The reactions with one's own added or taken back; the same ones when that is how they are. */
function reacted(
  reactions: readonly Reaction[],
  emoji: string,
  isOwn: boolean,
  userId: string,
): readonly Reaction[] {
  const known = reactions.find((reaction) => reaction.emoji === emoji);
  if ((known?.isOwn ?? false) === isOwn) return reactions;
  const others = known?.userIds.filter((id) => id !== userId) ?? [];
  const next: Reaction = {
    emoji,
    count: (known?.count ?? 0) + (isOwn ? 1 : -1),
    // The server lists ten; one's own being the eleventh is told by `isOwn`.
    userIds: isOwn && others.length < 10 ? [...others, userId] : others,
    isOwn,
  };
  if (!known) return [...reactions, next];
  return reactions.flatMap((reaction) => (reaction !== known ? reaction : next.count > 0 ? next : []));
}

/** The kind on the server. */
function rawKind({ kind, data }: { readonly kind: unknown; readonly data: unknown }): string {
  const isUnreadable = kind === 'unreadable' && typeof data === 'object' && data !== null && 'kind' in data;
  return String(isUnreadable ? data.kind : kind);
}

/** Data as its kind declares it (rule E12). */
export function kindAndData<K extends MessageKinds>(kinds: K, kind: string, data: unknown): KindAndData<K> {
  const schema = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  if (!schema) return { kind, data };
  const result = readBy(schema, data);
  return result.ok ? { kind, data: result.value } : { kind: 'unreadable', data: { kind, data } };
}
