import type { Step } from './plan';
import type { Client, Run, Tab } from './world';

/** What one step works with. */
export interface Scene {
  readonly run: Run;
  readonly client: Client;
  readonly tab: Tab;
  readonly room: string;
  readonly step: Step;
}

export interface Action {
  /** How often it is drawn. */
  readonly weight: number;
  /** Resolves or rejects whenever it likes: nobody waits for it. */
  readonly act: (scene: Scene) => unknown;
}

export type Actions = Readonly<Record<string, Action>>;

/** The item a number chooses. */
export const pick = <T>(items: readonly T[], n: number): T | undefined =>
  items[n % Math.max(1, items.length)];
