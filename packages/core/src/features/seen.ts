import type { Cache } from '../cache/cache';
import { readCursor } from '../cache/conversation-overlay';
import { heldAfter } from '../cache/loaded-messages';
import type { MessageKinds } from '../model/kinds';
import type { Sources } from './views';

/**
 * What this device has, at the moment the user acts: a write that is sent later says no more than that to have been read
 * (rule D6).
 */
export interface Seen {
  /** Up to where the timeline, or a thread, had been seen. */
  of(conversationId: string, threadRootId?: string | null): number;
  /** Nobody can have seen what is beyond, of the timeline or of a thread; the seq itself where the conversation is not known. */
  atMost(conversationId: string, seq: number, threadRootId?: string): number;
}

export function createSeen<K extends MessageKinds>(cache: Cache, sources: Sources<K>): Seen {
  const lastSeqOf = (conversationId: string) => cache.conversation(conversationId)?.lastSeq;
  return {
    of(conversationId, threadRootId) {
      const loaded = cache.messages(conversationId, threadRootId);
      if (threadRootId) {
        const thread = cache.thread(threadRootId);
        // Who has nothing to do with a thread yet has nothing unread in it.
        return thread ? heldAfter(loaded, thread.lastReadSeq) : (lastSeqOf(conversationId) ?? 0);
      }
      const conversation = cache.conversation(conversationId);
      const pending = sources.outbox.get().lane(conversationId);
      const cursor = conversation ? readCursor(conversation, pending, sources.readAll.get()) : 0;
      return heldAfter(loaded, cursor);
    },
    atMost(conversationId, seq, threadRootId) {
      // A page, and news of a thread, may come before what the conversation misses has been pulled.
      const loaded = cache.messages(conversationId, threadRootId)?.windows.at(-1)?.covers.to ?? 0;
      const lastReply = threadRootId === undefined ? 0 : (cache.thread(threadRootId)?.lastReplySeq ?? 0);
      return Math.min(seq, Math.max(lastSeqOf(conversationId) ?? seq, loaded, lastReply));
    },
  };
}
