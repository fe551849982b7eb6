import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { joined, play, textBroadcast } from './support/play.js';
import { got } from './support/scenario.js';
import { startWorld, type World } from './support/world.js';

describe.concurrent('REST', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.stop());

  test('R80 a batch is taken or refused as a whole; what is not allowed is left out', async () => {
    const { frames, result } = await play(world, async (t) => {
      await t.member('room', 'bob');
      const a = await t.client('A');
      const [bob, service] = await Promise.all([t.token('bob'), t.tokens.service()]);
      await t.step('join', () => a.join('room', { private: true }, { token: bob }));
      const topic = t.topic('room');
      const message = { topic, event: 'e', payload: {}, private: true };
      const post = (token: string, body: unknown) => t.rest('/broadcast', { token, body });
      const nothing = { nothing: true };
      await t.step('not allowed', () => post(bob, { messages: [message] }), nothing);
      await t.step('service', () => post(service, { messages: [{ ...message, id: 'mine' }] }), {
        until: [got(a, 'broadcast')],
      });
      const odd = { topic: ' ', event: 5, payload: [1], private: 'maybe' };
      await t.step('odd', () => post(service, { messages: [message, odd] }), nothing);
      await t.step('no list', () => post(service, { messages: 'x' }), nothing);
      await t.step('too many', () => post(service, { messages: Array(101).fill(message) }), nothing);
    });
    const accepted = { http_status: 202, body: '' };
    expect([result('not allowed'), frames('not allowed', 'A')]).toEqual([accepted, []]);
    expect([result('service'), frames('service', 'A')]).toEqual([
      accepted,
      [
        [
          null,
          null,
          'realtime:room',
          'broadcast',
          { event: 'e', payload: {}, type: 'broadcast', meta: { id: 'mine' } },
        ],
      ],
    ]);
    const invalid = ['is invalid'];
    const errors = {
      messages: [{}, { topic: ["can't be blank"], event: invalid, payload: invalid, private: invalid }],
    };
    expect(result('odd')).toEqual({ http_status: 422, body: { errors } });
    expect(result('no list')).toEqual({ http_status: 422, body: { errors: { messages: invalid } } });
    const message = 'Too many messages to broadcast, please reduce the batch size';
    expect(result('too many')).toEqual({ http_status: 429, body: { message } });
  });

  test('R81 a single event: types of bodies, sizes, and what is not there', async () => {
    const { frames, result } = await play(world, async (t) => {
      const a = await t.client('A');
      const a1 = await t.client('A1', { vsn: '1.0.0' });
      const anon = await t.tokens.anon();
      await t.step('join', () => {
        a.join('room');
        a1.join('room');
      });
      const path = `/broadcast/${encodeURIComponent(t.topic('room'))}/events/${encodeURIComponent('ä b')}`;
      const nothing = { nothing: true };
      await t.step('a list', () => t.rest(path, { token: anon, body: [1] }), {
        until: [got(a, 'broadcast')],
      });
      await t.step('text', () =>
        t.rest(path, { token: anon, contentType: 'text/plain', raw: Buffer.from('x') }),
      );
      await t.step('no JSON', () => t.rest(path, { token: anon, raw: Buffer.from('{') }), nothing);
      const large = { text: 'x'.repeat(3_001_000) };
      await t.step('large', () => t.rest(path, { token: anon, body: large }), nothing);
      await t.step('elsewhere', () => t.rest('/broadcasts', { token: anon, body: {} }), nothing);
      const oddRole = await t.tokens.raw({ role: 'rt_conf_nobody', exp: 4_000_000_000 });
      await t.step('odd role', () => t.rest(`${path}?private=true`, { token: oddRole, body: {} }), nothing);
      const bytes = { contentType: 'application/octet-stream', raw: Buffer.from([7]) };
      await t.step('bytes', () => t.rest(path, { token: anon, ...bytes }), {
        until: [got(a, 'broadcast')],
        nothing: true,
      });
    });
    expect(frames('join', 'A')).toEqual([joined('1')]);
    expect(frames('a list', 'A')).toMatchObject([
      { encoding: 'json', event: 'ä b', payload: { _json: [1] } },
    ]);
    const error = 'Unsupported Media Type. Use application/json or application/octet-stream';
    expect(result('text')).toEqual({ http_status: 415, body: { error } });
    expect(result('no JSON')).toEqual({ http_status: 400, body: 'Bad Request' });
    const payload = ['Payload size exceeds tenant limit'];
    expect(result('large')).toEqual({ http_status: 422, body: { errors: { payload } } });
    expect(result('elsewhere')).toMatchObject({ http_status: 404 });
    expect(result('odd role')).toEqual({ http_status: 422, body: { message: 'RLS policy error' } });
    expect([frames('bytes', 'A').length, frames('bytes', 'A1').length]).toEqual([1, 0]);
  });

  test('R82 answers tell the rate', async () => {
    const url = `${world.restUrl}/broadcast`;
    const token = await world.tokens.anon();
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const answer = await fetch(url, { method: 'POST', headers, body: '{}' });
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'x-rate-limit': '100',
      'x-rate-limit-remaining': expect.stringMatching(/^\d+$/) as string,
      'x-rate-rolling': expect.stringMatching(/^\d+$/) as string,
    });
  });

  test.each([
    ['accepted', '/broadcast/room/events/e', 'application/json', '{}', 202, '*'],
    ['an invalid batch', '/broadcast', 'application/json', '{}', 422, '*'],
    ['an unread type', '/broadcast/room/events/e', 'text/plain', 'x', 415, '*'],
    ['no JSON', '/broadcast', 'application/json', '{', 400, null],
    ['an unknown path', '/broadcasts', 'application/json', '{}', 404, null],
  ])(
    'R84 %s: its answer may be read by the page that asked',
    async (_, path, type, body, status, allowed) => {
      const token = await world.tokens.anon();
      const ask = (more: Record<string, string>) => {
        const headers = { authorization: `Bearer ${token}`, 'content-type': type, ...more };
        return fetch(world.restUrl + path, { method: 'POST', headers, body });
      };
      const answers = await Promise.all([{ origin: 'http://localhost:5173' }, {}].map(ask));
      expect(answers.map((answer) => answer.status)).toEqual([status, status]);
      const origins = answers.map(({ headers }) => headers.get('access-control-allow-origin'));
      expect(origins).toEqual([allowed, null]);
    },
  );

  test('R84 a refusal may be read by the page, too; a preflight is of a page and asks for a method', async () => {
    const url = `${world.restUrl}/broadcast`;
    const origin = 'http://localhost:5173';
    const method = { 'access-control-request-method': 'POST' };
    const refused = await Promise.all(
      [{ origin }, {}].map((headers) => fetch(url, { method: 'POST', headers, body: '' })),
    );
    expect(refused.map(({ status }) => status)).toEqual([401, 401]);
    expect(refused.map(({ headers }) => headers.get('access-control-allow-origin'))).toEqual(['*', null]);
    const preflights = await Promise.all(
      [{ origin, ...method }, method, { origin }].map((headers) =>
        fetch(url, { method: 'OPTIONS', headers }),
      ),
    );
    expect(preflights.map(({ status }) => status)).toEqual([204, 404, 404]);
    const allowed = preflights.map(({ headers }) => headers.get('access-control-allow-methods') !== null);
    expect(allowed).toEqual([true, false, false]);
  });
});

describe('REST under load', () => {
  test('R83 requests are refused while there are too many events', async () => {
    const world = await startWorld({ limits: { maxEventsPerSecond: 2 }, timing: { rateTickMs: 200 } });
    try {
      const { frames, result } = await play(world, async (t) => {
        const a = await t.client('A');
        const b = await t.client('B');
        await t.step('join', () => a.join('room', { broadcast: { self: true } }));
        await t.step('burst', () => {
          for (let n = 0; n < 30; n += 1) a.broadcast('room', 'e', { n });
        });
        await t.step('join again', () => b.join('room'));
        const token = await t.tokens.anon();
        await t.step('rest', () => t.rest('/broadcast', { token, body: { messages: [] } }), {
          nothing: true,
        });
        await t.step('database', () => t.sql([t.sendSql('room', 'e', {}, false)]), { nothing: true });
      });
      expect(frames('burst', 'A')).toContainEqual(textBroadcast('e', { n: 0 }));
      expect(result('rest')).toEqual({ http_status: 429, body: { message: 'Too many requests' } });
      expect(frames('database', 'B')).toEqual([]);
    } finally {
      await world.stop();
    }
  });
});
