import { describe, expect, it } from 'vitest';
import { hide, mergeMessage } from '../../../src/cache/merge-message';
import type { ReactionRecord } from '../../../src/model/records';
import { ALICE, BOB, edited, message } from '../support/rows';

const reaction = (emoji: string, own: boolean | null, over: Partial<ReactionRecord> = {}) => ({
  emoji,
  count: 12,
  userIds: [BOB],
  own,
  ...over,
});
const owns = (row: ReturnType<typeof message>) => row.reactions.map(({ emoji, own }) => [emoji, own]);

describe('two states of a message', () => {
  it('E6.10 the newer one is the message, whatever the order', () => {
    const old = message(1);
    const next = edited(old, 2);
    expect(mergeMessage(undefined, next)).toBe(next);
    expect(mergeMessage(old, next)).toBe(next);
    expect(mergeMessage(next, old)).toBe(next);
    expect(mergeMessage(message(2), next)).toBe(next);
  });

  it('E6.10 the same one again keeps its reference', () => {
    const known = message(1, { reactions: [reaction('a', true)], isHidden: false });
    expect(mergeMessage(known, structuredClone(known))).toBe(known);
    expect(mergeMessage(known, message(1, { reactions: [reaction('a', null)] }))).toBe(known);
  });

  it('E6.3 what an event does not say of the reader stays as known, for each emoji', () => {
    const replyTo = {
      id: BOB,
      seq: 1,
      version: 1,
      senderId: ALICE,
      kind: 'text',
      content: 'x',
      deletedAt: null,
    };
    const known = message(2, {
      reactions: [reaction('a', true), reaction('b', false)],
      isHidden: false,
      replyTo,
    });
    const event = message(2, {
      version: 3,
      reactions: [reaction('b', null), reaction('a', null), reaction('c', null)],
    });
    const merged = mergeMessage(known, event);
    expect(merged).toMatchObject({ version: 3, isHidden: false, replyTo });
    expect(owns(merged)).toEqual([
      ['b', false],
      ['a', true],
      ['c', null],
    ]);
  });

  it('E6.3 a list of everybody who reacted says it by itself', () => {
    const known = message(2, { reactions: [reaction('a', true, { count: 1, userIds: [ALICE] })] });
    const event = message(2, { version: 3, reactions: [reaction('a', null, { count: 1, userIds: [BOB] })] });
    expect(owns(mergeMessage(known, event))).toEqual([['a', null]]);
  });

  it('E6.3 the same version that says more takes the place of one that says less', () => {
    const event = message(2, { version: 3, reactions: [reaction('a', null)] });
    const answer = message(2, { version: 3, reactions: [reaction('a', true)], isHidden: false });
    expect(mergeMessage(event, answer)).toBe(answer);
    const hidden = hide(answer);
    expect(mergeMessage(event, hidden)).toEqual(hidden);
  });

  it('D5 what is shown again is not hidden by a page of before, nor shown by one that is newer than its hiding', () => {
    const shown = message(2, { version: 3, isHidden: false });
    expect(mergeMessage(shown, hide(shown))).toBe(shown);
    // A newer state without what it says can only be shown as hidden.
    expect(mergeMessage(shown, hide(edited(shown, 4)))).toMatchObject({ version: 4, isHidden: true });
  });

  it('D5 what I have deleted for myself stays so, whatever happens to it', () => {
    const hidden = hide(message(2, { reactions: [reaction('a', true)] }));
    expect(hidden).toMatchObject({ content: null, data: {}, reactions: [], isHidden: true });
    expect(mergeMessage(hidden, message(2))).toBe(hidden);
    expect(mergeMessage(hidden, edited(message(2), 3))).toMatchObject({
      version: 3,
      isHidden: true,
      content: null,
    });
  });
});
