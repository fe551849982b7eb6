// Rows of what goes over the wire, on the local stack: against supabase-js on a plain table, in the same run.
import { openProxy } from './proxy.mjs';
import { statistics } from './turns.mjs';
import { createWorld, until } from './world.mjs';

const ROUND_TRIP_MS = 50;

async function timed(act) {
  const began = performance.now();
  await act();
  return performance.now() - began;
}

/** Opens Confab on a device and waits until it is live. */
async function open(core, { supabase, network }) {
  const confab = core.createConfab({
    supabase,
    storage: core.createMemoryStorage(),
    environment: network.environment,
  });
  await until(confab.connection, ({ type }) => type === 'live');
  return confab;
}

async function done(writing) {
  const outcome = await (await writing).confirmed;
  if (!outcome.ok) throw outcome.error;
  return outcome.value;
}

async function pushedBy(confab, network, count) {
  const sent = [];
  for (let i = 0; i < count.messages; i += 1) {
    const conversationId = count.conversations[i % count.conversations.length];
    sent.push(
      await confab.messages.send(conversationId, { content: `message ${i} of those that were queued` }),
    );
  }
  const before = network.count('push');
  const ms = await timed(async () => {
    network.go(true);
    const outcomes = await Promise.all(sent.map(({ confirmed }) => confirmed));
    const refused = outcomes.find(({ ok }) => !ok);
    if (refused) throw refused.error;
  });
  return { ms, requests: network.count('push') - before };
}

async function insertOneByOne({ supabase }, userId, conversationId, count) {
  for (let i = 0; i < count; i += 1) {
    const { error } = await supabase.from('plain_messages').insert({
      conversation_id: conversationId,
      sender_id: userId,
      content: `message ${i} of those that were queued`,
    });
    if (error) throw error;
  }
}

/** What a device wrote offline, from the moment the network is back until the last is confirmed. */
export async function measureFlush(core, world, { messages }) {
  const alice = await world.person('alice');
  const proxy = await openProxy(world.stack.apiUrl, ROUND_TRIP_MS);
  const result = {};
  try {
    for (const [name, url, compared] of [
      ['direct', world.stack.apiUrl, messages],
      // One after another takes a minute: a quarter of them says as much.
      ['proxied', proxy.url, messages / 4],
    ]) {
      const device = await alice.device(url);
      const confab = await open(core, device);
      const conversations = [];
      for (let i = 0; i < 4; i += 1)
        conversations.push(
          (await done(confab.conversations.create({ kind: 'group', title: `flush ${i}`, memberIds: [] }))).id,
        );
      const ours = [];
      const theirs = [];
      const requests = [];
      for (let round = 0; round < 3; round += 1) {
        // What was received is reported first: an answer on its way would say that the network is there.
        await new Promise((resolve) => setTimeout(resolve, 3_000));
        device.network.go(false);
        await until(confab.connection, ({ type }) => type === 'offline');
        const flushed = await pushedBy(confab, device.network, { messages, conversations });
        ours.push(flushed.ms);
        requests.push(flushed.requests);
        await until(confab.connection, ({ type }) => type === 'live');
        if (name === 'direct' || round === 0)
          theirs.push(
            (await timed(() => insertOneByOne(device, alice.id, conversations[0], compared))) *
              (messages / compared),
          );
      }
      result[name] = { confab: statistics(ours), peer: statistics(theirs), requests: Math.max(...requests) };
      confab.close();
    }
    return result;
  } finally {
    proxy.close();
  }
}

