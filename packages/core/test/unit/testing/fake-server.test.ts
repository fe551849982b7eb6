import { describe, expect, it } from 'vitest';
import type { ConfabError } from '../../../src/errors/confab-error';
import { createFakeServer, createManualClock, type FakeServerOptions } from '../../../src/testing';
import { ALICE, BOB, CAROL, uuid } from '../../sync/support/ids';

const ROOM = uuid(10);

/** What the differential suite cannot ask about, because it would have to wait. */
function createServer(options: FakeServerOptions = {}) {
  const clock = createManualClock();
  const server = createFakeServer({ now: () => clock.now(), ...options });
  for (const [id, name] of [
    [ALICE, 'Alice'],
    [BOB, 'Bob'],
    [CAROL, 'Carol'],
  ] as const)
    server.addUser(id, name);
  server.addConversation(ROOM, [ALICE, BOB]);
  return { server, clock };
}

const refusal = (act: () => unknown): Pick<ConfabError, 'code' | 'retryAfterMs'> | null => {
  try {
    act();
    return null;
  } catch (error) {
    const { code, retryAfterMs } = error as ConfabError;
    return { code, retryAfterMs };
  }
};

describe('the fake server', () => {
  it('E12.7 closes the windows in which messages can be edited and deleted', async () => {
    const { server, clock } = createServer({
      settings: { edit_window_seconds: 60, delete_window_seconds: 120 },
      messageKinds: { brief: { editWindowSeconds: 10 } },
    });
    const { id } = server.send(BOB, ROOM, 'text');
    const brief = server.send(BOB, ROOM, 'brief', { kind: 'brief' });
    await clock.advance(11_000);
    expect(refusal(() => server.edit(BOB, ROOM, brief.id, 'x'))?.code).toBe('edit_window_closed');
    server.edit(BOB, ROOM, id, 'edited');
    await clock.advance(60_000);
    expect(refusal(() => server.edit(BOB, ROOM, id, 'x'))?.code).toBe('edit_window_closed');
    await clock.advance(60_000);
    expect(refusal(() => server.delete(BOB, ROOM, id))?.code).toBe('delete_window_closed');
    // Who runs the place may at any time.
    server.delete(ALICE, ROOM, id);
    expect(server.messages(ROOM)[0]).toMatchObject({ content: null, deleted_by: ALICE });
  });

  it('E12.7 limits how fast a user sends, and says how long to wait', async () => {
    const { server, clock } = createServer({ settings: { rate_limit_burst: 2, rate_limit_per_second: 0.1 } });
    server.send(BOB, ROOM, 'one');
    server.send(BOB, ROOM, 'two');
    expect(refusal(() => server.send(BOB, ROOM, 'three'))).toEqual({
      code: 'rate_limited',
      retryAfterMs: 10_000,
    });
    server.send(ALICE, ROOM, 'by somebody else');
    await clock.advance(10_000);
    server.send(BOB, ROOM, 'three');
    expect(server.messages(ROOM)).toHaveLength(4);
  });

  it('E12.7 slows a conversation down for its members, not for its admins', async () => {
    const { server, clock } = createServer();
    server.apply(ALICE, 'update_conversation', ROOM, { changes: { slow_mode_seconds: 30 } });
    server.send(BOB, ROOM, 'one');
    await clock.advance(10_000);
    expect(refusal(() => server.send(BOB, ROOM, 'two'))).toEqual({ code: 'slow_mode', retryAfterMs: 20_000 });
    server.send(ALICE, ROOM, 'at once');
    server.send(ALICE, ROOM, 'again');
    await clock.advance(20_000);
    server.send(BOB, ROOM, 'two');
  });

  it('E12.7 notes when a user was last seen, at most every 30 seconds, and forgets what is over', async () => {
    const { server, clock } = createServer();
    const seen = () => {
      const { profiles } = server.call('conversation', { conversation_id: ROOM }, ALICE) as {
        profiles: { id: string; last_seen_at: string | null }[];
      };
      return profiles.find(({ id }) => id === BOB)?.last_seen_at;
    };
    expect(seen()).toBeNull();
    server.call('pull', {}, BOB);
    const first = seen();
    await clock.advance(29_000);
    server.call('pull', {}, BOB);
    expect(seen()).toBe(first);
    await clock.advance(2_000);
    server.call('pull', {}, BOB);
    expect(seen()).not.toBe(first);
    const until = new Date(clock.now() + 5_000).toISOString();
    server.apply(BOB, 'set_membership', ROOM, { changes: { muted_until: until } });
    expect(server.member(ROOM, BOB)?.muted_until).not.toBeNull();
    await clock.advance(5_000);
    expect(server.member(ROOM, BOB)?.muted_until).toBeNull();
  });

  it('E12.7 tells live what happened once all of it is done, and of what failed nothing', () => {
    const { server } = createServer();
    const heard: string[] = [];
    server.onEvent((topic, { changes }) => {
      const types = changes.map(({ type }) => String(type)).join(' ');
      heard.push(`${topic === `inbox:${BOB}` ? 'Bob' : 'Alice'} ${types} ${server.messages(ROOM).length}`);
    });
    const send = (content: string, n: number) => ({
      id: uuid(100 + n),
      type: 'send_message',
      conversation_id: ROOM,
      args: { content },
    });
    server.call('push', { mutations: [send('one', 1), send('', 2), send('two', 3)] }, ALICE);
    // What one transaction tells somebody is one event.
    expect(heard).toEqual(['Alice message message 2', 'Bob message message 2']);
    expect(refusal(() => server.send(CAROL, ROOM, 'from outside'))?.code).toBe('not_member');
    expect(heard).toHaveLength(2);
  });

  it('E12.7 leaves out of an event what is beyond 200 kB, and says so', () => {
    const { server } = createServer({ settings: { max_content_length: 300_000 } });
    const heard: unknown[] = [];
    server.onEvent((topic, { changes, is_cut }) => {
      if (topic === `inbox:${BOB}`) heard.push([changes.map(({ version }) => version), is_cut]);
    });
    const send = (length: number, n: number) => ({
      id: uuid(200 + n),
      type: 'send_message',
      conversation_id: ROOM,
      args: { content: 'x'.repeat(length) },
    });
    for (const lengths of [[150_000], [250_000], [150_000, 100_000, 1]])
      server.call('push', { mutations: lengths.map((length) => send(length, heard.length + length)) }, ALICE);
    expect(heard).toEqual([
      [[1], undefined],
      [[], true],
      [[3], true],
    ]);
  });

  it('E12.7 lets users join their own inbox, the feeds and rooms of their conversations, and nothing else', () => {
    const { server } = createServer();
    server.setFeed(ROOM, `feed:${ROOM}:key`);
    expect(server.mayUseTopic(ALICE, `inbox:${ALICE}`)).toBe(true);
    expect(server.mayUseTopic(ALICE, `inbox:${ALICE}`, true)).toBe(false);
    expect(server.mayUseTopic(ALICE, `inbox:${BOB}`)).toBe(false);
    expect(server.mayUseTopic(ALICE, `room:${ROOM}`, true)).toBe(true);
    expect(server.mayUseTopic(CAROL, `room:${ROOM}`)).toBe(false);
    expect(server.mayUseTopic(BOB, `feed:${ROOM}:key`)).toBe(true);
    expect(server.mayUseTopic(BOB, `feed:${ROOM}:other`)).toBe(false);
    server.remove(BOB, ROOM);
    expect(server.mayUseTopic(BOB, `feed:${ROOM}:key`)).toBe(false);
    expect(server.mayUseTopic(BOB, 'anything')).toBe(false);
  });

  it('E12.7 does the same again with the same seed', () => {
    const run = (seed: number) => {
      const { server } = createServer({ seed });
      server.send(BOB, ROOM, 'one');
      server.apply(ALICE, 'get_or_create_direct', null, { user_id: BOB });
      return server.call('conversations', {}, BOB);
    };
    expect(run(1)).toEqual(run(1));
    expect(run(1)).not.toEqual(run(2));
  });
});
