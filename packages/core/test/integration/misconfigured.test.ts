import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createConfab, createMemoryStorage, type ConnectionView } from '../../src';
import { eventually } from './support/eventually';
import { createWorld, type World } from './support/world';

describe('a client, or a project, that is not set up right', () => {
  let world: World;
  const said = vi.fn();

  beforeAll(async () => {
    world = await createWorld();
  });
  beforeEach(() => {
    said.mockClear();
    vi.spyOn(console, 'warn').mockImplementation(said);
    vi.spyOn(console, 'error').mockImplementation(said);
  });
  afterAll(() => {
    vi.restoreAllMocks();
    return world.stop();
  });

  it.each([
    { name: 'apikey', value: 'of another project', code: 'invalid_key', type: 'auth_required' },
    { name: 'content-profile', value: 'private', code: 'schema_not_exposed', type: 'catching_up' },
  ])('E9.15 E14.4 $code is said by the connection, and by the console once', async (it) => {
    const { supabase, network, confab: first } = await (await world.person('Alice')).device();
    first.close();
    network.replaceHeader(it.name, it.value);
    const storage = createMemoryStorage();
    const before = createConfab({ supabase, storage });
    try {
      const isSaid = ({ error, type }: ConnectionView) => error?.code === it.code && type === it.type;
      await eventually(before.connection, isSaid);
      // Another attempt, and a write, meet the same.
      const calls = network.calls('pull');
      await before.conversations.create({ kind: 'group', memberIds: [] });
      before.connection.retry();
      await eventually(before.connection, (view) => isSaid(view) && network.calls('pull') > calls);
      expect(before.connection.get()).toMatchObject({ unsentCount: 1, failedCount: 0 });
      expect(said.mock.calls.map(([text]: unknown[]) => text)).toEqual([
        expect.stringContaining(`Confab (${it.code})`),
      ]);
    } finally {
      before.close();
    }
    // Once it is set right the same session goes on, and what was written is sent.
    network.restore();
    const after = createConfab({ supabase, storage, logger: null });
    try {
      await eventually(after.connection, ({ type, unsentCount }) => type === 'live' && unsentCount === 0);
      const list = after.conversations.list();
      await eventually(list, ({ conversations }) => conversations.length === 1);
    } finally {
      after.close();
    }
  });
});
