import type { MessageRecord, ReactionRecord, ReplyRecord } from '../model/records';
import { newerQuote } from './quotes';

/**
 * The newer of two states of one message. Events for several people do not say what depends on the reader (own
 * reactions, the message answered, whether it is hidden): that stays as known. Returns the known one when the other adds
 * nothing.
 */
export function mergeMessage(known: MessageRecord | undefined, incoming: MessageRecord): MessageRecord {
  if (known?.id !== incoming.id) return incoming;
  if (incoming.version < known.version) return known;
  // What one has deleted for oneself does not come back by itself, and what one took back is not hidden by an old page:
  // that is told by a mark of its own, which says when it was made.
  if (known.isHidden) return incoming.version === known.version ? known : hide(incoming);
  if (incoming.isHidden && known.isHidden === false && incoming.version === known.version) return known;
  const isHidden = incoming.isHidden ?? known.isHidden;
  const replyTo = mergeQuote(known, incoming);
  const ownOf = ({ emoji, own, count, userIds }: ReactionRecord): boolean | null =>
    // Where everybody is listed, the list says it.
    own ??
    (count > userIds.length ? (known.reactions.find((other) => other.emoji === emoji)?.own ?? null) : null);
  const { reactions } = incoming;
  const isComplete =
    isHidden === incoming.isHidden &&
    replyTo === incoming.replyTo &&
    reactions.every((reaction) => reaction.own === ownOf(reaction));
  const merged = isComplete
    ? incoming
    : {
        ...incoming,
        isHidden,
        replyTo,
        reactions: reactions.map((reaction) => ({ ...reaction, own: ownOf(reaction) })),
      };
  return incoming.version === known.version && saysOfReader(merged) === saysOfReader(known) ? known : merged;
}

/** An event for several people may quote what its reader may not see, or leave out what the reader may. */
function mergeQuote(known: MessageRecord, incoming: MessageRecord): ReplyRecord | null {
  if (known.replyTo && incoming.replyTo) return newerQuote(known.replyTo, incoming.replyTo);
  if (incoming.isHidden !== null) return incoming.replyTo;
  return known.isHidden === null ? (known.replyTo ?? incoming.replyTo) : known.replyTo;
}

/** The message as the server shows it to who deleted it for themselves. */
export function hide(message: MessageRecord): MessageRecord {
  return {
    ...message,
    isHidden: true,
    content: null,
    data: {},
    replyTo: null,
    reactions: [],
    mentionedUserIds: [],
    mentions: [],
  };
}

function saysOfReader({ isHidden, replyTo, reactions }: MessageRecord): string {
  return JSON.stringify([isHidden, replyTo, reactions.map(({ own }) => own)]);
}
