import type { Policies } from '../database/authorization.js';
import { canonicalJson, isJsonObject, type Json, type JsonObject, memberOf, termSize } from '../json.js';
import { isPayloadTooLarge } from '../options.js';
import type { ClientPayload } from '../wire/messages.js';
import type { ChannelCore } from './channel-core.js';
import { PRESENCE_TOO_LARGE, TOO_MANY_PRESENCE, TOO_MANY_PRESENCE_CALLS } from './texts.js';

export interface ChannelPresence {
  /** Sends `presence_state` to a channel that joined with presence and may read it. */
  sync(): void;
  /** Handles a `presence` event of the client. */
  handle(ref: Json, payload: ClientPayload): Promise<void>;
  /** Takes the channel out of the presence. */
  leave(): void;
}

/** What an event leads to; what a failed one learnt is forgotten, and it does not count as a call. */
type Outcome = 'ok' | 'error' | 'invalid' | 'too_large' | 'too_fast';

export function createChannelPresence(core: ChannelCore): ChannelPresence {
  const { context, key, options } = core;
  const { presence, presenceEvents, limits } = context;
  // The identity under which the presence knows this channel.
  const tracker = {};
  let tracked: string | undefined;
  let calls = 0;
  let windowEnd = -Infinity;

  function isTooFast(): boolean {
    if (presenceEvents.average() > limits.maxPresenceEventsPerSecond) return true;
    presenceEvents.add();
    return false;
  }

  function track(payload: Json): Outcome {
    if (!isJsonObject(payload)) return 'invalid';
    const text = canonicalJson(payload);
    if (text === tracked) return 'ok';
    if (isPayloadTooLarge(limits, termSize(payload))) return 'too_large';
    if (isTooFast()) return 'too_fast';
    presence.track(key, tracker, options.config.presenceKey, payload);
    core.isPresenceEnabled = true;
    tracked = text;
    return 'ok';
  }

  async function trackIfAllowed(payload: Json): Promise<Outcome> {
    if (core.policies === null) return track(payload);
    const policies = await decide(core.policies);
    if (policies?.presence.write !== true) return 'error';
    const outcome = track(payload);
    if (outcome === 'ok') core.policies = policies;
    return outcome;
  }

  /** Asks for what is not known yet: to read as well, when the channel joined without presence. */
  async function decide(known: Policies): Promise<Policies | undefined> {
    if (known.presence.write !== null) return known;
    const { authorization } = context;
    let policies = known;
    if (known.presence.read === null) {
      const read = await authorization.read(core.authorizationContext(), policies, true);
      if (read.value === undefined) return undefined;
      policies = read.value;
    }
    return (await authorization.write(core.authorizationContext(), policies)).value;
  }

  async function run(event: string, payload: JsonObject): Promise<Outcome> {
    switch (event.toLowerCase()) {
      case 'track':
        return trackIfAllowed(memberOf(payload, 'payload') ?? (hasPayload(payload) ? null : {}));
      case 'untrack':
        presence.untrack(key, tracker);
        tracked = undefined;
        return 'ok';
      default:
        return 'error';
    }
  }

  function answer(ref: Json, outcome: Outcome): void {
    switch (outcome) {
      case 'ok':
        core.reply(ref, 'ok');
        break;
      case 'error':
        core.reply(ref, 'error');
        break;
      case 'invalid':
        core.reply(ref, 'error', { reason: 'Presence track payload must be a map' });
        break;
      case 'too_large':
        core.shutDown(PRESENCE_TOO_LARGE);
        break;
      case 'too_fast':
        core.shutDown(TOO_MANY_PRESENCE);
        break;
    }
  }

  return {
    sync() {
      const canRead = core.policies === null || core.policies.presence.read === true;
      if (!core.isPresenceEnabled || !canRead) return;
      if (isTooFast()) core.shutDown(TOO_MANY_PRESENCE);
      else core.push('presence_state', presence.state(key));
    },

    async handle(ref, payload) {
      const value = payload.kind === 'json' ? payload.value : null;
      const event = memberOf(value, 'event');
      if (!isJsonObject(value) || event === undefined) {
        core.reply(ref, 'ok');
        return;
      }
      if (typeof event !== 'string') {
        core.crash();
        return;
      }
      const now = performance.now();
      const isNewWindow = now > windowEnd;
      if (!isNewWindow && calls >= limits.presenceCalls) {
        core.shutDown(TOO_MANY_PRESENCE_CALLS);
        return;
      }
      const outcome = await run(event, value);
      if (core.isStopped()) return;
      if (outcome === 'ok') {
        calls = isNewWindow ? 1 : calls + 1;
        if (isNewWindow) windowEnd = now + limits.presenceWindowMs;
      }
      answer(ref, outcome);
    },

    leave: () => presence.untrack(key, tracker),
  };
}

function hasPayload(payload: JsonObject): boolean {
  return Object.hasOwn(payload, 'payload');
}
