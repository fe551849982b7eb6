import type { Confab } from '../../../src';
import type { Readable } from '../../../src/lib/readable';
import type { Engine } from '../../../src/sync/engine';
import { createFakeAuth } from '../../../src/testing/fake-auth';
import { createFakeRealtime } from '../../../src/testing/fake-realtime';
import { failure } from '../../../src/testing/fake-transport';
import { createFakeServer, type FakeServer } from '../../../src/testing/fake-server/fake-server';
import { createFakes, createConfabOnFakes, type Fakes, type GivenFakes } from '../../../src/testing/fakes';
import { createManualClock, type ManualClock } from '../../../src/testing/manual-clock';
import { runQueriesOn } from '../../../src/testing/query-timers';
import { settled } from '../../../src/testing/settled';
import { ALICE, BOB, CAROL, uuid } from './ids';

/** A client of one user, connected to the fake server. */
export interface Device extends Fakes {
  readonly confab: Confab;
  readonly engine: Engine;
  /** Whether live events reach it; true at first. */
  readonly network: { isUp: boolean; hasEvents: boolean };
  /** Keeps it watched until {@link World.unwatch}, as a mounted component does. */
  watch<R extends Readable<unknown>>(readable: R): R;
  /** Ends all watching. */
  unwatch(): void;
}

export interface World {
  readonly server: FakeServer;
  readonly clock: ManualClock;
  /** A new client; nobody is signed in when `user` is null. */
  device(user: string | null, given?: GivenFakes & { readonly isManual?: boolean }): Device;
}

/** The conversation of Alice, Bob and Carol that every world begins with. */
export const ROOM = uuid(10);

const ALL = [
  'push',
  'pull',
  'history',
  'conversations',
  'conversation',
  'get_or_create_direct',
  'drafts',
] as const;

export interface WorldOptions {
  readonly truncateAfter?: number;
  readonly pageSize?: number;
  readonly random?: () => number;
  /** What the clock of the server says. */
  readonly now?: () => number;
}

export function createWorld({ random = () => 0.5, ...options }: WorldOptions = {}): World {
  const clock = createManualClock({ random });
  runQueriesOn(clock);
  const server = createFakeServer({ messageKinds: { note: { needsContent: false } }, ...options });
  server.addUser(ALICE, 'Alice');
  server.addUser(BOB, 'Bob');
  server.addUser(CAROL, 'Carol');
  server.addConversation(ROOM, [ALICE, BOB, CAROL]);
  let seed = 0;
  return {
    server,
    clock,
    device(user, { isManual = false, ...given } = {}) {
      const network = { isUp: true, hasEvents: true };
      const realtime = createFakeRealtime({
        onOpen: (channel) => {
          if (!isManual && network.isUp) channel.ready();
        },
      });
      const fakes = createFakes({ clock, auth: createFakeAuth(user), realtime, seed: ++seed, ...given });
      for (const fn of ALL) {
        fakes.transport.on(fn, (args, userId) => {
          if (!network.isUp) throw failure('offline');
          if (!fakes.auth.isValid(userId)) throw failure('unauthenticated');
          return server.call(fn, args, userId);
        });
      }
      server.onEvent((topic, payload) => {
        if (network.isUp && network.hasEvents) realtime.publish(topic, 'changes', payload);
      });
      const stops: (() => void)[] = [];
      return {
        ...createConfabOnFakes(fakes),
        network,
        watch(readable) {
          stops.push(readable.subscribe(() => undefined));
          return readable;
        },
        unwatch() {
          for (const stop of stops.splice(0)) stop();
        },
      };
    },
  };
}

/** A world with one device of Alice that is live and watches her conversations and the room. */
export async function createLiveWorld(options: WorldOptions = {}) {
  const world = createWorld(options);
  const alice = world.device(ALICE);
  const list = alice.watch(alice.confab.conversations.list());
  const messages = alice.watch(alice.confab.messages.list(ROOM));
  await settled();
  return { ...world, alice, list, messages };
}

/** Contents of a message list. */
export function contents(
  list: Readable<{ readonly messages: readonly { readonly content: string | null }[] }>,
) {
  return list.get().messages.map(({ content }) => content);
}
