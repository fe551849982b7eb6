import type { MessageKinds, MessageList } from '../../../src';
import { createFakeRealtime } from '../../../src/testing/fake-realtime';
import { failure } from '../../../src/testing/fake-transport';
import { createFaultyStorage } from '../../../src/testing/faulty-storage';
import { createSeededRandom } from '../../../src/testing/seeded-random';
import { settled } from '../../../src/testing/settled';
import { ALICE, BOB, CAROL, uuid } from './ids';
import { createWorld, ROOM, type Device } from './world';

const OTHER_ROOM = uuid(11);
const ROOMS = [ROOM, OTHER_ROOM];
const FUNCTIONS = ['push', 'pull', 'history', 'conversations', 'conversation'];
const STEPS = 50;

interface Shown {
  readonly id: string;
  readonly seq: number | null;
}

/** What one device did, across its reloads. */
interface Client {
  readonly name: string;
  readonly user: string;
  readonly storage: ReturnType<typeof createFaultyStorage>;
  device: Device;
  lists: Map<string, MessageList<MessageKinds>>;
  /** Ids in the order they were sent, by conversation. */
  readonly sent: Map<string, string[]>;
  /** Sent here and seen in the view since the last reload: they may not disappear. */
  visible: Set<string>;
  stops: (() => void)[];
}

