import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { type Json, parseJson } from '../../src/realtime/json.js';
import { broadcastScenarios } from './scenarios/broadcasts.js';
import { channelScenarios } from './scenarios/channels.js';
import { databaseScenarios } from './scenarios/database-messages.js';
import { presenceScenarios } from './scenarios/presence.js';
import { privateScenarios } from './scenarios/private-channels.js';
import { restScenarios } from './scenarios/rest.js';
import { changeScenarios } from './scenarios/row-changes.js';
import { tokenScenarios } from './scenarios/tokens.js';
import { runScenario } from './support/scenario.js';
import { readTrace, stepLines } from './support/traces.js';
import { startWorld, type World } from './support/world.js';

const scenarios = [
  ...channelScenarios,
  ...broadcastScenarios,
  ...privateScenarios,
  ...databaseScenarios,
  ...presenceScenarios,
  ...tokenScenarios,
  ...changeScenarios,
  ...restScenarios,
]
  .map((scenario) => ({ ...scenario, ...readTrace(scenario.trace) }))
  .map((scenario) => ({ ...scenario, rule: `R${scenario.trace.slice(0, 2)}` }))
  .sort((one, other) => (one.trace < other.trace ? -1 : 1));

/** What the real server answered, step by step; the delays are its own, too. */
describe.concurrent('what was recorded on the real server', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.stop());

  for (const { rule, title, steps, run } of scenarios) {
    test(`${rule} ${title}`, async () => {
      const recorded: Json = parseJson(JSON.stringify(await runScenario(world, run))) ?? [];
      expect(linesOf(recorded)).toEqual(linesOf(steps));
    });
  }
});

function linesOf(steps: Json): string[][] {
  return Array.isArray(steps) ? steps.map(stepLines) : [];
}
