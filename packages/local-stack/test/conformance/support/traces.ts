import { readFileSync } from 'node:fs';

import { isJsonObject, type Json, memberOf, parseJson } from '../../../src/realtime/json.js';

const FOLDER = new URL('../../fixtures/realtime/', import.meta.url);

/** A recording of the real server. */
export interface Trace {
  readonly title: string;
  readonly steps: Json[];
}

export function readTrace(name: string): Trace {
  const trace = parseJson(readFileSync(new URL(`${name}.json`, FOLDER), 'utf8'));
  const title = memberOf(trace, 'title');
  const steps = memberOf(trace, 'steps');
  if (typeof title !== 'string' || !Array.isArray(steps)) throw new Error(`${name} is no trace`);
  return { title, steps };
}

/** A recorded step as lines, one per frame, so that a difference is easy to read. */
export function stepLines(step: Json): string[] {
  const timing = memberOf(step, 'timing');
  const result = memberOf(step, 'result');
  const frames = memberOf(step, 'frames');
  const lines = [`# ${JSON.stringify(memberOf(step, 'step'))}`];
  if (timing !== undefined) lines.push(`timing ${JSON.stringify(timing)}`);
  if (memberOf(step, 'unordered') === true) lines.push('in any order');
  if (result !== undefined) lines.push(`result ${JSON.stringify(result)}`);
  for (const [client, list] of Object.entries(isJsonObject(frames) ? frames : {})) {
    for (const frame of Array.isArray(list) ? list : []) lines.push(`${client} <- ${JSON.stringify(frame)}`);
  }
  return lines;
}
