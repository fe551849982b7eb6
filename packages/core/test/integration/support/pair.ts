import type { Queued } from '../../../src';
import { eventually, watch } from './eventually';
import { createWorld, type Device, type Person, type World } from './world';

type AnyDevice = Device<Record<never, never>>;

/** Alice, Bob and a group of both, each with one device that is live and watches its conversations. */
export interface Pair {
  readonly world: World;
  readonly alice: Person;
  readonly bob: Person;
  readonly a: AnyDevice;
  readonly b: AnyDevice;
  readonly group: string;
}

export async function createPair(): Promise<Pair> {
  const world = await createWorld();
  const alice = await world.person('Alice');
  const bob = await world.person('Bob');
  const a = await alice.device();
  const b = await bob.device();
  await live(a);
  await live(b);
  const creating = a.confab.conversations.create({ kind: 'group', title: 'Group', memberIds: [bob.id] });
  const { id: group } = await done(creating);
  await eventually(watch(b.confab.conversations.list()), ({ conversations }) => conversations.length === 1);
  return { world, alice, bob, a, b, group };
}

export async function live({ confab }: AnyDevice): Promise<void> {
  await eventually(confab.connection, ({ type }) => type === 'live');
}

/** What the server answered to a write; throws what it was refused with. */
export async function done<T>(writing: Promise<Queued<T>>): Promise<T> {
  const outcome = await (await writing).confirmed;
  if (!outcome.ok) throw outcome.error;
  return outcome.value;
}

/** Sends a text and gives back the message as confirmed. */
export function say({ confab }: AnyDevice, conversationId: string, content: string) {
  return done(confab.messages.send(conversationId, { content }));
}
