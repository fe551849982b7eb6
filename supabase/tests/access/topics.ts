import { randomUUID } from 'node:crypto';

import WebSocket from 'ws';

import { query } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { target } from '../support/target.js';
import type { Actor } from './cast.js';
import type { Scene } from './scenes.js';

export interface Socket {
  /** Sends an event on a topic and waits for its answer; null when none came. */
  ask(topic: string, event: string, payload: unknown): Promise<string>;
  /** Sends an event and waits for nothing. */
  say(topic: string, event: string, payload: unknown): void;
  /** Everything that was said on a topic so far, as text. */
  heard(topic: string): string[];
  close(): void;
}

/** A websocket to Realtime, as the SDK opens it. */
export async function openSocket(actor: Pick<Actor, 'apiKey' | 'token'>): Promise<Socket> {
  const url = target().apiUrl.replace(/^http/, 'ws');
  const socket = new WebSocket(`${url}/realtime/v1/websocket?apikey=${actor.apiKey}&vsn=2.0.0`);
  const answers = new Map<string, (text: string) => void>();
  const frames: { topic: string; text: string }[] = [];
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  socket.on('message', (data, isBinary) => {
    const bytes = toBuffer(data);
    if (isBinary) {
      frames.push(readBinary(bytes));
      return;
    }
    const frame: unknown = JSON.parse(bytes.toString());
    if (!Array.isArray(frame)) throw new Error('not a frame of version 2');
    const [, ref, topic, event, payload]: unknown[] = frame;
    const text = JSON.stringify({ event, payload });
    if (event === 'phx_reply' && typeof ref === 'string') answers.get(ref)?.(text);
    else frames.push({ topic: String(topic), text });
  });
  let refs = 0;
  const send = (topic: string, event: string, payload: unknown): string => {
    const ref = String(++refs);
    socket.send(JSON.stringify(['1', ref, topic, event, payload]));
    return ref;
  };
  return {
    ask: (topic, event, payload) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`no answer to ${event} on ${topic}`)), 20_000);
        const ref = send(topic, event, payload);
        answers.set(ref, (text) => {
          clearTimeout(timer);
          resolve(text);
        });
      }),
    say: (topic, event, payload) => void send(topic, event, payload),
    heard: (topic) => frames.filter((frame) => frame.topic === topic).map(({ text }) => text),
    close: () => socket.close(),
  };
}

const toBuffer = (data: WebSocket.RawData): Buffer =>
  Array.isArray(data) ? Buffer.concat(data) : Buffer.isBuffer(data) ? data : Buffer.from(data);

/** What the database sends arrives in the binary form of version 2: sizes, then topic, event, meta and payload. */
function readBinary(bytes: Buffer): { topic: string; text: string } {
  const [, topicSize = 0] = bytes;
  return {
    topic: bytes.subarray(5, 5 + topicSize).toString(),
    text: bytes.subarray(5 + topicSize).toString(),
  };
}

/** The topic of a scene's target by its name in the matrix. */
export async function topicOf(name: string, scene: Scene): Promise<string> {
  if (name === 'inbox') return `inbox:${scene.userId}`;
  if (name === 'room') return `room:${scene.conversationId}`;
  const [row] = await query<{ key: string }>(
    'select feed_key as key from confab.conversations where id = $1',
    [scene.conversationId],
  );
  return `feed:${scene.conversationId}:${row?.key ?? ''}`;
}

/** What the caller may do on a topic: `ok` or `refused`, by operation. */
export async function askTopic(
  topic: string,
  actor: Actor,
  socket: Socket,
  listener: Socket,
): Promise<Record<string, string>> {
  const channel = `realtime:${topic}`;
  const said = { database: randomUUID(), socket: randomUUID(), rest: randomUUID(), last: randomUUID() };
  const joined = await socket.ask(channel, 'phx_join', {
    config: { private: true, broadcast: { ack: false, self: false }, presence: { enabled: true, key: '' } },
    access_token: actor.token,
  });
  const isJoined = joined.includes('"status":"ok"');
  if (!isJoined && !joined.includes('Unauthorized')) throw new Error(`${topic}: ${joined}`);

  // The answer to `track` comes after the broadcast before it was dealt with.
  socket.say(channel, 'broadcast', { type: 'broadcast', event: 'said', payload: { said: said.socket } });
  const tracked = await socket.ask(channel, 'presence', { type: 'presence', event: 'track', payload: {} });
  const rest = await broadcast(actor, topic, said.rest);
  const service = { apiKey: target().serviceRoleKey, token: target().serviceRoleKey };
  if ((await broadcast(service, topic, said.last)) !== 202)
    throw new Error(`${topic}: the last word was refused`);
  await query(`select realtime.send(jsonb_build_object('said', $1::text), 'said', $2, true)`, [
    said.database,
    topic,
  ]);
  const heard = (who: Socket, what: string): boolean =>
    who.heard(channel).some((text) => text.includes(what));
  await eventually(`${topic} is heard`, () => heard(listener, said.last) && heard(listener, said.database));
  if (isJoined) await eventually(`${topic} is received`, () => heard(socket, said.database));

  const isSent = [rest === 202, heard(listener, said.rest), heard(listener, said.socket)];
  const isPresent = socket.heard(channel).some((text) => text.includes('presence_state'));
  return {
    receive: isJoined ? 'ok' : 'refused',
    // A channel that was not joined carries nothing; REST needs no channel.
    send: isSent.every(Boolean) ? 'ok' : isSent.some(Boolean) ? `in part: ${isSent.join()}` : 'refused',
    'see presence': isPresent ? 'ok' : 'refused',
    track: tracked.includes('"status":"ok"') ? 'ok' : 'refused',
  };
}

async function broadcast(
  { apiKey, token }: Pick<Actor, 'apiKey' | 'token'>,
  topic: string,
  said: string,
): Promise<number> {
  const { apiUrl } = target();
  const path = `api/broadcast/${encodeURIComponent(topic)}/events/said?private=true`;
  const response = await fetch(`${apiUrl}/realtime/v1/${path}`, {
    method: 'POST',
    headers: { apikey: apiKey, authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ said }),
  });
  return response.status;
}
