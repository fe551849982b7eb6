import { UNKNOWN_POLICIES } from '../database/authorization.js';
import { closeMessage, nowInSeconds } from '../token.js';
import type { ChannelCore } from './channel-core.js';
import { noLongerReadable, PROJECT_UNREACHABLE, unreadable } from './texts.js';

export interface ChannelToken {
  /** Watches for the token to expire. */
  start(): void;
  /** Handles a token other than the one in use: the rights are asked anew. True when it was accepted. */
  replace(token: string): Promise<boolean>;
  stop(): void;
}

export function createChannelToken(core: ChannelCore): ChannelToken {
  const { context, options } = core;
  let timer: NodeJS.Timeout | undefined;

  function schedule(): void {
    clearTimeout(timer);
    const untilExpiry = (core.claims.exp - nowInSeconds()) * 1000;
    timer = setTimeout(() => core.post(confirm), Math.min(context.timing.confirmTokenMs, untilExpiry));
    timer.unref();
  }

  /** Form, signature and expiry only; the rights stay as they are. */
  async function confirm(): Promise<void> {
    const verified = await context.verifyToken(core.token);
    if (core.isStopped()) return;
    if (verified.claims === undefined) core.shutDown(closeMessage(verified.problem));
    else schedule();
  }

  async function readRightsLost(): Promise<string | undefined> {
    if (core.policies === null) return undefined;
    const { topic } = options;
    const previous = core.policies;
    const asked = await context.authorization.read(
      core.authorizationContext(),
      UNKNOWN_POLICIES,
      core.isPresenceEnabled,
    );
    if (asked.value === undefined) {
      switch (asked.problem.kind) {
        case 'unavailable':
        case 'missing_partition':
          return PROJECT_UNREACHABLE;
        case 'canceled':
          return 'Query was cancelled, please try again';
        case 'sql':
          return unreadable(topic);
      }
    }
    const { broadcast, presence } = asked.value;
    if (broadcast.read !== true && presence.read !== true) return unreadable(topic);
    const isRevoked =
      (previous.broadcast.read === true && broadcast.read === false) ||
      (previous.presence.read === true && presence.read === false);
    if (isRevoked) return noLongerReadable(topic);
    core.policies = asked.value;
    core.member.canReadBroadcast = broadcast.read === true;
    core.member.canReadPresence = presence.read;
    return undefined;
  }

  return {
    start: schedule,
    async replace(token) {
      const verified = await context.verifyToken(token);
      if (core.isStopped()) return false;
      if (verified.claims === undefined) {
        core.shutDown(closeMessage(verified.problem));
        return false;
      }
      core.token = token;
      core.claims = verified.claims;
      const reason = await readRightsLost();
      if (core.isStopped()) return false;
      if (reason !== undefined) {
        core.shutDown(reason);
        return false;
      }
      schedule();
      return true;
    },
    stop: () => clearTimeout(timer),
  };
}
