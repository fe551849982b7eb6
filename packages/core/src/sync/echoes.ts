import { decode } from '../model/wire';
import type { Clock } from '../ports';
import type { Call } from './deps';

/** Notices that live events are lost, though the channel looks well (rule E8). */
export interface Echoes {
  /** An event of a transaction has come, for the inbox (`of` is the user's id) or a feed (that of its conversation). */
  readonly heard: (of: string, xid: number) => void;
  /** Makes the same calls. What the answer of a push has told this user has to come back, if this was live all along. */
  watched(call: Call): Call;
  /** Something has told which version a conversation has: its event has to come, if it has not. */
  readonly expectVersion: (conversationId: string, version: number) => void;
  /** What was missed up to now is pulled anyway. */
  reset(): void;
}

export interface EchoHandlers {
  /** The topics that should bring events now, by the user of the inbox, or the conversation of the feed. */
  readonly hearing: () => ReadonlyMap<string, string>;
  /** Whether the cache has the version, or does not hold the conversation. */
  readonly isReached: (conversationId: string, version: number) => boolean;
  /** An own event did not come. `isRepeated`: none has come at all since the last time. */
  readonly onLost: (isRepeated: boolean) => void;
  /** A version was not reached. */
  readonly onBehind: () => void;
}

/** Events take some ten milliseconds. With a wait of its own for whoever is told of it, it makes less than 5 s. */
const ECHO_MS = 2_500;
const VERSION_MS = 1_500;
/** What others claim in a room may be wrong: a conversation is not pulled for it more often. */
const CLAIM_MS = 10_000;
/** A timer that is so late has slept, and waking pulls. */
const LATE_MS = 5_000;
/** An event mostly comes before the answer. */
const REMEMBERED = 100;

export function createEchoes(clock: Clock, handlers: EchoHandlers): Echoes {
  const recent = new Set<string>();
  const awaited = new Set<string>();
  const versions = new Map<string, number>();
  /** What was pulled for last, by conversation. */
  const pulledFor = new Map<string, { readonly version: number; readonly at: number }>();
  const timers = new Set<() => void>();
  let isInDoubt = false;
  let resets = 0;

  const later = (ms: number, task: () => void) => {
    const due = clock.now() + ms;
    const cancel = clock.after(ms, () => {
      timers.delete(cancel);
      if (Math.abs(clock.now() - due) < LATE_MS) task();
    });
    timers.add(cancel);
  };

  /** @param heardBefore when the push began: a topic that is joined since then has missed its event */
  const expect = (answer: unknown, heardBefore: ReadonlyMap<string, string>) => {
    const { xid, told = [] } = decode.told(answer);
    // The push itself may have renewed the key of a feed: the event comes on a topic that is left by then.
    const isHeard = (of: string) => heardBefore.has(of) && handlers.hearing().get(of) === heardBefore.get(of);
    for (const of of told) {
      const key = `${of} ${xid}`;
      if (recent.has(key) || !isHeard(of)) continue;
      awaited.add(key);
      later(ECHO_MS, () => {
        if (!awaited.delete(key) || !isHeard(of)) return;
        const isRepeated = isInDoubt;
        isInDoubt = true;
        handlers.onLost(isRepeated);
      });
    }
  };

  return {
    heard(of, xid) {
      isInDoubt = false;
      const key = `${of} ${xid}`;
      awaited.delete(key);
      recent.add(key);
      if (recent.size > REMEMBERED) for (const oldest of recent) return void recent.delete(oldest);
    },
    watched: (call) => async (fn, args) => {
      const [before, heardBefore] = [resets, handlers.hearing()];
      const answer = await call(fn, args);
      if (before === resets) expect(answer, heardBefore);
      return answer;
    },
    expectVersion(conversationId, version) {
      if (handlers.isReached(conversationId, version)) return;
      const pulled = pulledFor.get(conversationId);
      const since = clock.now() - (pulled?.at ?? -Infinity);
      // Negative after the clock was put back. What turned out to be true leaves no doubt about what is told next.
      const isDoubtful = since >= 0 && since < CLAIM_MS;
      if (pulled && isDoubtful && !handlers.isReached(conversationId, pulled.version)) return;
      const claimed = versions.get(conversationId);
      versions.set(conversationId, Math.max(version, claimed ?? 0));
      if (claimed !== undefined) return;
      later(VERSION_MS, () => {
        const highest = versions.get(conversationId) ?? 0;
        versions.delete(conversationId);
        if (handlers.isReached(conversationId, highest)) return;
        pulledFor.set(conversationId, { version: highest, at: clock.now() });
        handlers.onBehind();
      });
    },
    reset() {
      resets++;
      for (const cancel of timers) cancel();
      timers.clear();
      awaited.clear();
      versions.clear();
    },
  };
}
