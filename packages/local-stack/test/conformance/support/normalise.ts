import type { Json, JsonObject } from '../../../src/realtime/json.js';
import { PEOPLE } from './people.js';

/** What a step of a scenario left behind. */
export interface StepRecord {
  readonly step: string;
  readonly timing?: Record<string, string>;
  readonly unordered?: true;
  readonly result?: Json;
  readonly frames: Record<string, Json[]>;
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;
const TIMESTAMP = /\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d(?::?\d\d)?)?/g;

type Kind = 'uuid' | 'phx_ref' | 'id';
/** Makes the placeholder of a value. */
type Naming = (kind: Kind, value: string) => string;

/**
 * Replaces what differs from run to run: uuids, presence refs and subscription ids by numbered placeholders
 * (an equal number is an equal value), times, users, and the prefix of the topics. Keys are sorted.
 */
export function normalise(steps: readonly StepRecord[], prefix: string): StepRecord[] {
  const numbers = new Map<string, string>();
  const counts = new Map<Kind, number>();
  const numbered: Naming = (kind, value) => {
    const key = `${kind}:${value}`;
    const known = numbers.get(key);
    if (known !== undefined) return known;
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    numbers.set(key, `<${kind}:${count}>`);
    return `<${kind}:${count}>`;
  };
  const walk = (value: Json, naming: Naming): Json => walkValue(value, [], naming, prefix);

  return steps.map((step) => {
    const result = step.result === undefined ? {} : { result: walk(step.result, numbered) };
    const frames: Record<string, Json[]> = {};
    for (const [client, list] of Object.entries(step.frames)) {
      // Sorted before they are numbered, or the numbers would depend on the order.
      const ordered = step.unordered === true ? sortBy(list, (frame) => walk(frame, unnumbered)) : list;
      frames[client] = ordered.map((frame) => walk(frame, numbered));
    }
    return { ...step, ...result, frames };
  });
}

const unnumbered: Naming = (kind) => `<${kind}>`;

/** `path` has the keys that lead to the value, without the places in lists. */
function walkValue(value: Json, path: readonly string[], naming: Naming, prefix: string): Json {
  const key = path.at(-1);
  if (typeof value === 'string') {
    const isRef = key === 'phx_ref' || key === 'phx_ref_prev';
    return isRef ? naming('phx_ref', value) : normaliseText(value, naming, prefix);
  }
  if (typeof value === 'number') {
    return key === 'id' && path.at(-2) === 'postgres_changes' ? naming('id', String(value)) : value;
  }
  if (Array.isArray(value)) {
    if (key === 'ids' && value.every((item) => typeof item === 'number')) {
      return value.map((item) => naming('id', String(item))).sort();
    }
    // The metas of one key are a set.
    const isSet = key === 'metas';
    const list = isSet ? sortBy(value, (item) => walkValue(item, path, unnumbered, prefix)) : value;
    return list.map((item) => walkValue(item, path, naming, prefix));
  }
  if (value === null || typeof value !== 'object') return value;
  const entries = sortBy(Object.entries(value), ([name, item]) => {
    return [normaliseText(name, unnumbered, prefix), walkValue(item, [...path, name], unnumbered, prefix)];
  });
  return Object.fromEntries(
    entries.map(([name, item]) => {
      return [normaliseText(name, naming, prefix), walkValue(item, [...path, name], naming, prefix)] as const;
    }),
  ) satisfies JsonObject;
}

function normaliseText(text: string, naming: Naming, prefix: string): string {
  let plain = text.replaceAll(prefix, '');
  for (const [person, id] of Object.entries(PEOPLE)) plain = plain.replaceAll(id, `<user:${person}>`);
  return plain
    .replace(UUID, (uuid) => naming('uuid', uuid.toLowerCase()))
    .replace(TIMESTAMP, '<ts>')
    .replace(/expired \d+ seconds ago/, 'expired <n> seconds ago');
}

function sortBy<T>(items: readonly T[], of: (item: T) => Json): T[] {
  return items
    .map((item) => ({ item, text: JSON.stringify(of(item)) }))
    .sort((one, other) => (one.text < other.text ? -1 : one.text > other.text ? 1 : 0))
    .map(({ item }) => item);
}
