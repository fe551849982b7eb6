import type { Clock, Environment } from '../ports';

export interface WakingHandlers {
  readonly onNetwork: (isOnline: boolean) => void;
  /** Events may have been missed and the socket may be dead: join and pull (rule E7). */
  readonly onWake: () => void;
}

export interface Waking {
  /** The app has been asleep: nothing but a timer that ran late tells. */
  noteSleep(): void;
  stop(): void;
}

/** Visible, focus, pageshow and resume come together: one of them is enough. */
const TOGETHER_MS = 1_000;
/** Turning to a window that was visible all the time: so much may be missed. */
const UNATTENDED_MS = 30_000;

/** Decides which signals of the device are a waking. */
export function createWaking(
  { environment, clock }: { readonly environment: Environment; readonly clock: Clock },
  { onNetwork, onWake }: WakingHandlers,
): Waking {
  let wasVisible = environment.isVisible();
  let wasOnline = environment.isOnline();
  let lastAt = -Infinity;
  const wake = (afterMs: number) => {
    const since = clock.now() - lastAt;
    // Negative after the clock was put back.
    if (since >= 0 && since < afterMs) return;
    lastAt = clock.now();
    onWake();
  };
  return {
    noteSleep: () => wake(TOGETHER_MS),
    stop: environment.onChange((signal) => {
      const isBack = environment.isVisible() && !wasVisible;
      const hasNetworkChanged = environment.isOnline() !== wasOnline;
      wasVisible = environment.isVisible();
      wasOnline = environment.isOnline();
      if (hasNetworkChanged) {
        // Coming online joins and pulls as waking does.
        if (wasOnline) lastAt = clock.now();
        return onNetwork(wasOnline);
      }
      if (wasOnline && wasVisible) wake(isBack || signal ? TOGETHER_MS : UNATTENDED_MS);
    }),
  };
}
