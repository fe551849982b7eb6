import type { Cache } from '../cache/cache';
import type { LiveChange } from '../model/wire';
import type { Applier } from './apply';

/** What live events tell, applied in the order in which it came. */
export interface LiveChanges {
  /** What one event tells: applied at once, or held back while the client catches up (rule E7). */
  take(changes: readonly LiveChange[]): void;
  /** Applies what was held back, unless it has to wait on. */
  release(): void;
  /** Forgets what was held back: the pull that follows brings it. */
  drop(): void;
}

export interface LiveHandlers {
  readonly isHolding: () => boolean;
  readonly onMessage: (conversationId: string, senderId: string) => void;
  /** The version a conversation has had by then. */
  readonly onVersion: (conversationId: string, version: number) => void;
  /** `isMissing`: changes before these are missing. `of`: all of them are messages of this conversation. */
  readonly onApplied: (isMissing: boolean, of: string | undefined) => void;
}

export function createLiveChanges(cache: Cache, applier: Applier, handlers: LiveHandlers): LiveChanges {
  let held: LiveChange[] = [];

  const apply = (changes: readonly LiveChange[]) => {
    const [first] = changes;
    let isMissing = false;
    let areOfOne = first?.type === 'message';
    cache.batch('live', () => {
      for (const change of changes) {
        const isMessage = change.type === 'message';
        areOfOne &&=
          isMessage && first?.type === 'message' && change.conversation_id === first.conversation_id;
        if (isMessage && change.message?.senderId)
          handlers.onMessage(change.conversation_id, change.message.senderId);
        if (applier.live(change)) isMissing = true;
        if (change.type === 'member' && change.version !== undefined)
          handlers.onVersion(change.conversation_id, change.version);
      }
    });
    handlers.onApplied(isMissing, areOfOne && first?.type === 'message' ? first.conversation_id : undefined);
  };

  return {
    take(changes) {
      if (handlers.isHolding()) held.push(...changes);
      else apply(changes);
    },
    release() {
      if (held.length === 0 || handlers.isHolding()) return;
      const changes = held;
      held = [];
      apply(changes);
    },
    drop() {
      held = [];
    },
  };
}
