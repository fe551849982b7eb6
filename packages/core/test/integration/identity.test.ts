import { createClient } from '@supabase/supabase-js';
import { SignJWT } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createConfab, createMemoryStorage, type Confab } from '../../src';
import { eventually, unwatchAll, watch } from './support/eventually';
import { createNetwork } from './support/network';
import { createWorld, type Device, type Person, type World } from './support/world';

const CLERK = 'https://clean-duck-12.clerk.accounts.dev';
const FIREBASE = 'https://securetoken.google.com/a-project';

describe('people whom another identity provider knows', () => {
  let world: World;
  let alice: Person;
  let a: Device<Record<never, never>>;
  const open: { close(): void }[] = [];

  beforeAll(async () => {
    world = await createWorld();
    alice = await world.person('Alice');
    a = await alice.device();
    await eventually(a.confab.connection, ({ type }) => type === 'live');
  });
  afterEach(unwatchAll);
  afterAll(async () => {
    for (const client of open) client.close();
    await world.stop();
  });

  const sign = (claims: Readonly<Record<string, unknown>>): Promise<string> =>
    new SignJWT({ role: 'authenticated', aud: 'authenticated', ...claims })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setExpirationTime('1h')
      .sign(new TextEncoder().encode(world.stack.jwtSecret));

  /** A client of an app whose users sign in elsewhere. */
  function connect(accessToken: () => string | null): Confab {
    const network = createNetwork();
    const supabase = createClient(world.stack.apiUrl, world.stack.anonKey, {
      accessToken: () => Promise.resolve(accessToken()),
      global: { fetch: network.fetch },
      realtime: { transport: network.WebSocket },
    });
    const confab = createConfab({ supabase, storage: createMemoryStorage(), logger: null });
    open.push({
      close() {
        confab.close();
        void supabase.realtime.disconnect();
      },
    });
    return confab;
  }

  const subject = (name: string) => `${name}${Date.now()}`;

  it.each([
    ['Clerk', CLERK, 'user_2abc'],
    ['Firebase', FIREBASE, 'q7YHn3sPzVdXk2LmR9tWcB4uEa18'],
    ['Auth0', 'https://example.eu.auth0.com/', 'auth0|64f1'],
  ])('E9.5 chat live with users of the project’s own Auth: %s', async (_name, iss, prefix) => {
    const token = await sign({ iss, sub: subject(prefix), name: 'Kim Lee' });
    const kim = connect(() => token);
    await eventually(kim.connection, ({ type }) => type === 'live');
    const kimId = kim.currentUser.get() ?? '';
    const id = await a.confab.conversations.direct(kimId);
    const list = watch(a.confab.messages.list(id));
    const theirs = watch(kim.messages.list(id));
    await a.confab.messages.send(id, { content: 'Hi Kim' });
    await eventually(theirs, ({ messages }) => messages.some(({ content }) => content === 'Hi Kim'));
    const { confirmed } = await kim.messages.send(id, { content: 'Hi Alice' });
    expect(await confirmed).toMatchObject({ ok: true });
    await eventually(list, ({ messages }) =>
      messages.some(({ content, sender }) => content === 'Hi Alice' && sender?.displayName === 'Kim Lee'),
    );
  });

  it('E9.5 sign in, out and over somebody else without telling anybody', async () => {
    const [kim, lee] = await Promise.all(
      ['kim', 'lee'].map((name) => sign({ iss: CLERK, sub: subject(name), name })),
    );
    let token: string | null = null;
    const confab = connect(() => token);
    await eventually(confab.currentUser, (userId) => userId === null);
    token = kim ?? null;
    await eventually(confab.connection, ({ type }) => type === 'live');
    const kimId = confab.currentUser.get();
    token = lee ?? null;
    await eventually(confab.currentUser, (userId) => typeof userId === 'string' && userId !== kimId);
    await eventually(confab.connection, ({ type }) => type === 'live');
    token = null;
    await eventually(confab.currentUser, (userId) => userId === null);
  });

  it('E9.5 whom Auth does not know by a uuid are live and can write', async () => {
    const sub = crypto.randomUUID();
    const token = await sign({ sub, name: 'Kim' });
    const kim = connect(() => token);
    await eventually(kim.connection, ({ type }) => type === 'live');
    expect(kim.currentUser.get()).toBe(sub);
    const { confirmed } = await kim.conversations.create({ kind: 'group', memberIds: [alice.id] });
    expect(await confirmed).toMatchObject({ ok: true });
  });
});
