/** What must never happen, and how often it did at first. */
export const none = {
  /** Something acknowledged did not take effect. */
  lost: 0,
  /** Something took effect, or is shown, twice. */
  duplicated: 0,
  /** Messages of one sender changed their order. */
  reordered: 0,
  /** A client does not show what the server has, though it had the time. */
  diverged: 0,
  /** A window misses a message or a change it claims to have. */
  holes: 0,
  unreadWrong: 0,
  /** A message that was shown is not any more. */
  vanished: 0,
  /** A status says what is not so. */
  dishonest: 0,
  /** Tabs of one client show different things. */
  tabsDiffer: 0,
  /** A client shows something of another user. */
  leaked: 0,
  /** Something threw where nobody could catch it. */
  crashed: 0,
};
export type ProblemKind = keyof typeof none;

export interface Problem {
  readonly kind: ProblemKind;
  readonly text: string;
}
