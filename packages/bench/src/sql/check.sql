-- One row per counter that a recount contradicts; none is what the generator must leave.

select 'conversations' as what, c.id::text as id
from confab.conversations c
left join (
  select
    conversation_id, count(*) as messages, max(seq) as last_seq, max(version) as version,
    count(distinct version) as versions, count(*) filter (where counts) as counted,
    max(seq) filter (where thread_root_id is null) as last_timeline_seq,
    max(created_at) filter (where thread_root_id is null) as last_activity_at
  from confab.messages
  group by conversation_id
) m on m.conversation_id = c.id
where (m.messages, m.last_seq, m.versions, m.counted, m.last_timeline_seq, m.last_activity_at)
      is distinct from (c.last_seq, c.last_seq, c.last_seq, c.counted, c.last_timeline_seq, c.last_activity_at)
   or c.version < m.version
   or c.member_count is distinct from (
     select count(*) from confab.members b where b.conversation_id = c.id and b.state = 'joined'
   )
union all
select 'unread', s.user_id || ' in ' || s.conversation_id
from (select * from confab.members where user_id = md5('user 1')::uuid or random() < 0.05) s
join confab_private.memberships v on v.conversation_id = s.conversation_id and v.user_id = s.user_id
where v.unread <> (
  select count(*)
  from confab.messages m
  where m.conversation_id = s.conversation_id
    and m.seq > s.last_read_seq
    and m.counts
    and m.deleted_at is null
    and m.sender_id is distinct from s.user_id
)
union all
select 'baseline unread', u.id::text
from bench.users u
where u.n <= 50
  and baseline.get_unread_message_count_v2(u.id) <> (
    select count(*)
    from bench.members b
    join bench.messages m on m.conversation = b.conversation and m.seq > b.last_read_seq
    where b.user_id = u.id and b.size = 2 and m.sender_id <> u.id and not m.is_deleted
  )
