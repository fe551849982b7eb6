import type { Confab } from '../client/create-confab';
import type { MessageKinds } from '../model/kinds';
import { createFakeAuth } from './fake-auth';
import { createFakeRealtime, type FakeChannel } from './fake-realtime';
import type { FakeServer } from './fake-server/fake-server';
import { failure } from './fake-transport';
import { createConfabOnFakes, createFakes, type Fakes, type GivenFakes } from './fakes';
import { createManualClock, type ManualClock } from './manual-clock';

/** What {@link createTestConfab} takes. */
export interface TestConfabOptions<K extends MessageKinds> extends Pick<
  GivenFakes,
  'clock' | 'storage' | 'tabs' | 'environment' | 'queryClient' | 'persistsCache' | 'connects' | 'seed'
> {
  readonly server: FakeServer;
  /** Who is signed in; null for nobody. */
  readonly userId: string | null;
  /** The app's message kinds, as {@link createConfab} takes them; the server has to know them too. */
  readonly messageKinds?: K;
}

/** A client whose surroundings a test controls. */
export interface TestConfab<K extends MessageKinds> extends Omit<Fakes, 'cache' | 'logger' | 'ids'> {
  readonly confab: Confab<K>;
  /** Takes the network away: calls fail, channels are lost, and the device knows it. */
  goOffline(): void;
  goOnline(): void;
}

/** What the clients of one server share. */
interface Surroundings {
  readonly clock: ManualClock;
  readonly clients: Set<Pick<Fakes, 'realtime'>>;
  count: number;
}

const surroundings = new WeakMap<FakeServer, Surroundings>();

function surroundingsOf(server: FakeServer, clock: ManualClock | undefined): Surroundings {
  const known = surroundings.get(server);
  if (known) return known;
  const made = { clock: clock ?? createManualClock(), clients: new Set<never>(), count: 0 };
  surroundings.set(server, made);
  return made;
}

/** Every joined channel of a topic, of all clients of the server. */
const channelsOf = ({ clients }: Surroundings, topic: string): FakeChannel[] =>
  [...clients].flatMap(({ realtime }) => realtime.channels(topic).filter((channel) => channel.isJoined()));

function tellPresence(all: Surroundings, topic: string): void {
  const channels = channelsOf(all, topic);
  const metas: Record<string, Readonly<Record<string, unknown>>[]> = {};
  for (const { presenceKey, tracked } of channels) {
    const last = tracked.at(-1);
    if (last && presenceKey !== undefined) (metas[presenceKey] ??= []).push(last);
  }
  for (const channel of channels) channel.presence(metas);
}

/**
 * A whole client on a {@link createFakeServer}, for tests of an app: no network, no timers, no database. Clients of one
 * server hear each other's messages, typing and presence, and share the clock of the first unless they are given one.
 * Nothing happens until the promises that are under way have settled: `await settled()`.
 *
 * @example
 * ```ts
 * import { createFakeServer, createTestConfab, settled } from '@confab/core/testing';
 *
 * const server = createFakeServer();
 * const alice = '00000000-0000-4000-8000-000000000001';
 * server.addUser(alice, 'Alice');
 * const { confab } = createTestConfab({ server, userId: alice });
 * await settled();
 * console.log(confab.connection.get().type); // live
 * ```
 */
export function createTestConfab<const K extends MessageKinds = Record<never, never>>(
  options: TestConfabOptions<K>,
): TestConfab<K> {
  const { server, userId, messageKinds, ...given } = options;
  const all = surroundingsOf(server, given.clock);
  let isUp = true;
  const auth = createFakeAuth(userId);
  const mayUse = (topic: string, isWrite: boolean) => {
    const me = auth.userId();
    return me !== null && server.mayUseTopic(me, topic, isWrite);
  };
  const realtime = createFakeRealtime({
    onOpen(channel) {
      if (!isUp) return;
      if (mayUse(channel.topic, false)) channel.ready();
      else channel.deny();
      tellPresence(all, channel.topic);
    },
    onSend(channel, event, payload) {
      const { topic } = channel;
      if (!isUp || !mayUse(topic, true)) return;
      for (const other of channelsOf(all, topic)) if (other !== channel) other.emit(event, payload);
    },
    onPresence: ({ topic }) => tellPresence(all, topic),
  });
  const seed = given.seed ?? ++all.count;
  const fakes = createFakes({ ...given, clock: given.clock ?? all.clock, auth, realtime, seed });
  for (const fn of server.functions) {
    fakes.transport.on(fn, (args, caller) => {
      if (!isUp) throw failure('offline');
      if (!auth.isValid(caller)) throw failure('unauthenticated');
      return server.call(fn, args, caller);
    });
  }
  const client = { realtime };
  all.clients.add(client);
  const stop = server.onEvent((topic, payload) => {
    if (isUp) realtime.publish(topic, 'changes', payload);
  });
  const { confab } = createConfabOnFakes(fakes, messageKinds);
  const { cache: _cache, logger: _logger, ids: _ids, ...visible } = fakes;
  return {
    ...visible,
    confab: {
      ...confab,
      close() {
        stop();
        all.clients.delete(client);
        confab.close();
      },
    },
    goOffline() {
      isUp = false;
      for (const channel of realtime.channels()) {
        channel.lose();
        tellPresence(all, channel.topic);
      }
      fakes.environment.setOnline(false);
    },
    goOnline() {
      isUp = true;
      fakes.environment.setOnline(true);
      for (const channel of realtime.channels()) channel.ready();
    },
  };
}
