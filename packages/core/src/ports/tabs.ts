/** Where this tab stands: it sends for all tabs, it leaves that to another one, or there is nobody to coordinate with. */
export type TabRole = 'leader' | 'follower' | 'single';

/** Coordination between the tabs of one origin (rule E10). All callbacks may come late, none after its end. */
export interface Tabs {
  /** Whether tabs can hear of each other; without, every tab leads alone and says so. */
  readonly kind: 'shared' | 'single';
  /**
   * Stands for the lead of `name`, which one tab has at a time, the others in the order in which they asked. `onChange`
   * is called with true when this tab has it, and with false when it lost it to `insist` or on its way into a frozen
   * state; then it waits for it again by itself. A tab that dies loses it to the next.
   */
  lead(name: string, onChange: (isLeading: boolean) => void): Candidacy;
  /** Hears what the other tabs that joined `name` post from now on, the posts of each in their order. */
  join(name: string, onMessage: (message: unknown) => void): TabChannel;
}

export interface Candidacy {
  /** Takes the lead from a tab that does not answer any more. It may be alive: both lead for a moment. */
  insist(): void;
  /** Gives up the lead or the place in the queue. */
  withdraw(): void;
}

export interface TabChannel {
  /** Sends a copy to every other tab; best effort, as some may be frozen or gone. Takes what can be cloned. */
  post(message: unknown): void;
  close(): void;
}
