import { describe, expect, it, vi } from 'vitest';
import * as z from 'zod/mini';
import { createMessageOverlay } from '../../../src/cache/message-overlay';
import { hide } from '../../../src/cache/merge-message';
import { joinWindows, openWindow, putMessage, type MessageWindow } from '../../../src/cache/message-window';
import type { PendingMutation } from '../../../src/model/pending';
import type { Message } from '../../../src/model/view';
import { createSeededRandom } from '../../../src/testing/seeded-random';
import { edit, markRead, pending, remove, send } from '../support/mutations';
import {
  ALICE,
  BOB,
  CONVERSATION,
  deleted,
  edited,
  history,
  message,
  range,
  time,
  uuid,
} from '../support/rows';

const kinds = { daily_note: z.object({ mood: z.string() }) };
const DAY = Date.UTC(2030, 0, 2);
const DAY_ISO = '2030-01-02T00:00:00.000Z';

const timeline = { threadRootId: null };

const newOverlay = (currentUserId: string | null = ALICE) =>
  createMessageOverlay({
    kinds,
    currentUserId,
    profile: (id) => ({ id, displayName: `name of ${id.slice(-1)}`, avatarUrl: null, isDeleted: false }),
  });

const windowOf = (from: number, to: number): MessageWindow =>
  openWindow(history(range(from, to), { covers: { from, to }, version: to }));

const contents = (messages: readonly Message[]) => messages.map(({ content }) => content);
const ids = (messages: readonly Message[]) => messages.map(({ id }) => id);

describe('a reply on its way', () => {
  it('E5.19 quotes what it answers as soon as that is loaded, and keeps its reference from then on', () => {
    const rows = new Map<string, ReturnType<typeof message>>();
    const overlay = createMessageOverlay({
      kinds,
      currentUserId: ALICE,
      profile: (id) => ({ id, displayName: 'Bob', avatarUrl: null, isDeleted: false }),
      loaded: (conversationId, threadRootId, id) =>
        conversationId === CONVERSATION && threadRootId === null ? rows.get(id) : undefined,
    });
    const answered = message(3, { content: '🦦'.repeat(300) });
    const reply = pending(send(1, CONVERSATION, { reply_to_id: answered.id }));
    const shown = () => overlay.messages(undefined, [reply], timeline)[0];
    const early = shown();
    expect(early).toMatchObject({ replyToId: answered.id, replyTo: null });
    rows.set(answered.id, answered);
    const late = overlay.pendingMessage(reply);
    expect(late.replyTo).toEqual({
      id: answered.id,
      seq: 3,
      senderId: BOB,
      sender: { id: BOB, displayName: 'Bob', avatarUrl: null, isDeleted: false },
      kind: 'text',
      content: '🦦'.repeat(200),
      deletedAt: null,
    });
    rows.clear();
    expect(overlay.pendingMessage(reply)).toBe(late);
  });
});

