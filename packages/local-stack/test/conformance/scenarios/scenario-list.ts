import type { Scenario } from '../support/scenario.js';

/** A scenario whose steps were recorded on the real server. */
export interface TracedScenario {
  /** Name of the recording. */
  readonly trace: string;
  readonly run: (t: Scenario) => Promise<void>;
}
