import type { Cache } from '../cache/cache';
import type { Mutation } from '../model/mutation';

/** Knows of confirmed mutations whether the cache shows them, so that their overlay can go (rule E5). */
export interface ConfirmedWrites {
  /** What the answer said: the version the mutation got, or that only a pull brings what it did. */
  note(id: string, version: number | undefined, isPullNeeded: boolean): void;
  /** A pull begins; to be called when it has been applied, for it has brought what was noted before it began. */
  pulling(): () => void;
  readonly isShown: (mutation: Mutation) => boolean;
  forget(ids: readonly string[]): void;
  reset(): void;
}

export function createConfirmedWrites(cache: Cache): ConfirmedWrites {
  /** Until the cache has reached them. */
  const versions = new Map<string, number>();
  const untilPulled = new Set<string>();
  return {
    note(id, version, isPullNeeded) {
      if (version !== undefined) versions.set(id, version);
      else if (isPullNeeded) untilPulled.add(id);
    },
    pulling() {
      const covered = [...untilPulled];
      return () => {
        for (const id of covered) untilPulled.delete(id);
      };
    },
    isShown({ id, type, conversation_id: conversationId }) {
      const conversation = cache.conversation(conversationId);
      if (type === 'create_conversation') return conversation !== undefined || !cache.list();
      // A page that is on its way may be older than the mutation; then a pull follows it. Without any the overlay is all
      // there is to see.
      if (untilPulled.has(id) || cache.isAwaitingMessages(conversationId)) return false;
      const version = versions.get(id) ?? 0;
      const known = [conversation?.version, cache.versionOf(conversationId)];
      return known.every((reached) => reached === undefined || reached >= version);
    },
    forget(ids) {
      for (const id of ids) {
        versions.delete(id);
        untilPulled.delete(id);
      }
    },
    reset() {
      versions.clear();
      untilPulled.clear();
    },
  };
}
