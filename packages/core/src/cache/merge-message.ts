import type { MessageRecord } from '../model/records';

/**
 * The newer of two states of one message. Events for several people do not say what depends on the reader (own
 * reactions, the message answered, whether it is hidden): that stays as known. Returns the known one when the other adds
 * nothing.
 */
export function mergeMessage(known: MessageRecord | undefined, incoming: MessageRecord): MessageRecord {
  if (known?.id !== incoming.id) return incoming;
  if (incoming.version < known.version) return known;
  // What one has deleted for oneself does not come back.
  if (known.isHidden) return incoming.version === known.version ? known : hide(incoming);
  const ownKnown = (emoji: string) => known.reactions.find((other) => other.emoji === emoji)?.own ?? null;
  const merged: MessageRecord = {
    ...incoming,
    isHidden: incoming.isHidden ?? known.isHidden,
    replyTo: incoming.replyTo ?? known.replyTo,
    reactions: incoming.reactions.map((reaction) =>
      // Where everybody is listed, the list says it.
      reaction.own === null && reaction.count > reaction.userIds.length
        ? { ...reaction, own: ownKnown(reaction.emoji) }
        : reaction,
    ),
  };
  const said = saysOfReader(merged);
  if (incoming.version === known.version && said === saysOfReader(known)) return known;
  return said === saysOfReader(incoming) ? incoming : merged;
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
  };
}

function saysOfReader({ isHidden, replyTo, reactions }: MessageRecord): string {
  return JSON.stringify([isHidden, replyTo, reactions.map(({ own }) => own)]);
}
