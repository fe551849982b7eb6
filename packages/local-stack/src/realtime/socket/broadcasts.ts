import { isPayloadTooLarge } from '../options.js';
import { isJsonObject, type Json, termSize } from '../json.js';
import type { Broadcast, ClientPayload } from '../wire/messages.js';
import type { ChannelCore } from './channel-core.js';

/**
 * Handles a `broadcast` of the client. Whoever may not write gets no answer at all. A message that cannot be
 * encoded for one of its receivers crashes the channel.
 */
export async function handleBroadcast(core: ChannelCore, ref: Json, payload: ClientPayload): Promise<void> {
  if (!(await canWrite(core))) return;
  if (!core.isStopped()) send(core, ref, payload);
}

/** Whether the answer is known without asking the database; then the broadcast need not wait. */
export function isBroadcastDecided(core: ChannelCore): boolean {
  return core.policies === null || core.policies.broadcast.write !== null;
}

/** The same for a channel whose right to write is decided. */
export function handleDecidedBroadcast(core: ChannelCore, ref: Json, payload: ClientPayload): void {
  if (core.policies === null || core.policies.broadcast.write === true) send(core, ref, payload);
}

function send(core: ChannelCore, ref: Json, payload: ClientPayload): void {
  const { context, member, options } = core;
  const { isAckWanted, isSelfWanted } = options.config;
  context.events.add();
  if (isPayloadTooLarge(context.limits, sizeOf(payload))) {
    if (isAckWanted) core.reply(ref, 'error', 'payload_size_exceeded');
    return;
  }
  const from = isSelfWanted ? undefined : member;
  if (!context.hub.broadcast(core.key, toBroadcast(payload), from)) core.crash();
  else if (isAckWanted) core.reply(ref, 'ok');
}

/** The answer of the policies is kept as long as the channel lives, or until it gets another token. */
async function canWrite(core: ChannelCore): Promise<boolean> {
  if (core.policies === null) return true;
  if (core.policies.broadcast.write === null) {
    const known = core.policies;
    const asked = await core.context.authorization.write(core.authorizationContext(), known);
    if (asked.value === undefined) return false;
    core.policies = asked.value;
  }
  return core.policies.broadcast.write === true;
}

function toBroadcast(payload: ClientPayload): Broadcast {
  switch (payload.kind) {
    case 'json':
      return {
        kind: 'json',
        event: 'broadcast',
        text: JSON.stringify(payload.value),
        isObject: isJsonObject(payload.value),
      };
    case 'binary':
      return { kind: 'binary', event: 'broadcast', data: payload.data };
    case 'user':
      return { kind: 'user', event: payload.event, encoding: payload.encoding, data: payload.data };
  }
}

function sizeOf(payload: ClientPayload): number {
  return payload.kind === 'json' ? termSize(payload.value) : termSize(payload.data);
}

/** Sends what a join asked to be replayed: text frames, bytes as binary ones where the version has them. */
export function sendReplay(core: ChannelCore): void {
  const { options, socket, member } = core;
  for (const { id, event, payload, bytes } of options.replayed) {
    if (bytes === null) {
      const meta = JSON.stringify({ id, replayed: true });
      const parts = `"event":${JSON.stringify(event)},"meta":${meta},"payload":${payload}`;
      core.push('broadcast', `{${parts},"type":"broadcast"}`);
      continue;
    }
    const message = {
      kind: 'user',
      event: event ?? '',
      encoding: 'binary',
      data: bytes,
      meta: { id, replayed: true },
    } as const;
    const { frame, problem } = socket.serializer.broadcast(member.topic, message);
    if (frame !== undefined) socket.send(frame);
    if (problem === 'too_long') {
      core.crash();
      return;
    }
  }
}
