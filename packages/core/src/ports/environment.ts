/** What the device says of itself. */
export interface Environment {
  /** False only when the device knows that it has no network. */
  isOnline(): boolean;
  /** False while nobody can see the app (a hidden tab, an app in the background). */
  isVisible(): boolean;
  /** True after some minutes without any input; left out where the platform cannot tell. */
  isIdle?(): boolean;
  /**
   * Calls `listener` when any of these may have changed, and when the user turns to the app again (focus). With
   * `resumed` when time stood still for the app, or the network is another one: connections may be dead unnoticed.
   */
  onChange(listener: (signal?: 'resumed') => void): () => void;
}
