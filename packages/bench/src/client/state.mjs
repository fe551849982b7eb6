// Rows of what happens in memory: an event that arrived, up to the view an app reads; no network on either side.
import { openConfab } from './confab-side.mjs';
import { openPeer } from './peer-side.mjs';
import {
  conversationId,
  messageEvent,
  messageId,
  messageRow,
  peerMessage,
  peerUser,
  timeOf,
  userId,
} from './rows.mjs';
import { heapUsed, inTurns, medianOf, statistics } from './turns.mjs';

/** Rounds, and calls in each of them: until then the code is still being compiled, on either side. */
const WARM_UP = { rounds: 3, count: 1000 };
const MEASURED = 200;
const WATCHED = conversationId(0);
/** What arrives was text a moment ago: objects as the parser makes them. */
const arrived = (value) => JSON.parse(JSON.stringify(value));
const expect = (isTrue, what) => {
  if (!isTrue) throw new Error(`unable to measure; ${what}`);
};

/** Both sides with `loaded` messages; closes the Confab one after `measure`. */
async function withBoth(core, options, measure) {
  const peer = openPeer(options);
  const confab = await openConfab(core, options);
  try {
    return await measure({ confab, peer });
  } finally {
    confab.close();
  }
}

/** Figures of both sides over several rounds with fresh clients; the first rounds are warm-up. */
async function rounds(count, round) {
  const all = { confab: [], peer: [] };
  for (let i = 1 - WARM_UP.rounds; i <= count; i += 1) {
    const times = await round(i > 0 ? MEASURED : WARM_UP.count);
    if (i > 0) for (const side of Object.keys(all)) all[side].push(...(times[side] ?? []));
  }
  return { confab: statistics(all.confab), peer: statistics(all.peer) };
}

/** One more message at the live end. */
export function measureIncoming(core, { loaded, conversations }) {
  return rounds(3, (count) =>
    withBoth(core, { loaded, conversations }, async ({ confab, peer }) => {
      const times = await inTurns(
        {
          confab: {
            make: (i) => arrived(messageEvent(messageRow(WATCHED, loaded + 1 + i))),
            run: confab.receive,
            rest: confab.rest,
          },
          peer: { make: (i) => arrived(peerMessage(loaded + 1 + i)), run: peer.receive },
        },
        { count },
      );
      expect(confab.shown().at(-1)?.seq === loaded + count, 'not every message is shown');
      expect(peer.shown().length === loaded + count, 'not every message is in the peer');
      expect(confab.conversations()[0]?.lastMessage?.seq === loaded + count, 'the list is behind');
      return times;
    }),
  );
}

/** A message whose place is in the middle: its seq is lower than that of thousands which came before. */
export function measureLate(core, { loaded, conversations }) {
  // Every third seq is left out at first.
  const skip = (seq) => seq % 3 === 0;
  const total = Math.ceil((loaded * 3) / 2);
  const place = (i) => 3 * (1 + ((i * 7919) % Math.floor(total / 3 - 1)));
  return rounds(2, (count) =>
    withBoth(core, { loaded, conversations, total, skip }, async ({ confab, peer }) => {
      const times = await inTurns(
        {
          confab: {
            make: (i) => arrived(messageEvent(messageRow(WATCHED, place(i), total + 1 + i))),
            run: confab.receive,
            rest: confab.rest,
          },
          peer: { make: (i) => arrived(peerMessage(place(i))), run: peer.receive },
        },
        { count },
      );
      const seqs = confab.shown().map(({ seq }) => seq);
      expect(seqs.length === loaded + count, 'a late message is missing');
      expect(
        seqs.every((seq, i) => i === 0 || seq > seqs[i - 1]),
        'a late message is out of place',
      );
      return times;
    }),
  );
}