describe('confirmed rows', () => {
  it('E5.1 a row becomes a message of the view', () => {
    const row = message(3, {
      replyToId: uuid(1),
      threadRootId: uuid(2),
      occursOn: '2030-01-01',
      data: { a: 1 },
    });
    expect(newOverlay().message(row)).toEqual({
      kind: 'text',
      data: { a: 1 },
      id: row.id,
      conversationId: CONVERSATION,
      seq: 3,
      senderId: BOB,
      sender: { id: BOB, displayName: 'name of b', avatarUrl: null, isDeleted: false },
      isOwn: false,
      content: 'm3',
      replyToId: uuid(1),
      threadRootId: uuid(2),
      replyTo: null,
      thread: null,
      forwardedFromId: null,
      reactions: [],
      mentionedUserIds: [],
      mentionsEveryone: false,
      mentions: [],
      pinnedAt: null,
      pinnedBy: null,
      deletedBy: null,
      occursOn: '2030-01-01',
      countsAsUnread: true,
      createdAt: time(3),
      editedAt: null,
      deletedAt: null,
      status: 'sent',
      error: null,
      hasPendingChange: false,
    });
  });

  it('E5.1 shows what it answers, and who reacted; of me it is known from the row or the list', () => {
    const preview = { id: uuid(1), seq: 1, senderId: ALICE, kind: 'text', content: 'm1', deletedAt: null };
    const answered = { ...preview, version: 1 };
    const reactions = [true, false, null].map((own, i) => ({ emoji: `${i}`, count: 1, userIds: [BOB], own }));
    reactions.push({ emoji: '3', count: 2, userIds: [BOB, ALICE], own: null });
    const shown = newOverlay().message(message(3, { replyToId: uuid(1), replyTo: answered, reactions }));
    expect(shown.replyTo).toEqual({ ...preview, sender: expect.objectContaining({ id: ALICE }) });
    expect(shown.reactions.map(({ isOwn }) => isOwn)).toEqual([true, false, false, true]);
    expect(shown.reactions[0]).toEqual({ emoji: '0', count: 1, userIds: [BOB], isOwn: true });
  });

  it('D5 what I have deleted for myself is not in the view', () => {
    const held = putMessage(windowOf(1, 3), hide(message(2)), true);
    expect(contents(newOverlay().messages(held, []))).toEqual(['m1', 'm3']);
  });

  it('E5.1 knows what is mine, and what has lost its author', () => {
    expect(newOverlay().message(message(1, { senderId: ALICE })).isOwn).toBe(true);
    expect(newOverlay().message(message(1, { senderId: null }))).toMatchObject({
      isOwn: false,
      sender: null,
    });
    expect(newOverlay(null).message(message(1, { senderId: null })).isOwn).toBe(false);
  });

  it('E12 declared kinds are read by their schema; what does not fit is unreadable, with its data', () => {
    const overlay = newOverlay();
    const note = { kind: 'daily_note', data: { mood: 'fine', extra: 1 } };
    expect(overlay.message(message(1, note))).toMatchObject({ kind: 'daily_note', data: { mood: 'fine' } });
    const bad = { kind: 'daily_note', data: { mood: 7 } };
    expect(overlay.message(message(2, bad))).toMatchObject({ kind: 'unreadable', data: bad, content: 'm2' });
    const other = { kind: 'toString', data: { any: true } };
    expect(overlay.message(message(3, other))).toMatchObject(other);
  });

  it('E13.1 asks a schema once per row', () => {
    const check = vi.fn(() => true);
    const overlay = createMessageOverlay({
      kinds: { checked: z.object({}).check(z.refine(check)) },
      currentUserId: ALICE,
      profile: () => null,
    });
    const rows = range(1, 5).map((row) => ({ ...row, kind: 'checked' }));
    let window = openWindow(history(rows, { covers: { from: 1, to: 5 }, version: 5 }));
    overlay.messages(window, [], timeline);
    window = putMessage(window, message(6, { kind: 'checked' }), true);
    overlay.messages(window, [pending(send(1))], timeline);
    overlay.messages(window, [], timeline);
    expect(check).toHaveBeenCalledTimes(6);
  });

  it('E5.1 nothing loaded, nothing shown', () => {
    expect(newOverlay().messages(undefined, [])).toEqual([]);
  });
});