/** A device that was away while others wrote, from the moment the network is back until it shows everything. */
export async function measureCatchUp(core, world, { conversations, changes }) {
  const [alice, bob] = [await world.person('alice'), await world.person('bob')];
  const proxy = await openProxy(world.stack.apiUrl, ROUND_TRIP_MS);
  try {
    const writer = await open(core, await alice.device());
    const ids = [];
    const creations = [];
    for (let i = 0; i < conversations; i += 1)
      creations.push(
        await writer.conversations.create({ kind: 'group', title: `catch up ${i}`, memberIds: [bob.id] }),
      );
    for (const { confirmed } of creations) {
      const outcome = await confirmed;
      if (!outcome.ok) throw outcome.error;
      ids.push(outcome.value.id);
    }
    const device = await bob.device(proxy.url);
    const reader = await open(core, device);
    const list = reader.conversations.list();
    const stops = [list.subscribe(() => undefined)];
    await until(list, ({ isPending, error }) => !isPending && !error);
    while (list.get().hasNextPage) await list.fetchNextPage();
    for (const id of ids) {
      const messages = reader.messages.list(id);
      stops.push(messages.subscribe(() => undefined));
      await until(messages, ({ isPending }) => !isPending);
    }
    const each = changes / conversations;
    const ours = [];
    const theirs = [];
    let requests = 0;
    for (let round = 0; round < 3; round += 1) {
      // What was received is reported first: an answer on its way would say that the network is there.
      await new Promise((resolve) => setTimeout(resolve, 3_000));
      device.network.go(false);
      await until(reader.connection, ({ type }) => type === 'offline');
      const writing = [];
      for (let i = 0; i < changes; i += 1)
        writing.push(
          await writer.messages.send(ids[i % ids.length], { content: `message ${i} while one was away` }),
        );
      for (const { confirmed } of writing) {
        const outcome = await confirmed;
        if (!outcome.ok) throw outcome.error;
      }
      const [{ since }] = (
        await world.db.query('select coalesce(max(seq), 0)::bigint as since from public.plain_messages')
      ).rows;
      await world.db.query(
        `insert into public.plain_messages (conversation_id, sender_id, content)
         select c.id, $1, 'message ' || n || ' while one was away'
         from unnest($2::uuid[]) as c (id), generate_series(1, $3::int) as n`,
        [alice.id, ids, each],
      );
      const before = device.network.count('pull');
      const isThere = () =>
        ids.every((id) => reader.messages.list(id).get().messages.length >= (round + 1) * each) &&
        list.get().conversations.every(({ lastMessage }) => lastMessage !== null);
      const last = writing.at(-1).id;
      const lastList = reader.messages.list(ids[(changes - 1) % ids.length]);
      ours.push(
        await timed(async () => {
          device.network.go(true);
          await until(lastList, ({ messages }) => messages.at(-1)?.id === last);
          while (!isThere()) await new Promise((resolve) => setTimeout(resolve, 1));
        }),
      );
      requests = Math.max(requests, device.network.count('pull') - before);
      await until(reader.connection, ({ type }) => type === 'live');
      theirs.push(
        await timed(async () => {
          const rest = [...ids];
          let found = 0;
          const ask = async () => {
            for (let id = rest.pop(); id !== undefined; id = rest.pop()) {
              const { data, error } = await device.supabase
                .from('plain_messages')
                .select()
                .eq('conversation_id', id)
                .gt('seq', since)
                .order('seq');
              if (error) throw error;
              found += data.length;
            }
          };
          await Promise.all(Array.from({ length: 10 }, ask));
          if (found !== changes) throw new Error(`unable to measure; the plain table gave ${found}`);
        }),
      );
    }
    for (const stop of stops) stop();
    reader.close();
    writer.close();
    return { confab: statistics(ours), peer: statistics(theirs), requests };
  } finally {
    proxy.close();
  }
}

/** From the call that sends until the other person's view has it. */
export async function measureLive(core, world, { rounds }) {
  const [alice, bob] = [await world.person('alice'), await world.person('bob')];
  const [from, to] = [await alice.device(), await bob.device()];
  const [sender, receiver] = [await open(core, from), await open(core, to)];
  const { id } = await done(
    sender.conversations.create({ kind: 'group', title: 'live', memberIds: [bob.id] }),
  );
  const shown = receiver.messages.list(id);
  const stop = shown.subscribe(() => undefined);
  await until(shown, ({ isPending }) => !isPending);

  const topic = `plain:${id}`;
  let heard = () => undefined;
  const joined = (channel) =>
    new Promise((resolve, reject) => {
      channel.subscribe((status, error) => (status === 'SUBSCRIBED' ? resolve() : error && reject(error)));
    });
  const listening = to.supabase.channel(topic, { config: { private: true } });
  listening.on('broadcast', { event: 'message' }, ({ payload }) => heard(payload));
  const telling = from.supabase.channel(topic, { config: { private: true } });
  await joined(listening);
  await joined(telling);

  const ours = [];
  const theirs = [];
  for (let round = -5; round < rounds; round += 1) {
    const sending = await timed(async () => {
      const queued = await sender.messages.send(id, { content: `message ${round}` });
      await until(shown, ({ messages }) => messages.at(-1)?.id === queued.id);
    });
    const telling1 = await timed(async () => {
      const arrived = new Promise((resolve) => {
        heard = resolve;
      });
      const message = { conversation_id: id, sender_id: alice.id, content: `message ${round}` };
      const { data, error } = await from.supabase.from('plain_messages').insert(message).select().single();
      if (error) throw error;
      await telling.send({ type: 'broadcast', event: 'message', payload: data });
      await arrived;
    });
    if (round >= 0) {
      ours.push(sending);
      theirs.push(telling1);
    }
  }
  stop();
  sender.close();
  receiver.close();
  return { confab: statistics(ours), peer: statistics(theirs) };
}

export { createWorld };