/** Runs one random history; throws with the log of what happened when a promise is broken. */
export async function simulate(seed: number): Promise<void> {
  const random = createSeededRandom(seed);
  const world = createWorld({ random: random.next, truncateAfter: random.chance(0.3) ? 5 : 500 });
  const { server, clock } = world;
  const log: string[] = [];
  const note = (text: string) => void log.push(`${clock.now() % 10_000_000} ${text}`);
  const fail = (text: string): never => {
    throw new Error(`seed ${seed}: ${text}\n${log.slice(-60).join('\n')}`);
  };
  /** Found by listeners, where nobody could catch it. */
  const found: string[] = [];
  const weather = { hasFaults: true };
  const failIfBroken = () => {
    for (const text of found) fail(text);
  };
  const wait = (ms: number) => new Promise<void>((resolve) => void clock.after(ms, resolve));

  server.addConversation(OTHER_ROOM, [ALICE, BOB], random.chance(0.5) ? `feed:${OTHER_ROOM}:k` : null);
  for (let n = random.chance(0.3) ? 120 : 0; n > 0; n--) server.send(CAROL, ROOM, `old ${n}`);

  const connect = (client: Pick<Client, 'name' | 'user' | 'storage'>): Device => {
    const realtime = createFakeRealtime({
      onOpen: (channel) => {
        const delay = weather.hasFaults ? random.int(2_000) : 10;
        clock.after(delay, () => device.network.isUp && channel.ready());
      },
    });
    const device = world.device(client.user, { storage: client.storage, realtime, isManual: true });
    const isCut = () => !device.network.isUp;
    for (const fn of FUNCTIONS) {
      device.transport.on(fn, async (args, userId) => {
        if (weather.hasFaults) await wait(random.int(600));
        if (!device.network.isUp || (weather.hasFaults && random.chance(0.08))) throw failure('offline');
        if (!device.auth.isValid(userId)) throw failure('unauthenticated');
        if (weather.hasFaults && random.chance(0.04)) throw failure('unavailable');
        const answer = server.call(fn, args, userId);
        // What is answered is as of now, also when it arrives later.
        const frozen: unknown = JSON.parse(JSON.stringify(answer));
        if (weather.hasFaults) await wait(random.int(600));
        if (isCut() || (weather.hasFaults && random.chance(0.08))) {
          note(`${client.name} answer of ${fn} lost`);
          throw failure('timeout');
        }
        return frozen;
      });
    }
    // The world's own delivery is replaced by an unreliable one.
    device.network.hasEvents = false;
    server.onEvent((topic, payload) => {
      const frozen: unknown = JSON.parse(JSON.stringify(payload));
      const deliver = () => device.network.isUp && realtime.publish(topic, 'change', frozen);
      if (!weather.hasFaults) return void clock.after(20, deliver);
      if (random.chance(0.15)) return;
      clock.after(random.int(800), deliver);
      if (random.chance(0.1)) clock.after(random.int(2_000), deliver);
    });
    return device;
  };

  const watch = (client: Client) => {
    client.device.watch(client.device.confab.conversations.list());
    client.device.watch(client.device.confab.conversations.unreadCount());
    for (const room of roomsOf(client.user)) {
      const list = client.device.watch(client.device.confab.messages.list(room));
      client.lists.set(room, list);
      client.stops.push(list.subscribe(() => check(client, room, list.get().messages)));
    }
  };
  const check = (client: Client, room: string, messages: readonly Shown[]) => {
    const ids = messages.map(({ id }) => id);
    if (new Set(ids).size !== ids.length) found.push(`${client.name} shows a message twice`);
    const seqs = messages.flatMap(({ seq }) => (seq === null ? [] : [seq]));
    const [first = 0, last = -1] = [seqs[0], seqs.at(-1)];
    const between = server.messages(room).filter(({ seq }) => seq >= first && seq <= last);
    if (between.map(({ seq }) => seq).join() !== seqs.join())
      found.push(`${client.name} has a hole: ${seqs.join()}`);
    for (const id of client.sent.get(room) ?? []) {
      if (ids.includes(id)) client.visible.add(id);
      else if (client.visible.has(id) && client.lists.get(room)?.get().isPending === false)
        found.push(`${client.name} no longer shows ${id}`);
    }
  };

  const start = (name: string, user: string): Client => {
    const storage = createFaultyStorage();
    const base = { name, user, storage };
    const client: Client = {
      ...base,
      device: connect(base),
      lists: new Map(),
      sent: new Map(),
      visible: new Set(),
      stops: [],
    };
    watch(client);
    return client;
  };
  const clients = [start('alice', ALICE), start('alice2', ALICE), start('bob', BOB)];
  await clock.advance(random.int(3_000));

  const own = (client: Client, room: string) =>
    client.lists
      .get(room)
      ?.get()
      .messages.filter((row) => row.isOwn && row.deletedAt === null) ?? [];
  const actions: Record<string, (client: Client, room: string) => Promise<unknown> | void> = {
    send: async (client, room) => {
      const { id, confirmed } = await client.device.confab.messages.send(room, {
        content: `m${random.int(1e6)}`,
      });
      client.sent.set(room, [...(client.sent.get(room) ?? []), id]);
      void confirmed.then((outcome) => {
        // Deleted before it was sent: it never will be.
        if (outcome.ok || outcome.error.code !== 'discarded') return;
        client.sent.set(
          room,
          (client.sent.get(room) ?? []).filter((other) => other !== id),
        );
      });
      note(`${client.name} sends ${id.slice(-6)} to ${room.slice(-2)}`);
    },
    edit: (client, room) => {
      const mine = own(client, room);
      if (mine.length > 0)
        return client.device.confab.messages.edit(room, random.pick(mine).id, {
          content: `e${random.int(1e6)}`,
        });
    },
    delete: (client, room) => {
      const mine = own(client, room);
      if (mine.length > 0) return client.device.confab.messages.delete(room, random.pick(mine).id);
    },
    read: (client, room) => client.device.confab.messages.markRead(room),
    unread: (client, room) => {
      const seen = client.lists.get(room)?.get().messages.at(-1)?.seq;
      if (seen) server.markUnread(client.user, room, 1 + random.int(seen));
    },
    // From a device of theirs that is not part of the play.
    reply: (client, room) => {
      const root = server.messages(room)[0];
      if (root) server.send(client.user, room, 'reply', { thread_root_id: root.id });
    },
    react: (client, room) => {
      const row = server.messages(room).at(-1);
      if (row?.deleted_at === null) server.react(client.user, room, row.id, '👍', random.chance(0.7));
    },
    older: (client, room) =>
      void client.lists
        .get(room)
        ?.fetchOlder()
        .catch(() => undefined),
    lose: (client) => {
      for (const channel of client.device.realtime.channels()) {
        if (!channel.isOpen()) continue;
        if (random.chance(0.3)) channel.end();
        else {
          channel.lose();
          clock.after(random.int(3_000), () => channel.ready());
        }
      }
    },
    expire: (client) => {
      const { auth } = client.device;
      auth.expire();
      // supabase-js renews tokens by itself too.
      clock.after(10_000, () => auth.renew());
    },
    cut: (client) => {
      client.device.network.isUp = false;
      for (const channel of client.device.realtime.channels()) channel.lose();
      clock.after(random.int(20_000), () => {
        client.device.network.isUp = true;
        for (const channel of client.device.realtime.channels()) channel.ready();
      });
    },
    hide: (client) => {
      client.device.environment.setVisible(false);
      client.device.environment.setVisible(true);
    },
    storage: (client) => client.storage.fail(random.pick(['set', 'delete'] as const), 1),
    leave: (client) => {
      const { auth } = client.device;
      client.visible = new Set();
      auth.signOut();
      client.visible = new Set();
      clock.after(random.int(2_000), () => auth.signIn(client.user));
    },
    reload: (client) => {
      for (const stop of client.stops.splice(0)) stop();
      client.device.unwatch();
      client.device.confab.close();
      client.visible = new Set();
      client.lists = new Map();
      client.device = connect(client);
      watch(client);
    },
  };
  const weighted = Object.keys(actions).flatMap((name) => Array<string>(name === 'send' ? 12 : 2).fill(name));
  for (let step = 0; step < STEPS; step++) {
    const client = random.pick(clients);
    const name = random.pick(weighted);
    // A storage that failed would lose what a reload should find; that is what `isDurable` says.
    if ((name === 'reload' || name === 'leave') && !client.device.confab.connection.get().isDurable) continue;
    if (name !== 'send') note(`${client.name} ${name}`);
    void Promise.resolve(actions[name]?.(client, random.pick(roomsOf(client.user)))).catch(() => undefined);
    if (random.chance(0.7)) await clock.advance(random.int(1_500));
    else await settled();
    failIfBroken();
  }

  note('calm');
  weather.hasFaults = false;
  for (const { device, storage } of clients) {
    device.network.isUp = true;
    storage.heal();
    for (const channel of device.realtime.channels()) channel.ready();
  }
  for (let minute = 0; minute < 4; minute++) await clock.advance(70_000);
  failIfBroken();

  for (const client of clients) {
    const { confab } = client.device;
    const { type, unsentCount } = confab.connection.get();
    if (type !== 'live') fail(`${client.name} is ${type}`);
    if (unsentCount > 0) fail(`${client.name} has not sent ${unsentCount}`);
    for (const room of roomsOf(client.user)) {
      const stored = server.messages(room);
      const list = client.lists.get(room);
      while (list?.get().hasOlder) {
        const older = list.fetchOlder();
        await clock.advance(100);
        await older;
      }
      const shown = list?.get().messages.filter(({ status }) => status === 'sent') ?? [];
      const inView = shown.map(({ id, content, deletedAt, thread, reactions }) => [
        id,
        content,
        deletedAt,
        thread?.replyCount,
        reactions.map(({ emoji, count, isOwn }) => [emoji, count, isOwn]),
      ]);
      const onServer = stored.map(({ id, content, deleted_at, thread, reactions }) => [
        id,
        content,
        deleted_at,
        thread?.reply_count,
        reactions.map(({ emoji, count, user_ids }) => [emoji, count, user_ids.includes(client.user)]),
      ]);
      if (JSON.stringify(inView) !== JSON.stringify(onServer))
        fail(`${client.name} shows ${JSON.stringify(inView)} of ${JSON.stringify(onServer)}`);
      const sent = client.sent.get(room) ?? [];
      const arrived = stored.map(({ id }) => id).filter((id) => sent.includes(id));
      if (arrived.join() !== sent.join())
        fail(`${client.name} sent ${sent.join()}, there is ${arrived.join()}`);
      const conversation = confab.conversations
        .list()
        .get()
        .conversations.find(({ id }) => id === room);
      const unread = server.unread(client.user, room);
      if (conversation?.unreadCount !== unread)
        fail(`${client.name} counts ${conversation?.unreadCount} unread of ${unread} in ${room.slice(-2)}`);
    }
    const total = server.unreadTotal(client.user);
    if (confab.conversations.unreadCount().get() !== total)
      fail(`${client.name} counts ${confab.conversations.unreadCount().get()} unread of ${total}`);
    client.device.unwatch();
    confab.close();
  }
}

function roomsOf(user: string): readonly string[] {
  return user === CAROL ? [ROOM] : ROOMS;
}