describe('references', () => {
  it('E13.1 every message keeps its reference while its row does', () => {
    const overlay = newOverlay();
    const before = windowOf(1, 250);
    const first = overlay.messages(before, [], timeline);
    const after = putMessage(before, edited(message(120), 251), true);
    const second = overlay.messages(after, [], timeline);
    const changed = second.filter((shown, i) => shown !== first[i]);
    expect(ids(changed)).toEqual([message(120).id]);
  });

  it('E13.1 an older page in front leaves the rest as it was', () => {
    const overlay = newOverlay();
    const newest = windowOf(51, 100);
    const first = overlay.messages(newest, [], timeline);
    const older = joinWindows(
      newest,
      openWindow(history(range(1, 50), { covers: { from: 1, to: 50 }, version: 100 })),
    );
    const second = overlay.messages(older, [], timeline);
    expect(second).toHaveLength(100);
    expect(second.slice(50).every((shown, i) => shown === first[i])).toBe(true);
  });

  it('E13.1 pages that are cut anew keep their messages', () => {
    const overlay = newOverlay();
    const rows = range(1, 30);
    const cut = (...at: number[]) =>
      [0, ...at].map((from, i) => rows.slice(from, at[i] ?? rows.length)).filter((page) => page.length > 0);
    const first = overlay.messages({ pages: cut(10, 20) }, [], timeline);
    for (const pages of [cut(15), cut(5, 6, 25), cut(1), cut()]) {
      const again = overlay.messages({ pages }, [], timeline);
      expect(again).toHaveLength(30);
      expect(again.every((shown, i) => shown === first[i])).toBe(true);
    }
  });

  it('E5.2 pending messages and messages under a pending change keep theirs too', () => {
    const overlay = newOverlay();
    const queue = [pending(send(1)), pending(edit(2, message(2).id)), pending(remove(3, message(3).id))];
    const window = windowOf(1, 3);
    const first = overlay.messages(window, queue, timeline);
    const grown = putMessage(window, message(4), true);
    const second = overlay.messages(grown, [...queue, pending(send(4))], timeline);
    for (const shown of first) expect(second).toContain(shown);
  });

  it('E5.2 a change that gets another status shows it', () => {
    const overlay = newOverlay();
    const change = edit(2, message(2).id);
    const window = windowOf(1, 3);
    expect(overlay.messages(window, [pending(change)])[1]).toMatchObject({ hasPendingChange: true });
    expect(overlay.messages(window, [pending(change, 'confirmed')])[1]).toMatchObject({
      hasPendingChange: false,
      content: 'e2',
    });
  });
});

describe('pending messages', () => {
  it('E5.3 come last, in the order they were queued, as the user wrote them', () => {
    const shown = newOverlay().messages(windowOf(1, 2), [pending(send(2)), pending(send(1))]);
    expect(contents(shown)).toEqual(['m1', 'm2', 's2', 's1']);
    expect(shown[2]).toEqual({
      kind: 'text',
      data: {},
      id: uuid(2),
      conversationId: CONVERSATION,
      seq: null,
      senderId: ALICE,
      sender: { id: ALICE, displayName: 'name of a', avatarUrl: null, isDeleted: false },
      isOwn: true,
      content: 's2',
      replyToId: null,
      threadRootId: null,
      replyTo: null,
      thread: null,
      forwardedFromId: null,
      reactions: [],
      mentionedUserIds: [],
      mentionsEveryone: false,
      mentions: [],
      pinnedAt: null,
      pinnedBy: null,
      deletedBy: null,
      occursOn: null,
      countsAsUnread: true,
      createdAt: DAY_ISO,
      editedAt: null,
      deletedAt: null,
      status: 'pending',
      error: null,
      hasPendingChange: false,
    });
  });

  it('E5.3 show what they answer, and data of their kind', () => {
    const over = {
      kind: 'daily_note',
      data: { mood: 'fine' },
      reply_to_id: uuid(7),
      mentioned_user_ids: [BOB],
      mentions_everyone: true,
    };
    const [shown] = newOverlay().messages(undefined, [
      pending(send(1, CONVERSATION, { ...over, content: null, occurs_on: '2030-01-01' })),
    ]);
    expect(shown).toMatchObject({
      kind: 'daily_note',
      data: { mood: 'fine' },
      replyToId: uuid(7),
      mentionedUserIds: [BOB],
      mentionsEveryone: true,
      occursOn: '2030-01-01',
      content: null,
    });
  });

  it('E5.8 replies in a thread are shown with their thread, and not in the timeline', () => {
    const reply = pending(send(1, CONVERSATION, { thread_root_id: uuid(8) }));
    expect(newOverlay().messages(windowOf(1, 2), [reply])).toHaveLength(2);
  });

  it('E4 refused ones stay, with their text and reason', () => {
    const [shown] = newOverlay().messages(undefined, [pending(send(1), 'failed')]);
    expect(shown).toMatchObject({ status: 'failed', content: 's1', error: { code: 'forbidden' } });
  });

  it('E2 confirmed ones stay until their row is there, under the same id, and then once', () => {
    const overlay = newOverlay();
    const queue = [pending(send(1), 'confirmed')];
    const before = overlay.messages(windowOf(1, 2), queue);
    expect(before.at(-1)).toMatchObject({ id: uuid(1), status: 'sent', seq: null });
    const row = message(3, { id: uuid(1), senderId: ALICE, content: 's1' });
    const window = putMessage(windowOf(1, 2), row, true);
    const after = overlay.messages(window, queue);
    expect(ids(after)).toEqual(ids(before));
    expect(after.at(-1)).toMatchObject({ seq: 3, status: 'sent' });
  });

  it('E2 a row that arrives before the answer to its push takes its place', () => {
    const row = message(3, { id: uuid(1), senderId: ALICE, content: 's1' });
    const window = putMessage(windowOf(1, 2), row, true);
    const shown = newOverlay().messages(window, [pending(send(1)), pending(send(2))]);
    expect(contents(shown)).toEqual(['m1', 'm2', 's1', 's2']);
    expect(shown[2]).toMatchObject({ seq: 3, status: 'sent' });
  });

  it('E5.3 other mutations add no message', () => {
    expect(newOverlay().messages(windowOf(1, 2), [pending(markRead(1, 2))])).toHaveLength(2);
  });
});

