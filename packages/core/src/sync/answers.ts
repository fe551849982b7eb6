import type { Mutation } from '../model/mutation';
import { decode } from '../model/wire';
import type { Applier } from './apply';

/** What is known after an answer was applied. */
interface Applied {
  /** The version it gave to a message. */
  readonly version?: number;
  /** Whether a pull has more to say of it. */
  readonly hasMore: boolean;
}

/** Brings what the server answered to a mutation into the cache. Throws `unexpected_response`. */
export function applyAnswer(applier: Applier, { type, args }: Mutation, result: unknown): Applied {
  // Whatever is done to a message is answered with the message.
  if (type === 'send_message' || 'message_id' in args) {
    const message = decode.message(result);
    const seen = 'seen_seq' in args ? args.seen_seq : undefined;
    const hasGap = applier.acknowledged(message, seen);
    const isMark = type === 'hide_message' || type === 'unhide_message';
    if (isMark) applier.marked(message, decode.changed(result).changed);
    // Hiding takes no version, and may have hidden something unread.
    return { version: message.version, hasMore: hasGap || isMark };
  }
  switch (type) {
    case 'mark_read':
    case 'mark_delivered':
    case 'mark_unread':
      applier.cursor(decode.cursor(result));
      return { hasMore: false };
    case 'save_draft':
      applier.draft(decode.draft(result));
      return { hasMore: false };
    case 'mark_thread_read':
    case 'follow_thread':
      // Null where one has nothing to do with the thread. How many threads are unread comes with a pull.
      if (result !== null) applier.thread(decode.thread(result));
      return { hasMore: true };
    case 'mark_all_read':
      return { hasMore: true };
    default:
      // All others are about a conversation: null where one is a member no more. Members come with a pull.
      if (result !== null) applier.conversation(decode.conversation(result));
      return { hasMore: true };
  }
}
