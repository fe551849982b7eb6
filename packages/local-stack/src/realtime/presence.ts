import { randomBytes } from 'node:crypto';

import type { JsonObject } from './json.js';

/** Who is present in which channel. A tracker is one channel of one socket; it has one entry at most. */
export interface Presence {
  /** Enters, or replaces the entry of, a tracker under its key. */
  track(channel: string, tracker: object, key: string, payload: JsonObject): void;
  /** Takes the entry of a tracker away, if it has one. */
  untrack(channel: string, tracker: object): void;
  /** The channel's `presence_state`. */
  state(channel: string): string;
}

interface Entry {
  readonly key: string;
  readonly meta: JsonObject;
}

/**
 * Keeps the presence of all channels. `onDiff` is called for every change, after the call that made it has
 * returned: the answer to a `track` goes out before the diff.
 */
export function createPresence(onDiff: (channel: string, text: string) => void): Presence {
  const channels = new Map<string, Map<object, Entry>>();

  function announce(channel: string, joins: Entry[], leaves: Entry[]): void {
    const text = JSON.stringify({ joins: group(joins), leaves: group(leaves) });
    setImmediate(() => onDiff(channel, text));
  }

  return {
    track(channel, tracker, key, payload) {
      const entries = channels.get(channel) ?? new Map<object, Entry>();
      channels.set(channel, entries);
      const old = entries.get(tracker);
      const previous = old === undefined ? {} : { phx_ref_prev: old.meta['phx_ref'] ?? null };
      const entry = { key, meta: { ...payload, ...previous, phx_ref: newRef() } };
      // Taken out first: entries are listed in the order they were made.
      entries.delete(tracker);
      entries.set(tracker, entry);
      announce(channel, [entry], old === undefined ? [] : [old]);
    },

    untrack(channel, tracker) {
      const entries = channels.get(channel);
      const old = entries?.get(tracker);
      if (entries === undefined || old === undefined) return;
      entries.delete(tracker);
      if (entries.size === 0) channels.delete(channel);
      announce(channel, [], [old]);
    },

    state(channel) {
      return JSON.stringify(group([...(channels.get(channel)?.values() ?? [])]));
    },
  };
}

function group(entries: readonly Entry[]): Record<string, { metas: JsonObject[] }> {
  const metas = new Map<string, JsonObject[]>();
  for (const { key, meta } of entries) {
    const known = metas.get(key);
    if (known === undefined) metas.set(key, [meta]);
    else known.push(meta);
  }
  return Object.fromEntries([...metas].map(([key, list]) => [key, { metas: list }]));
}

function newRef(): string {
  return randomBytes(9).toString('base64url');
}