describe('pending changes', () => {
  const overlay = newOverlay();
  const show = (...queue: readonly PendingMutation[]) => overlay.messages(windowOf(1, 3), queue);

  it('E5.3 an edit is laid over its message and over no other', () => {
    const shown = show(pending(edit(9, message(2).id, 'new')));
    expect(contents(shown)).toEqual(['m1', 'new', 'm3']);
    expect(shown[1]).toMatchObject({ editedAt: DAY_ISO, hasPendingChange: true, status: 'sent', seq: 2 });
    expect(shown[0]).toMatchObject({ hasPendingChange: false });
  });

  it('E5.3 a deletion leaves a tombstone', () => {
    const shown = show(pending(remove(9, message(2).id)));
    expect(shown).toHaveLength(3);
    expect(shown[1]).toMatchObject({ content: null, deletedAt: DAY_ISO, hasPendingChange: true });
  });

  it('E5.3 later changes lie over earlier ones', () => {
    const id = message(2).id;
    expect(contents(show(pending(edit(8, id, 'one')), pending(edit(9, id, 'two'))))[1]).toBe('two');
    const shown = show(pending(edit(8, id, 'one')), pending(remove(9, id)));
    expect(shown[1]).toMatchObject({ content: null, deletedAt: DAY_ISO });
  });

  it('E5.3 changes of an unsent message show on it', () => {
    const shown = show(pending(send(7)), pending(edit(8, uuid(7), 'better')));
    expect(shown[3]).toMatchObject({ id: uuid(7), content: 'better', status: 'pending' });
    expect(show(pending(send(7)), pending(remove(8, uuid(7))))[3]).toMatchObject({ content: null });
  });

  it('E4 a refused change leaves the text as it is and says why', () => {
    expect(show(pending(edit(9, message(2).id), 'failed'))[1]).toMatchObject({
      content: 'm2',
      editedAt: null,
      hasPendingChange: false,
      error: { code: 'forbidden' },
    });
    expect(show(pending(remove(9, message(2).id), 'failed'))[1]).toMatchObject({
      content: 'm2',
      deletedAt: null,
    });
  });

  it('E5.12 confirmed data that arrives under a pending edit shows below it, and the edit stays on top', () => {
    const window = putMessage(windowOf(1, 3), edited(message(2), 4), true);
    const queue = [pending(edit(9, message(2).id, 'mine'))];
    expect(contents(overlay.messages(window, queue))[1]).toBe('mine');
    expect(contents(overlay.messages(window, []))[1]).toBe('v4');
  });

  it('E5.12 a deletion by another that arrives under a pending edit is not undone by it', () => {
    const window = putMessage(windowOf(1, 3), deleted(message(2), 4), true);
    const [, shown] = overlay.messages(window, [pending(edit(9, message(2).id, 'mine'))]);
    expect(shown).toMatchObject({ content: null, deletedAt: time(4), hasPendingChange: true });
  });

  it('E12 the data of an edit is read by the schema of the kind, also when the old data did not fit', () => {
    const row = message(1, { kind: 'daily_note', data: { mood: 7 } });
    const window = openWindow(history([row], { covers: { from: 1, to: 1 }, version: 1 }));
    const over = (data?: Record<string, unknown>) =>
      overlay.messages(window, [pending(edit(9, row.id, 'x', data))])[0];
    expect(over({ mood: 'better' })).toMatchObject({ kind: 'daily_note', data: { mood: 'better' } });
    expect(over({ mood: 8 })).toMatchObject({
      kind: 'unreadable',
      data: { kind: 'daily_note', data: { mood: 8 } },
    });
    expect(over()).toMatchObject({ kind: 'unreadable', data: { kind: 'daily_note', data: { mood: 7 } } });
  });

  it('E5.3 a change of a message that is not loaded shows nothing', () => {
    expect(contents(show(pending(edit(9, uuid(999)))))).toEqual(['m1', 'm2', 'm3']);
  });

  it('E5.3 laying over changes neither the window nor what was shown without it', () => {
    const window = windowOf(1, 3);
    const before = structuredClone(overlay.messages(window, []));
    overlay.messages(window, [pending(edit(9, message(2).id)), pending(remove(8, message(1).id))]);
    expect(overlay.messages(window, [])).toEqual(before);
  });
});

