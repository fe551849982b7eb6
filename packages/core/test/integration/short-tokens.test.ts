import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { eventually, unwatchAll, watch } from './support/eventually';
import { live, say } from './support/pair';
import { createWorld, type World } from './support/world';

let world: World;

beforeAll(async () => {
  // Shorter than the 90 seconds before its end in which supabase-js renews a token before it says anything.
  world = await createWorld({ auth: { accessTokenSeconds: 30 } });
});
afterEach(unwatchAll);
afterAll(() => world.stop());

it('E9.13 a network that is cut is said to be so with tokens of half a minute too', async () => {
  const alice = await world.person('Alice');
  const bob = await world.person('Bob');
  const [a, b] = [await alice.device(), await bob.device()];
  const id = await a.confab.conversations.direct(bob.id);
  await Promise.all([live(a), live(b)]);
  const list = watch(b.confab.messages.list(id));
  await eventually(list, ({ isPending }) => !isPending);
  b.network.cut();
  const seen = await eventually(b.confab.connection, ({ type }) => type === 'offline' || type === 'polling');
  expect(seen.type).toBe('offline');
  await say(a, id, 'missed');
  b.network.restore();
  await live(b);
  await eventually(list, ({ messages }) => messages.some(({ content }) => content === 'missed'));
});
