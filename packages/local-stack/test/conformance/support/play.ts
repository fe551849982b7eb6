import { type Json, memberOf, parseJson } from '../../../src/realtime/json.js';
import { runScenario, type Scenario } from './scenario.js';
import type { World } from './world.js';

/** What was recorded, for looking things up. */
export interface Played {
  /** The frames one client got in a step, in order, normalised. */
  frames(step: string, client: string): Json[];
  /** All frames one client got. */
  all(client: string): Json[];
  timing(step: string, client: string): Json | undefined;
  result(step: string): Json | undefined;
}

/** Runs a scenario of which there is no recording. */
export async function play(world: World, run: (t: Scenario) => Promise<void>): Promise<Played> {
  const steps = await runScenario(world, run);
  const find = (label: string): Json | undefined => {
    return parseJson(JSON.stringify(steps.find(({ step }) => step === label)));
  };
  const framesOf = (step: string, client: string): Json[] => {
    const frames = memberOf(memberOf(find(step), 'frames'), client);
    return Array.isArray(frames) ? frames : [];
  };
  return {
    frames: framesOf,
    all: (client) => steps.flatMap(({ step }) => framesOf(step, client)),
    timing: (step, client) => memberOf(memberOf(find(step), 'timing'), client),
    result: (step) => memberOf(find(step), 'result'),
  };
}

/** The answer to a join or push on `realtime:room`, version 2. */
export function reply(
  joinRef: string | null,
  ref: string,
  status: 'ok' | 'error',
  response: Json = {},
): Json {
  return [joinRef, ref, 'realtime:room', 'phx_reply', { response, status }];
}

export function joined(ref: string): Json {
  return reply(ref, ref, 'ok', { postgres_changes: [] });
}

export function denied(ref: string, reason: string): Json {
  return reply(ref, ref, 'error', { reason });
}

/** The end of a channel that crashed; version 2. */
export function crashed(joinRef: string): Json {
  return [joinRef, joinRef, 'realtime:room', 'phx_error', { reason: 'channel_crash' }];
}

/** What comes before a channel is closed, and the close; version 2. */
export function closedWith(joinRef: string, message: string): Json[] {
  const payload = { channel: 'room', extension: 'system', message, status: 'error' };
  return [
    [joinRef, null, 'realtime:room', 'system', payload],
    [joinRef, joinRef, 'realtime:room', 'phx_close', {}],
  ];
}

export function textBroadcast(event: string, payload: Json): Json {
  return [null, null, 'realtime:room', 'broadcast', { event, payload, type: 'broadcast' }];
}
