import type { OwnPresence } from '@confab/core';
import type { RegisteredConfab } from './register';
import { useScreen } from './use-screen';

export interface UseMyPresenceResult extends OwnPresence {
  /** Shows this user as away or busy; null follows the app: online while it is visible and in use, away otherwise. */
  readonly setPresence: (state: OwnPresence['chosen']) => void;
}

/**
 * What others see of this user in the conversations they watch together (rule E11), and what sets it, a stable reference.
 *
 * @example
 * ```tsx
 * function BusySwitch() {
 *   const { chosen, setPresence } = useMyPresence();
 *   const isBusy = chosen === 'busy';
 *   return <button onClick={() => setPresence(isBusy ? null : 'busy')}>{isBusy ? 'I am back' : 'Busy'}</button>;
 * }
 * ```
 */
export function useMyPresence(): UseMyPresenceResult {
  return useScreen(presenceOf);
}

const presenceOf = ({ presence }: RegisteredConfab) => ({
  ...presence.own(),
  actions: { setPresence: (state: OwnPresence['chosen']) => presence.set(state) },
});
