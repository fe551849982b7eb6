import { createWritable, type Readable } from '../lib/readable';
import type { TabRole } from '../ports';
import type { AskUnsent, Deps } from './deps';
import type { OutboxDriver } from './outbox-driver';

/**
 * Keeps the tabs of a user together (rule E10): one leads and sends, all show the same.
 *
 * ```
 *   follower                      leader                      other followers
 *   stores, shows ───put────────▶ queues, sends ◀──────put─── store, show
 *   shows, resolves ◀─confirmed── hears the server ─confirmed─▶ show
 *   opens, or has pulled ─hello─▶
 *   adds what it lacks ◀─snapshot ─────────────────snapshot──▶ add
 *      └─ puts again what is not in it: what one knows, all know
 *   waits ─────────────────ping─▶ answers pong, or is taken for dead
 * ```
 */
export interface TabSync {
  readonly role: Readable<TabRole>;
  /** Joins the user's other tabs and opens the outbox. */
  open(userId: string): void;
  /** Leaves them, so that the next one leads, and closes the outbox; `ask` is asked what becomes of what is unsent. */
  close(ask?: AskUnsent): void;
  /**
   * Looks for what was missed, now that the server answers: messages between tabs can be lost without a sign, and a tab
   * can die between storing and telling.
   */
  check(): void;
  /** The network or the session is back: whoever leads may send at once. */
  resume(): void;
}

/** A leader that has not answered for so long is frozen or hangs. One that is only busy answers sooner. */
const SILENCE_MS = 10_000;
/** At most so often a tab looks for what it has missed, unless it has been out of sight. */
const CHECK_AGAIN_MS = 30_000;

export function createTabSync({ tabs, clock, environment, logger }: Deps, outbox: OutboxDriver): TabSync {
  const isAlone = tabs.kind === 'single';
  const role = createWritable<TabRole>(isAlone ? 'single' : 'follower');
  let post: (message: object) => void = () => undefined;
  let leave = () => {};
  /** When this tab has last read what is stored, or asked the leader. */
  let checkedAt = 0;

  const isFollowing = () => role.get() === 'follower';
  const follow = () => {
    if (isAlone) return;
    role.set('follower');
    outbox.setLeading(false);
  };

  return {
    role,
    open(userId) {
      const name = `confab-outbox-${userId}`;
      let isAnswered = true;
      let cancelCheck: (() => void) | null = null;
      /** Whether something waits for another tab to send it. */
      const isWaiting = () => isFollowing() && outbox.view.get().unsentCount > 0;
      // A leader that stands still keeps its lock, and nobody but the browser would notice.
      const check = () => {
        cancelCheck = null;
        const isSilent = !isAnswered && environment.isVisible();
        isAnswered = !isWaiting() || isSilent;
        if (isSilent && isWaiting()) candidacy.insist();
        else if (!isAnswered) post({ type: 'ping' });
        watch();
      };
      const watch = () => {
        if (isWaiting()) cancelCheck ??= clock.after(SILENCE_MS, check);
      };

      const channel = tabs.join(name, (message) => {
        switch (typeOf(message)) {
          case 'ping':
            if (role.get() === 'leader') post({ type: 'pong' });
            return;
          case 'pong':
            isAnswered = true;
            return;
          case 'resume':
            return outbox.resume();
          default:
            return outbox.applyRemote(message);
        }
      });
      post = (message) => {
        try {
          channel.post(message);
        } catch (error) {
          // What cannot be cloned. This tab keeps it, and sends it when it leads.
          logger({ level: 'error', event: 'tab_message_failed', detail: { reason: String(error) } });
        }
      };
      follow();
      const stopWatching = environment.onChange(() => {
        // A page that comes back, from the back/forward cache for instance, has missed what was said meanwhile.
        checkedAt = 0;
        // One that is hidden may never run again.
        if (!environment.isVisible()) outbox.hasten();
      });
      const stops = isAlone
        ? [stopWatching]
        : [stopWatching, outbox.onEvent(post), outbox.view.subscribe(watch)];
      const candidacy = tabs.lead(name, (isLeading) => {
        if (!isLeading) return follow();
        if (!isAlone) role.set('leader');
        checkedAt = clock.now();
        outbox.setLeading(true);
      });
      leave = () => {
        for (const stop of stops) stop();
        cancelCheck?.();
        candidacy.withdraw();
        channel.close();
      };
      void outbox.open(userId);
    },
    close(ask) {
      outbox.hasten();
      // While it is known who leads: only the leader asks.
      outbox.close(ask);
      leave();
      leave = () => {};
      post = () => undefined;
      follow();
    },
    check() {
      if (isAlone || Math.abs(clock.now() - checkedAt) < CHECK_AGAIN_MS) return;
      checkedAt = clock.now();
      // The leader reads again what is stored, a follower asks the leader.
      outbox.setLeading(!isFollowing());
    },
    resume() {
      outbox.resume();
      if (isFollowing()) post({ type: 'resume' });
    },
  };
}

function typeOf(message: unknown): unknown {
  return typeof message === 'object' && message !== null && 'type' in message ? message.type : null;
}
