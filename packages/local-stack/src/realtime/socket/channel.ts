import type { RealtimeContext } from '../context.js';
import { memberOf } from '../json.js';
import { createMailbox } from '../mailbox.js';
import type { ClientMessage } from '../wire/messages.js';
import { handleBroadcast, handleDecidedBroadcast, isBroadcastDecided, sendReplay } from './broadcasts.js';
import { type ChannelOptions, createChannelCore } from './channel-core.js';
import type { Channel, ChannelEnding, ChannelSocket } from './channel-socket.js';
import { createChannelPresence } from './presences.js';
import { createChannelChanges } from './row-changes.js';
import { REPLICATION_LATE, REPLICATION_READY, TOO_MANY_MESSAGES } from './texts.js';
import { createChannelToken } from './tokens.js';

const REPLICATION_CHECK_MS = 500;

export function createChannel(
  context: RealtimeContext,
  socket: ChannelSocket,
  options: ChannelOptions,
): Channel {
  const mailbox = createMailbox(crash);
  let leaveHub: (() => void) | undefined;
  let readyTimer: NodeJS.Timeout | undefined;
  let isStopped = false;

  const core = createChannelCore(context, socket, options, {
    post: (task) => mailbox.post(task),
    isStopped: () => isStopped,
    crash,
    close: () => end('phx_close'),
    countDelivery() {
      mailbox.post(() => {
        context.events.add();
        if (context.events.isTriggered()) core.shutDown(TOO_MANY_MESSAGES);
      });
    },
    offerPresenceDiff(text) {
      mailbox.post(() => {
        if (core.policies?.presence.read === true) core.push('presence_diff', text);
      });
    },
  });
  const presence = createChannelPresence(core);
  const token = createChannelToken(core);
  const changes = createChannelChanges(core);

  function stop(): void {
    if (isStopped) return;
    isStopped = true;
    mailbox.close();
    leaveHub?.();
    presence.leave();
    token.stop();
    changes.stop();
    clearTimeout(readyTimer);
  }

  function end(event: ChannelEnding): void {
    if (isStopped) return;
    stop();
    socket.ended(channel, event);
  }

  function crash(): void {
    end('phx_error');
  }

  function notifyReplicationReady(deadline: number): void {
    if (context.isReplicationLive()) {
      core.system('system', 'ok', REPLICATION_READY);
    } else if (performance.now() >= deadline) {
      core.shutDown(REPLICATION_LATE);
    } else {
      const again = (): void => mailbox.post(() => notifyReplicationReady(deadline));
      readyTimer = setTimeout(again, Math.min(REPLICATION_CHECK_MS, context.timing.replicationReadyMs));
      readyTimer.unref();
    }
  }

  async function refreshToken(given: string): Promise<void> {
    if (await token.replace(given)) changes.renewLater();
  }

  function handle({ event, payload, ref }: ClientMessage): void | Promise<void> {
    switch (event) {
      case 'broadcast':
        if (!isBroadcastDecided(core)) return handleBroadcast(core, ref, payload);
        handleDecidedBroadcast(core, ref, payload);
        return undefined;
      case 'presence':
        return presence.handle(ref, payload);
      case 'access_token': {
        const given = payload.kind === 'json' ? memberOf(payload.value, 'access_token') : undefined;
        if (given === null || given === core.token) return undefined;
        if (typeof given === 'string' && given.startsWith('sb_')) return undefined;
        if (typeof given === 'string') return refreshToken(given);
        context.events.add();
        return undefined;
      }
      default:
        context.events.add();
        return undefined;
    }
  }

  const channel: Channel = {
    start() {
      leaveHub = context.hub.join(core.key, core.member);
      token.start();
      // In the order of the real server: what was asked for at the join, then the rest.
      mailbox.post(() => sendReplay(core));
      changes.start();
      if (options.config.isReplicationReadyWanted) {
        mailbox.post(() => notifyReplicationReady(performance.now() + context.timing.replicationReadyMs));
      }
      if (core.isPresenceEnabled) mailbox.post(() => presence.sync());
    },
    receive(message) {
      mailbox.post(() => handle(message));
    },
    leave(ref) {
      mailbox.post(() => {
        core.reply(ref, 'ok');
        end('phx_close');
      });
    },
    stop,
  };
  return channel;
}
