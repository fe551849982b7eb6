import { expect } from 'vitest';

import { query } from './database.js';

/** What the database says is unread, and what a recount over the rows finds, by member. Takes conversation ids as $1. */
export const recountSql = `
  select m.conversation_id, m.user_id,
         v.unread, v.unread_mentions, v.unread_threads,
         r.unread as counted_unread, r.mentions as counted_mentions, t.unread as counted_threads
  from confab.members m
  join confab_private.memberships v on v.conversation_id = m.conversation_id and v.user_id = m.user_id
  cross join lateral (
    select count(*)::integer as unread,
           count(*) filter (
             where x.mentions_everyone or m.user_id = any (coalesce(x.mentioned_user_ids, '{}'))
           )::integer as mentions
    from confab.messages x
    where x.conversation_id = m.conversation_id
      and x.seq > m.unread_after_seq
      and x.seq >= m.visible_from_seq
      and x.thread_root_id is null
      and x.counts
      and x.sender_id is distinct from m.user_id
      and x.deleted_at is null
      and not exists (
        select 1 from confab.hidden_messages h where h.user_id = m.user_id and h.message_id = x.id and h.is_hidden
      )
  ) r
  cross join lateral (
    select count(*)::integer as unread
    from confab.threads f
    join confab.messages root on root.id = f.root_id and root.seq >= m.visible_from_seq
    where f.user_id = m.user_id
      and f.conversation_id = m.conversation_id
      and f.is_following
      and exists (
        select 1 from confab.messages x
        where x.thread_root_id = f.root_id and x.seq > f.last_read_seq and x.deleted_at is null
      )
  ) t
  where m.conversation_id = any ($1) and m.state = 'joined'`;

/** The members of whom a count is wrong. */
export const miscountSql = `
  select * from (${recountSql}) c
  where unread <> counted_unread or unread_mentions <> counted_mentions or unread_threads <> counted_threads`;

export async function expectRecount(ids: string[]): Promise<void> {
  expect((await query(recountSql, [ids])).length).toBeGreaterThan(0);
  expect(await query(miscountSql, [ids])).toEqual([]);
}

/** What is wrong with the numbers of conversations: nothing, where seq and version are what rule D3 says. */
export function misnumbered(ids: string[]): Promise<{ id: string }[]> {
  return query(
    `select c.id
     from confab.conversations c
     left join lateral (
       select count(*) as messages, count(distinct m.seq) as seqs, coalesce(max(m.seq), 0) as last_seq,
              count(distinct m.version) as versions, coalesce(max(m.version), 0) as last_version,
              bool_and(m.counted = m.recounted) as is_counted, coalesce(max(m.recounted), 0) as counted,
              bool_and(m.created_at > m.previous_at or m.previous_at is null) as is_growing
       from (
         select o.*,
                count(*) filter (where o.counts) over (order by o.seq) as recounted,
                lag(o.created_at) over (order by o.seq) as previous_at
         from confab.messages o
         where o.conversation_id = c.id
       ) m
     ) n on true
     where c.id = any ($1)
       and (
         n.messages <> c.last_seq or n.seqs <> c.last_seq or n.last_seq <> c.last_seq
         or n.versions <> n.messages or n.last_version <> c.version
         or not coalesce(n.is_counted, true) or n.counted <> c.counted
         or not coalesce(n.is_growing, true)
       )`,
    [ids],
  );
}
