import { describe, expect, it } from 'vitest';
import { overlayConversation, type ConversationContext } from '../../../src/cache/conversation-overlay';
import { hide } from '../../../src/cache/merge-message';
import { createMessageOverlay } from '../../../src/cache/message-overlay';
import type { Mutation } from '../../../src/model/mutation';
import type { PendingMutation } from '../../../src/model/pending';
import type { ReactionRecord } from '../../../src/model/records';
import { edit, error, pending, remove, send } from '../support/mutations';
import {
  ALICE,
  BOB,
  CAROL,
  conversation,
  CONVERSATION,
  deleted,
  member,
  membersOfConversation,
  message,
  profile,
  uuid,
} from '../support/rows';

const DAY_ISO = '2030-01-02T00:00:00.000Z';

const overlay = () => createMessageOverlay({ kinds: {}, currentUserId: ALICE, profile: () => null });

type ToMessage = Extract<
  Mutation['type'],
  'hide_message' | 'unhide_message' | 'pin_message' | 'unpin_message'
>;
const change = (type: ToMessage, messageId: string, n = 90) =>
  pending({ type, id: uuid(n), conversation_id: CONVERSATION, args: { message_id: messageId } });
const react = (isOn: boolean, messageId: string, emoji = '👍', n = 91) =>
  pending({
    type: isOn ? 'add_reaction' : 'remove_reaction',
    id: uuid(n),
    conversation_id: CONVERSATION,
    args: { message_id: messageId, emoji },
  });
const reactionOf = (
  emoji: string,
  userIds: readonly string[],
  own: boolean | null = null,
): ReactionRecord => ({
  emoji,
  count: userIds.length,
  userIds,
  own,
});

