/** What the device says of itself. */
export interface Environment {
  /** False only when the device knows that it has no network. */
  isOnline(): boolean;
  /** False while nobody can see the app (a hidden tab, an app in the background). */
  isVisible(): boolean;
  /** Calls `listener` when either may have changed, and on resume from sleep. */
  onChange(listener: () => void): () => void;
}