/** A thousand edits, then a thousand reactions, of messages anywhere; milliseconds per thousand. */
export async function measureChanges(core, { loaded, conversations, what }) {
  const target = (i) => 1 + ((i * 7919) % loaded);
  const count = 1000;
  const edited = {
    edited_at: timeOf(loaded + 1),
    content: 'Edited: another text of about sixty characters, as before.',
  };
  const reacted = { reactions: [{ emoji: '👍', count: 1, user_ids: [userId(1)], own: null }] };
  const sums = { confab: [], peer: [] };
  for (let round = 0; round < 4; round += 1) {
    await withBoth(core, { loaded, conversations }, async ({ confab, peer }) => {
      const row = (i) => messageRow(WATCHED, target(i), loaded + 1 + i, what === 'edits' ? edited : reacted);
      const reaction = (i) => ({
        message_id: messageId(target(i)),
        type: 'like',
        score: 1,
        user_id: userId(1),
        user: peerUser(1),
        created_at: timeOf(loaded + i),
        updated_at: timeOf(loaded + i),
      });
      const peerSide =
        what === 'edits'
          ? {
              make: (i) =>
                arrived(peerMessage(target(i), { text: edited.content, updated_at: timeOf(loaded + i) })),
              run: peer.edit,
            }
          : {
              make: (i) =>
                arrived([
                  reaction(i),
                  peerMessage(target(i), { latest_reactions: [reaction(i)], reaction_counts: { like: 1 } }),
                ]),
              run: ([one, message]) => peer.react(one, message),
            };
      const times = await inTurns(
        {
          confab: { make: (i) => arrived(messageEvent(row(i))), run: confab.receive, rest: confab.rest },
          peer: peerSide,
        },
        { count, block: 100 },
      );
      const last = confab.shown()[target(count - 1) - 1];
      expect(last?.seq === target(count - 1), 'the window has moved');
      expect(what === 'edits' ? last.editedAt !== null : last.reactions.length === 1, 'a change is missing');
      if (round > 0) for (const side of ['confab', 'peer']) sums[side].push(sum(times[side]) / 1000);
    });
  }
  return { confab: statistics(sums.confab), peer: statistics(sums.peer) };
}

/** A session that receives all its messages one by one: what the last ones cost, and hold, against the first. */
export async function measureLongSession(core, { early, late, conversations }) {
  const confab = await openConfab(core, { loaded: 50, conversations });
  const peer = openPeer({ loaded: 50 });
  let seq = 50;
  const next = () => arrived(messageEvent(messageRow(WATCHED, (seq += 1))));
  const receiveUntil = async (count) => {
    while (seq < count) {
      confab.receive(next());
      if (seq % 50 === 0) await confab.rest();
    }
  };
  const sample = async () => {
    const { confab: times } = await inTurns(
      { confab: { make: next, run: confab.receive, rest: confab.rest } },
      { count: 200 },
    );
    return statistics(times);
  };
  await receiveUntil(early);
  const before = heapUsed();
  const atEarly = await sample();
  await receiveUntil(late);
  const atLate = await sample();
  const held = heapUsed() - before;
  expect(confab.shown().at(-1)?.seq === seq, 'the last message is not shown');
  const shown = confab.shown().length;
  confab.close();

  // The peer keeps all; it is given most of them at once, which takes minutes one by one.
  const grown = openPeer({ loaded: late });
  const peerTimes = [];
  for (let i = 0; i < 40; i += 1) {
    const message = arrived(peerMessage(late + 1 + i));
    const began = performance.now();
    grown.receive(message);
    peerTimes.push((performance.now() - began) * 1000);
  }
  expect(peer.shown().length === 50 && grown.shown().length === late + 40, 'the peer lost messages');
  return { atEarly, atLate, peer: statistics(peerTimes), shown, heldBytesPerMessage: held / (late - early) };
}

/** Bytes that a loaded message keeps on the heap beyond its text. */
export async function measureMemory(core, { loaded, conversations }) {
  const textBytes = 60;
  const perMessage = { confab: [], peer: [] };
  // Whatever the first client brings along for good is not the messages'.
  (await openConfab(core, { loaded: 50, conversations })).close();
  openPeer({ loaded: 50 });
  for (let round = 0; round < 3; round += 1) {
    const few = await heldBy(() => openConfab(core, { loaded: 50, total: loaded, conversations }));
    const many = await heldBy(() => openConfab(core, { loaded, conversations }));
    perMessage.confab.push((many - few) / (loaded - 50) - textBytes);
    const peerFew = await heldBy(() => openPeer({ loaded: 50 }));
    const peerMany = await heldBy(() => openPeer({ loaded }));
    perMessage.peer.push((peerMany - peerFew) / (loaded - 50) - textBytes);
  }
  return { confab: medianOf(perMessage.confab), peer: medianOf(perMessage.peer) };
}

async function heldBy(open) {
  const before = heapUsed();
  const opened = await open();
  opened.shown();
  const held = heapUsed() - before;
  opened.close?.();
  return held;
}

function sum(values) {
  return values.reduce((total, value) => total + value, 0);
}
