import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { closedWith, denied, joined, play, reply, textBroadcast } from './support/play.js';
import { got } from './support/scenario.js';
import { nowInSeconds } from './support/people.js';
import { startWorld, type World } from './support/world.js';

const UNREADABLE = 'You do not have permissions to read from this Channel topic: room';

describe.concurrent('rights', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld({ deniedJoinDelayMs: 200, handshakeErrorDelayMs: 100 });
  });
  afterAll(() => world.stop());

  test('R50 what the policies said is kept until another token comes', async () => {
    const { frames } = await play(world, async (t) => {
      await t.member('room', 'alice', { write: true });
      await t.member('room', 'bob');
      const a = await t.client('A');
      const b = await t.client('B');
      const [alice, alice2, bob, bob2] = await Promise.all([
        t.token('alice'),
        t.token('alice'),
        t.token('bob'),
        t.token('bob'),
      ]);
      const config = { private: true, broadcast: { ack: true } };
      await t.step('join', () => {
        a.join('room', config, { token: alice });
        b.join('room', config, { token: bob });
      });
      await t.step('ask', () => {
        a.broadcast('room', 'e', { n: 1 }, { reply: true });
        b.broadcast('room', 'e', { n: 2 });
      });
      await t.step('change', async () => {
        await t.database.query('delete from rt_conf.members where topic = $1 and user_id = $2', [
          t.topic('room'),
          t.userId('alice'),
        ]);
        await t.member('room', 'bob', { write: true });
      });
      await t.step('as before', () => {
        b.accessToken('room', bob);
        b.broadcast('room', 'e', { n: 3 });
        a.broadcast('room', 'e', { n: 4 }, { reply: true });
      });
      await t.step('other tokens', () => {
        a.accessToken('room', alice2);
        b.accessToken('room', bob2);
        b.broadcast('room', 'e', { n: 5 }, { reply: true });
      });
    });
    expect(frames('ask', 'B')).toEqual([textBroadcast('e', { n: 1 })]);
    expect(frames('as before', 'A')).toEqual([reply('1', '3', 'ok')]);
    expect(frames('as before', 'B')).toEqual([textBroadcast('e', { n: 4 })]);
    expect(frames('other tokens', 'A')).toEqual(expect.arrayContaining(closedWith('1', UNREADABLE)));
    expect(frames('other tokens', 'B')).toEqual([reply('1', '6', 'ok')]);
  });

  test('R51 the rights to broadcasts and to presence are asked one by one', async () => {
    const { frames } = await play(world, async (t) => {
      await t.member('room', 'alice', { write: true });
      await t.member('room', 'bob', { only: 'presence' });
      await t.member('room', 'carol', { only: 'broadcast' });
      const a = await t.client('A');
      const b = await t.client('B');
      const c = await t.client('C');
      const tokens = await Promise.all([t.token('alice'), t.token('bob'), t.token('carol'), t.token('bob')]);
      const config = (key: string) => ({ private: true, presence: { enabled: true, key } });
      await t.step('join', () => {
        a.join('room', config('ann'), { token: tokens[0] });
        b.join('room', config('ben'), { token: tokens[1] });
        c.join('room', config('cat'), { token: tokens[2] });
      });
      await t.step('send', () => a.broadcast('room', 'e', {}), {
        until: [got(c, 'broadcast')],
        nothing: true,
      });
      await t.step('track', () => a.track('room', { n: 1 }), {
        until: [got(b, 'presence_diff')],
        nothing: true,
      });
      await t.step('revoke', async () => {
        await t.member('room', 'bob', { only: 'broadcast' });
        b.accessToken('room', tokens[3]);
      });
    });
    expect(frames('join', 'B')).toEqual([joined('1'), ['1', null, 'realtime:room', 'presence_state', {}]]);
    expect(frames('join', 'C')).toEqual([joined('1')]);
    expect([frames('send', 'B'), frames('send', 'C').length]).toEqual([[], 1]);
    expect([frames('track', 'B').length, frames('track', 'C')]).toEqual([1, []]);
    const message = 'You no longer have permission to read from this Channel topic: room';
    expect(frames('revoke', 'B')).toEqual(closedWith('1', message));
  });

  test('R52 a track turns presence on and asks for the right to read it', async () => {
    const { frames } = await play(world, async (t) => {
      await t.member('room', 'alice', { write: true });
      const a = await t.client('A');
      const b = await t.client('B');
      const [alice, alice2] = await Promise.all([t.token('alice'), t.token('alice')]);
      await t.step('join', () => {
        a.join('room', { private: true }, { token: alice });
        b.join('room', { private: true, presence: { enabled: true, key: 'ben' } }, { token: alice2 });
      });
      await t.step('B tracks', () => b.track('room', { n: 1 }), { nothing: true });
      await t.step('A tracks', () => a.track('room', { n: 2 }), { until: [got(a, 'presence_diff')] });
    });
    expect(frames('B tracks', 'A')).toEqual([]);
    expect(frames('A tracks', 'A')[0]).toEqual(reply('1', '2', 'ok'));
    expect(frames('A tracks', 'A')).toHaveLength(2);
  });

  test('R53 which token a join uses, and which refreshes are ignored', async () => {
    const { frames } = await play(world, async (t) => {
      await t.member('room', 'alice');
      const [alice, carol] = await Promise.all([t.token('alice'), t.token('carol')]);
      const a = await t.client('A', { apikey: alice });
      const config = { private: true };
      await t.step('of the connection', () => a.join('room', config));
      await t.step('a key', () => a.join('room', config, { token: 'sb_publishable_key' }));
      await t.step('of the user', () => {
        a.join('room', {}, { payload: { config, access_token: carol, user_token: alice } });
      });
      await t.step(
        'ignored',
        () => {
          for (const token of ['sb_secret_key', null, 7, { a: 1 }]) a.accessToken('room', token);
        },
        { nothing: true },
      );
      const expired = await t.token('alice', { exp: nowInSeconds() - 7 });
      await t.step('expired', () => a.accessToken('room', expired));
      const noRole = await t.tokens.raw({ exp: nowInSeconds() + 100 });
      await t.step('again', () => a.join('room', config));
      await t.step('without a role', () => a.accessToken('room', noRole));
    });
    expect(frames('of the connection', 'A')).toEqual([joined('1')]);
    expect(frames('a key', 'A')[0]).toEqual(joined('2'));
    expect(frames('of the user', 'A')[0]).toEqual(joined('3'));
    expect(frames('ignored', 'A')).toEqual([]);
    expect(frames('expired', 'A')).toEqual(
      closedWith('3', 'Token has expired <n> seconds ago'.replace('T', 'T')),
    );
    expect(frames('without a role', 'A')).toEqual(
      closedWith('9', 'Fields `role` and `exp` are required in JWT'),
    );
  });

  test('R54 a policy that raises denies, and so does a token nobody can sign for', async () => {
    const { frames } = await play(world, async (t) => {
      const a = await t.client('A');
      const oddSub = await t.tokens.raw({ sub: 'no-uuid', role: 'authenticated', exp: nowInSeconds() + 100 });
      await t.step('raises', () => a.join('room', { private: true }, { token: oddSub }), { delayed: true });
      const head = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url');
      const body = Buffer.from(`{"role":"anon","exp":${nowInSeconds() + 100}}`).toString('base64url');
      await t.step('unsigned', () => a.join('room', {}, { token: `${head}.${body}.` }), { delayed: true });
    });
    expect(frames('raises', 'A')).toEqual([denied('1', `Unauthorized: ${UNREADABLE}`)]);
    const signer = 'Failed to generate JWT signer, check your JWT secret or JWKS configuration';
    expect(frames('unsigned', 'A')).toEqual([denied('2', `JwtSignerError: ${signer}`)]);
  });

  test('R55 presence: who may not be counted, and what is no change', async () => {
    const { frames } = await play(world, async (t) => {
      const a = await t.client('A');
      const b = await t.client('B');
      const watcher = await t.client('W');
      await t.step('join', () => {
        a.join('room', { presence: { enabled: true, key: 'k' } });
        b.join('room', { presence: { key: 'k' } });
        watcher.join('room');
      });
      await t.step('odd', () => {
        for (let n = 0; n < 6; n += 1) a.track('room', 'text');
        a.push(t.channel('room'), 'presence', { event: 'dance' }, { reply: true });
        a.push(t.channel('room'), 'presence', {}, { reply: true });
      });
      await t.step('track', () => a.track('room', { n: 1, m: 2 }), {
        until: [got(watcher, 'presence_diff')],
      });
      await t.step('the same', () => a.track('room', { m: 2, n: 1 }), { nothing: true });
      await t.step('B too', () => b.track('room', { n: 2 }), { until: [got(watcher, 'presence_diff')] });
      const c = await t.client('C');
      await t.step('C joins', () => c.join('room', { presence: { enabled: true } }), {
        until: [got(c, 'presence_state')],
      });
      await t.step('too large', () => a.track('room', { text: 'x'.repeat(3_001_000) }, { reply: false }), {
        until: [got(a, 'phx_close')],
      });
    });
    const mustBeMap = { reason: 'Presence track payload must be a map' };
    expect(frames('odd', 'A').slice(5)).toEqual([
      reply('1', '7', 'error', mustBeMap),
      reply('1', '8', 'error'),
      reply('1', '9', 'ok'),
    ]);
    // Members of a public channel get diffs whether they asked for presence or not.
    expect(frames('track', 'W')).toHaveLength(1);
    expect(frames('the same', 'A')).toEqual([reply('1', '11', 'ok')]);
    expect(JSON.stringify(frames('C joins', 'C')[1])).toMatch(/"k":\{"metas":\[\{.*\},\{.*\}\]\}/);
    expect(frames('too large', 'A')).toEqual(
      expect.arrayContaining(closedWith('1', 'Track message size exceeded')),
    );
  });
});
