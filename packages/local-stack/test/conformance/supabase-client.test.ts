import { randomUUID } from 'node:crypto';

import type { RealtimeChannel, SupabaseClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';

import { eventually } from '../support/eventually.js';
import { clientOf } from '../support/stack.js';
import { openDatabase, type ScenarioDatabase } from './support/database.js';
import { startWorld, type World } from './support/world.js';

let world: World;
let database: ScenarioDatabase;
beforeAll(async () => {
  world = await startWorld({ deniedJoinDelayMs: 500 });
  database = await openDatabase(world.dbUrl);
});
afterAll(async () => {
  await database.end();
  await world.stop();
});

/** A client with a user of its own, who is a member of the topic `room` or not. */
async function signedUp({ isMember = true } = {}): Promise<SupabaseClient> {
  const client = clientOf(world.stack);
  onTestFinished(async () => {
    await client.removeAllChannels();
    await client.realtime.disconnect();
  });
  const email = `${randomUUID()}@example.com`;
  const { data, error } = await client.auth.signUp({ email, password: 'password123' });
  if (error !== null) throw error;
  if (isMember) {
    const insert = "insert into rt_conf.members (topic, user_id, can_write) values ('room', $1, true)";
    await database.query(insert, [data.user?.id]);
  }
  await client.realtime.setAuth();
  return client;
}

/** Settles with the first status that says how the join ended. */
function subscribe(channel: RealtimeChannel): Promise<{ status: string; message: string }> {
  return new Promise((resolve) => {
    channel.subscribe((status, error) => resolve({ status, message: error?.message ?? '' }));
  });
}

test('R90 a message from SQL reaches a private channel of the SDK', async () => {
  const alice = await signedUp();
  const received: unknown[] = [];
  const channel = alice.channel('room', { config: { private: true } });
  channel.on('broadcast', { event: 'greeting' }, (message) => received.push(message['payload']));
  expect(await subscribe(channel)).toEqual({ status: 'SUBSCRIBED', message: '' });
  await database.query(`select realtime.send('{"text": "hello"}', 'greeting', 'room')`);
  await eventually('the message arrives', () => received.length === 1);
  expect(received).toMatchObject([{ text: 'hello' }]);
});

test('R91 broadcasts of the SDK are acknowledged and arrive, by websocket and by REST', async () => {
  const [alice, bob] = await Promise.all([signedUp(), signedUp()]);
  const config = { config: { private: true, broadcast: { ack: true } } };
  const sending = alice.channel('room', config);
  const receiving = bob.channel('room', config);
  const received: unknown[] = [];
  receiving.on('broadcast', { event: 'note' }, (message) => received.push(message['payload']));
  await Promise.all([subscribe(sending), subscribe(receiving)]);
  const sent = await sending.send({ type: 'broadcast', event: 'note', payload: { n: 1 } });
  expect(sent).toBe('ok');
  expect(await sending.httpSend('note', { n: 2 })).toEqual({ success: true });
  await eventually('both arrive', () => received.length === 2);
  expect(received).toEqual([{ n: 1 }, { n: 2 }]);
});

test('R92 presence of the SDK: seen by the other, gone with the channel', async () => {
  const [alice, bob] = await Promise.all([signedUp(), signedUp()]);
  const config = (key: string) => ({ config: { private: true, presence: { enabled: true, key } } });
  const mine = alice.channel('room', config('alice'));
  const theirs = bob.channel('room', config('bob'));
  mine.on('presence', { event: 'sync' }, () => undefined);
  theirs.on('presence', { event: 'sync' }, () => undefined);
  await Promise.all([subscribe(mine), subscribe(theirs)]);
  await mine.track({ status: 'online' });
  await eventually('bob sees alice', () => Object.keys(theirs.presenceState()).includes('alice'));
  await mine.track({ status: 'away' });
  await eventually('bob sees the change', () => {
    return JSON.stringify(theirs.presenceState()['alice']).includes('away');
  });
  expect(theirs.presenceState()['alice']).toHaveLength(1);
  await alice.removeChannel(mine);
  await eventually('bob sees alice go', () => Object.keys(theirs.presenceState()).length === 0);
});

test('R93 a denied join is reported with its reason', async () => {
  const carol = await signedUp({ isMember: false });
  const { status, message } = await subscribe(carol.channel('room', { config: { private: true } }));
  expect(status).toBe('CHANNEL_ERROR');
  expect(message).toContain('You do not have permissions to read from this Channel topic: room');
});
