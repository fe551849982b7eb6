import { describe, expect, it } from 'vitest';
import { auditConversation } from '../lib/conversation-audit.mjs';

/** @param {string} names */
const rows = (names) => names.split('').map((name) => ({ id: name, content: `text ${name}` }));
const sent = rows('abc').map((row) => ({ ...row, sender: row.id === 'b' ? 'bob' : 'alice' }));
/** @param {{ database?: string, alice?: string, bob?: string }} shown */
const audit = ({ database = 'abc', alice = 'abc', bob = 'abc' }) =>
  auditConversation({
    sent,
    database: rows(database),
    views: [
      { user: 'alice', messages: rows(alice) },
      { user: 'bob', messages: rows(bob) },
    ],
  });

describe('the audit of a conversation', () => {
  it('T5 counts what each view shows of the others', () => {
    expect(audit({})).toEqual({ delivered: 3, lost: 0, duplicated: 0, reordered: 0 });
  });

  it('T5 finds what is missing in the database and in a view', () => {
    expect(audit({ database: 'ab' })).toMatchObject({ lost: 1 });
    expect(audit({ bob: 'ac' })).toMatchObject({ lost: 1, delivered: 3 });
    expect(audit({ bob: 'bc' })).toMatchObject({ lost: 1, delivered: 2 });
  });

  it('T5 finds a message shown twice', () => {
    expect(audit({ alice: 'abbc' })).toMatchObject({ duplicated: 1 });
  });

  it('T5 finds a text stored twice under two ids', () => {
    const database = [...rows('abc'), { id: 'd', content: 'text c' }];
    expect(auditConversation({ sent, database, views: [] })).toMatchObject({ duplicated: 1, lost: 0 });
  });

  it('T5 finds messages in another order than the database or their sender gave them', () => {
    expect(audit({ bob: 'bac' })).toMatchObject({ reordered: 1 });
    expect(audit({ database: 'cab', alice: 'cab', bob: 'cab' })).toMatchObject({ reordered: 1 });
  });
});
