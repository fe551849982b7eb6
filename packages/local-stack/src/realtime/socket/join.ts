import { changeId } from '../changes/feed.js';
import type { RealtimeContext } from '../context.js';
import { type Policies, UNKNOWN_POLICIES } from '../database/authorization.js';
import type { DatabaseProblem } from '../database/pool.js';
import { readReplay, type StoredMessage } from '../database/replay.js';
import { inspectTerm, isJsonObject, type Json } from '../json.js';
import { joinReason } from '../token.js';
import type { ClientMessage } from '../wire/messages.js';
import { createChannel } from './channel.js';
import type { ChannelOptions } from './channel-core.js';
import { joinConfigError, joinToken, readJoinConfig } from './join-payload.js';
import type { Channel, ChannelSocket } from './channel-socket.js';
import { PROJECT_UNREACHABLE, unreadable } from './texts.js';

export type JoinOutcome =
  | { readonly channel: Channel; readonly response: string; readonly reason?: never }
  | { readonly channel?: never; readonly reason: string; readonly isDisconnecting?: true };

export const TOPIC_PREFIX = 'realtime:';

/** Checks a join in the order of the real server, and makes the channel. It says nothing to the client yet. */
export async function join(
  context: RealtimeContext,
  socket: ChannelSocket,
  message: ClientMessage,
): Promise<JoinOutcome> {
  const { limits, users, joins } = context;
  const topic = message.topic.slice(TOPIC_PREFIX.length);
  if (topic === '') return { reason: 'TopicNameRequired: You must provide a topic name' };
  const payload: Json = message.payload.kind === 'json' ? message.payload.value : '<<binary>>';
  if (!isJsonObject(payload)) {
    return {
      reason: `UnknownErrorOnChannel: expected params to be a :map, got: \`${inspectTerm(payload)}\``,
    };
  }
  const config = readJoinConfig(payload, topic);
  if (limits.isPrivateOnly && !config.isPrivate) {
    return { reason: 'PrivateOnly: This project only allows private channels' };
  }
  if (!users.has(socket) && users.size >= limits.maxConcurrentUsers) {
    return { reason: 'ConnectionRateLimitReached: Too many connected users' };
  }
  if (joins.isTriggered()) {
    return { reason: 'ClientJoinRateLimitReached: Too many joins per second', isDisconnecting: true };
  }
  joins.add();
  if (socket.channelCount() >= limits.maxChannelsPerClient) {
    return { reason: 'ChannelRateLimitReached: Too many channels' };
  }
  const token = joinToken(payload, socket.connectToken);
  const verified = await context.verifyToken(token);
  if (verified.claims === undefined) return { reason: joinReason(verified.problem) };
  const { claims } = verified;
  let policies: Policies | null = null;
  if (config.isPrivate) {
    const read = await authorizeRead(context, socket, topic, claims, config.isPresenceEnabled);
    if (read.policies === undefined) return read;
    policies = read.policies;
  }
  const replay = await replayFor(context, topic, config.isPrivate, policies, config.replay);
  if (replay.messages === undefined) return replay;
  const configError = joinConfigError(payload);
  if (configError !== undefined) return { reason: `UnknownErrorOnChannel: ${configError}` };

  const entries = config.changes.map((params) => ({ id: changeId(params), params }));
  const options: ChannelOptions = {
    topic,
    joinRef: message.joinRef ?? message.ref,
    config,
    token,
    claims,
    policies,
    replayed: replay.messages,
    entries,
  };
  const described = entries.map(({ id, params }) => ({ ...params, id }));
  users.add(socket);
  return {
    channel: createChannel(context, socket, options),
    response: JSON.stringify({ postgres_changes: described }),
  };
}

async function authorizeRead(
  context: RealtimeContext,
  socket: ChannelSocket,
  topic: string,
  claims: ChannelOptions['claims'],
  withPresence: boolean,
): Promise<{ policies: Policies } | { policies?: never; reason: string }> {
  const authorization = { topic, claims, headers: socket.headers };
  const asked = await context.authorization.read(authorization, UNKNOWN_POLICIES, withPresence);
  if (asked.value === undefined) return { reason: databaseReason(asked.problem, topic) };
  const { broadcast, presence } = asked.value;
  if (broadcast.read === true || presence.read === true) return { policies: asked.value };
  return { reason: `Unauthorized: ${unreadable(topic)}` };
}

function databaseReason(problem: DatabaseProblem, topic: string): string {
  switch (problem.kind) {
    case 'unavailable':
      return `UnableToConnectToProject: ${PROJECT_UNREACHABLE}`;
    case 'missing_partition':
      return 'MissingPartition: Realtime was unable to find the expected messages partition';
    case 'canceled':
      return `QueryCanceled: ${problem.message}`;
    case 'sql':
      return `Unauthorized: ${unreadable(topic)}`;
  }
}

async function replayFor(
  context: RealtimeContext,
  topic: string,
  isPrivate: boolean,
  policies: Policies | null,
  params: Json | undefined,
): Promise<{ messages: StoredMessage[] } | { messages?: never; reason: string }> {
  if (params === undefined) return { messages: [] };
  if (policies?.broadcast.read === false) return { reason: `Unauthorized: ${unreadable(topic)}` };
  if (!isPrivate) return { reason: 'UnableToReplayMessages: Replay is not allowed for public channels' };
  if (!isJsonObject(params)) return { messages: [] };
  const found = await readReplay(context.database, topic, params);
  if (found.messages !== undefined) return { messages: found.messages };
  const text =
    found.problem === 'invalid' ? 'Replay params are not valid' : 'Realtime was unable to replay messages';
  return { reason: `UnableToReplayMessages: ${text}` };
}