describe('any queue over any window', () => {
  it('E5.3 shows each message once: confirmed ones by seq, then the unsent in their order, with the last word on each', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const random = createSeededRandom(seed);
      const overlay = newOverlay();
      const rows = range(1, random.int(8)).map((row) =>
        // Some of the rows are of messages that are still in the queue.
        random.chance(0.3) ? { ...row, id: uuid(row.seq), senderId: ALICE } : row,
      );
      const window = openWindow(
        history(rows, { covers: { from: 1, to: rows.length }, version: rows.length }),
      );
      const sends = Array.from({ length: random.int(8) }, (_, i) => send(i + 1));
      const everyId = [...rows.map(({ id }) => id), ...sends.map(({ id }) => id)];
      const expected = new Map<string, string | null>(rows.map(({ id, content }) => [id, content]));
      for (const { id, args } of sends) if (!expected.has(id)) expected.set(id, args.content);
      const queue: PendingMutation[] = sends.map((mutation) => pending(mutation, 'pending', DAY));
      const gone = new Set<string>();
      for (let n = 100; everyId.length > 0 && n < 100 + random.int(6); n++) {
        const target = random.pick(everyId);
        if (random.chance(0.3)) {
          queue.push(pending(remove(n, target)));
          gone.add(target);
          expected.set(target, null);
        } else {
          queue.push(pending(edit(n, target)));
          if (!gone.has(target)) expected.set(target, `e${n}`);
        }
      }
      const shown = overlay.messages(window, queue);
      expect(
        shown.map(({ id, content }) => [id, content]),
        `seed ${seed}`,
      ).toEqual([...expected]);
    }
  });
});
