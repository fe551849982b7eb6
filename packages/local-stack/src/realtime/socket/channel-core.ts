import { channelKey, type Member } from '../hub.js';
import type { RealtimeContext } from '../context.js';
import type { AuthorizationContext, Policies } from '../database/authorization.js';
import type { StoredMessage } from '../database/replay.js';
import type { Json, JsonObject } from '../json.js';
import type { Claims } from '../token.js';
import type { ReplyStatus } from '../wire/messages.js';
import type { ChannelSocket } from './channel-socket.js';
import type { JoinConfig } from './join-payload.js';

/** What a channel is made with, after all checks. */
export interface ChannelOptions {
  readonly topic: string;
  readonly joinRef: Json;
  readonly config: JoinConfig;
  readonly token: string;
  readonly claims: Claims;
  /** Null for a public channel. */
  readonly policies: Policies | null;
  readonly replayed: readonly StoredMessage[];
  readonly entries: readonly { readonly id: number; readonly params: JsonObject }[];
}

/** What the parts of one channel (broadcast, presence, token, changes) share. */
export interface ChannelCore {
  readonly context: RealtimeContext;
  readonly socket: ChannelSocket;
  readonly options: ChannelOptions;
  /** Its name in the hub and in the presence. */
  readonly key: string;
  /** Its place in the fan-out. */
  readonly member: Member;
  /** The token it works with now, and what that says. */
  token: string;
  claims: Claims;
  policies: Policies | null;
  isPresenceEnabled: boolean;
  isStopped(): boolean;
  /** Where, and as whom, policies are asked. */
  authorizationContext(): AuthorizationContext;
  reply(ref: Json, status: ReplyStatus, response?: Json): void;
  push(event: string, payload: string): void;
  system(extension: 'system' | 'postgres_changes', status: ReplyStatus, message: string): void;
  /** Tells the client why, and closes the channel. */
  shutDown(message: string): void;
  /** Ends the channel as an exception in the real server does: the client may join again. */
  crash(): void;
  /** Runs a task when all earlier events of the channel are done. */
  post(task: () => void | Promise<void>): void;
}

/** Wires what the parts share; `post`, `crash` and `close` come from the channel itself. */
export function createChannelCore(
  context: RealtimeContext,
  socket: ChannelSocket,
  options: ChannelOptions,
  hooks: Pick<ChannelCore, 'post' | 'isStopped' | 'crash'> & {
    readonly close: () => void;
    readonly countDelivery: () => void;
    readonly offerPresenceDiff: (text: string) => void;
  },
): ChannelCore {
  const { topic, joinRef, config, policies } = options;
  const wireTopic = `realtime:${topic}`;
  const { serializer } = socket;
  const core: ChannelCore = {
    context,
    socket,
    options,
    key: channelKey(topic, config.isPrivate),
    member: {
      serializer,
      topic: wireTopic,
      canReadBroadcast: policies === null || policies.broadcast.read === true,
      canReadPresence: policies === null ? true : policies.presence.read,
      replayed: new Set(options.replayed.map(({ id }) => id)),
      send: (frame) => socket.send(frame),
      countDelivery: hooks.countDelivery,
      offerPresenceDiff: hooks.offerPresenceDiff,
    },
    token: options.token,
    claims: options.claims,
    policies,
    isPresenceEnabled: config.isPresenceEnabled,
    isStopped: hooks.isStopped,
    post: hooks.post,
    crash: hooks.crash,
    authorizationContext: () => ({ topic, claims: core.claims, headers: socket.headers }),
    reply(ref, status, response = {}) {
      socket.send(serializer.reply(joinRef, ref, wireTopic, status, JSON.stringify(response)));
    },
    push(event, payload) {
      socket.send(serializer.push(joinRef, null, wireTopic, event, payload));
    },
    system(extension, status, message) {
      core.push('system', JSON.stringify({ channel: topic, extension, message, status }));
    },
    shutDown(message) {
      if (hooks.isStopped()) return;
      core.system('system', 'error', message);
      hooks.close();
    },
  };
  return core;
}