describe('pending changes of messages', () => {
  const row = message(1);
  const show = (record: typeof row, ...changes: PendingMutation[]) =>
    overlay().messages({ pages: [[record]] }, changes);

  it('E5.4 a reaction of mine shows at once, and another one beside those of others', () => {
    expect(show(row, react(true, row.id))[0]?.reactions).toEqual([
      { emoji: '👍', count: 1, userIds: [ALICE], isOwn: true },
    ]);
    const liked = message(1, { reactions: [reactionOf('👍', [BOB]), reactionOf('🎉', [BOB])] });
    expect(show(liked, react(true, liked.id))[0]?.reactions).toEqual([
      { emoji: '👍', count: 2, userIds: [BOB, ALICE], isOwn: true },
      { emoji: '🎉', count: 1, userIds: [BOB], isOwn: false },
    ]);
  });

  it('E5.4 a reaction taken back is gone at once, with its emoji when it was the last', () => {
    const liked = message(1, { reactions: [reactionOf('👍', [ALICE, BOB]), reactionOf('🎉', [ALICE])] });
    expect(show(liked, react(false, liked.id), react(false, liked.id, '🎉', 92))[0]?.reactions).toEqual([
      { emoji: '👍', count: 1, userIds: [BOB], isOwn: false },
    ]);
  });

  it('E5.4 a reaction that is there already, or gone already, changes not even the reference', () => {
    const view = overlay();
    const liked = message(1, { reactions: [reactionOf('👍', [ALICE])] });
    const pages = { pages: [[liked]] };
    const [plain] = view.messages(pages, []);
    expect(view.messages(pages, [react(true, liked.id)])[0]).toBe(plain);
    expect(view.messages(pages, [react(false, liked.id, '🎉')])[0]).toBe(plain);
  });

  it('E5.4 my reaction beyond the ten who are listed is told by isOwn', () => {
    const ten = Array.from({ length: 10 }, (_, i) => uuid(500 + i));
    const liked = message(1, { reactions: [reactionOf('👍', ten, false)] });
    expect(show(liked, react(true, liked.id))[0]?.reactions).toEqual([
      { emoji: '👍', count: 11, userIds: ten, isOwn: true },
    ]);
  });

  it('E5.5 a pin shows at once and an unpin takes it away', () => {
    expect(show(row, change('pin_message', row.id))[0]).toMatchObject({ pinnedAt: DAY_ISO, pinnedBy: ALICE });
    const pinned = message(1, { pinnedAt: DAY_ISO, pinnedBy: BOB });
    expect(show(pinned, change('unpin_message', row.id))[0]).toMatchObject({
      pinnedAt: null,
      pinnedBy: null,
    });
    expect(show(pinned, change('pin_message', row.id))[0]).toMatchObject({ pinnedBy: BOB });
  });

  it('E5.6 what one hides leaves the view at once, also with other changes pending on it', () => {
    const other = message(2);
    const shown = overlay().messages({ pages: [[row, other]] }, [
      pending(edit(93, row.id)),
      change('hide_message', row.id),
      react(true, row.id),
    ]);
    expect(shown.map(({ id }) => id)).toEqual([other.id]);
  });

  it('E5.6 what one shows again is back with all that is pending on it: the last word counts', () => {
    const words = [change('hide_message', row.id, 90), change('unhide_message', row.id, 91)];
    const edited = pending(edit(93, row.id));
    const [shown] = show(row, ...words, edited);
    expect(shown).toEqual(show(row, edited)[0]);
    expect(show(row, ...words, change('hide_message', row.id, 92), edited)).toEqual([]);
    // Without what it says there is nothing to show.
    expect(show(hide(row), change('unhide_message', row.id))).toEqual([]);
  });

  it('E5.7 nothing is laid over what somebody has deleted meanwhile', () => {
    const gone = deleted(row, 4);
    const [shown] = show(gone, react(true, row.id), change('pin_message', row.id));
    expect(shown).toMatchObject({ reactions: [], pinnedAt: null, content: null });
  });

  it('E5.7 what was refused is laid over nothing, and says why', () => {
    const refused = {
      ...change('pin_message', row.id),
      status: 'failed' as const,
      error: error('forbidden'),
    };
    expect(show(row, refused)[0]).toMatchObject({ pinnedAt: null, error: { code: 'forbidden' } });
  });

  it('E5.3 an edit takes its mentions with it, and keeps those it does not name', () => {
    const mentioning = message(1, { mentionedUserIds: [BOB] });
    expect(show(mentioning, pending(edit(94, row.id)))[0]).toMatchObject({ mentionedUserIds: [BOB] });
    const named = edit(95, row.id);
    const args = { ...named.args, mentioned_user_ids: [CAROL], mentions_everyone: true };
    expect(show(mentioning, pending({ ...named, args }))[0]).toMatchObject({
      mentionedUserIds: [CAROL],
      mentionsEveryone: true,
    });
  });

  it('E5.8 replies go to their thread and not to the timeline', () => {
    const reply = pending(send(96, CONVERSATION, { thread_root_id: row.id }));
    const view = overlay();
    expect(view.messages({ pages: [[row]] }, [reply])).toHaveLength(1);
    expect(
      view.messages(undefined, [reply, pending(send(97))], { threadRootId: row.id }).map(({ id }) => id),
    ).toEqual([uuid(96)]);
  });

  it('E5.2 a list that differs in one page keeps every other message', () => {
    const view = overlay();
    const timeline = { threadRootId: null };
    const pages = [0, 1, 2].map((p) => [1, 2, 3].map((n) => message(p * 3 + n)));
    const [first = [], second = [], third = []] = pages;
    const before = view.messages({ pages }, [], timeline);
    const changed = [
      first,
      [second[0] ?? row, message(5, { content: 'new', version: 99 }), second[2] ?? row],
      third,
    ];
    const after = view.messages({ pages: changed }, [], timeline);
    expect(after.map(({ content }) => content)).toEqual([
      'm1',
      'm2',
      'm3',
      'm4',
      'new',
      'm6',
      'm7',
      'm8',
      'm9',
    ]);
    expect(after.filter((shown, i) => shown !== before[i])).toHaveLength(1);
    expect(view.messages({ pages: [first] }, [], timeline).map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(view.messages({ pages: [first, second, third, [message(10)]] }, [], timeline)).toHaveLength(10);
    // Deletions keep their place.
    expect(view.messages({ pages }, [pending(remove(98, uuid(2)))])).toHaveLength(9);
  });
});

describe('pending changes of conversations', () => {
  const context: ConversationContext<Record<never, never>> = {
    currentUserId: ALICE,
    members: membersOfConversation(member(BOB), member(ALICE)),
    profiles: { [ALICE]: profile(ALICE), [BOB]: profile(BOB), [CAROL]: profile(CAROL) },
    overlay: overlay(),
    window: () => undefined,
  };
  const record = conversation({ memberCount: 2 });
  const write = <T extends Mutation['type']>(type: T, args: Extract<Mutation, { type: T }>['args'], n = 80) =>
    pending({ type, id: uuid(n), conversation_id: CONVERSATION, args } as Mutation);
  const show = (...changes: PendingMutation[]) => overlayConversation(record, changes, context);

  it('E5.9 what is changed for all shows at once, and an emptied title gives way to the names', () => {
    const changed = show(
      write('update_conversation', {
        changes: { title: 'New', description: 'd', avatar_url: 'a', data: { a: 1 }, is_locked: true },
      }),
      write('update_conversation', { changes: { slow_mode_seconds: 5, id: 'x', nonsense: 1 } }, 81),
    );
    expect(changed).toMatchObject({
      id: CONVERSATION,
      title: 'New',
      name: 'New',
      description: 'd',
      avatarUrl: 'a',
      data: { a: 1 },
      isLocked: true,
      slowModeSeconds: 5,
    });
    expect(show(write('update_conversation', { changes: { title: null } }))).toMatchObject({
      title: null,
      name: profile(BOB).displayName,
    });
  });

  it('E5.9 how one keeps it shows at once, the last word counting', () => {
    const changes = { is_pinned: true, is_archived: true, muted_until: 'infinity' };
    expect(show(write('set_membership', { changes }))).toMatchObject({
      isPinned: true,
      isArchived: true,
      isHidden: false,
      mutedUntil: 'infinity',
    });
    const back = { is_pinned: false, muted_until: null };
    expect(
      show(write('set_membership', { changes }), write('set_membership', { changes: back }, 81)),
    ).toMatchObject({
      isPinned: false,
      isArchived: true,
      mutedUntil: null,
    });
  });

  it('E5.9 what one hides or leaves is hidden, and shown again when leaving was refused', () => {
    expect(show(write('set_membership', { changes: { is_hidden: true } })).isHidden).toBe(true);
    const leaving = write('leave_conversation', {});
    expect(show(leaving).isHidden).toBe(true);
    expect(show({ ...leaving, status: 'failed', error: error('last_owner') }).isHidden).toBe(false);
  });

  it('E5.10 members who are added, removed or given a role are shown so', () => {
    const added = show(write('add_members', { user_ids: [CAROL, BOB] }));
    expect(added.members.map(({ userId }) => userId)).toEqual([ALICE, BOB, CAROL]);
    expect(added).toMatchObject({
      memberCount: 3,
      members: [{}, {}, { profile: { id: CAROL }, role: 'member' }],
    });
    const removed = show(write('remove_member', { user_id: BOB }));
    expect(removed.members.map(({ userId }) => userId)).toEqual([ALICE]);
    expect(removed.memberCount).toBe(1);
    // Confirmed, it is counted already, and stays in the overlay until the members have come.
    const confirmed = show({ ...write('remove_member', { user_id: BOB }), status: 'confirmed' });
    expect(confirmed.members.map(({ userId }) => userId)).toEqual([ALICE]);
    expect(confirmed.memberCount).toBe(record.memberCount);
    expect(show(write('set_role', { user_id: BOB, role: 'admin' })).members).toMatchObject([
      { role: 'member' },
      { role: 'admin' },
    ]);
  });
});
