-- The drawn data set in Confab's own tables, by their owner: what the functions would have left behind, counters
-- included (check.sql recounts them). Indexes, keys and triggers are in place meanwhile, as they are in production.

set local work_mem = '256MB';

insert into confab.conversations (
  id, kind, title, direct_low, direct_high, created_by, created_at, last_activity_at, last_message_at, last_seq,
  last_timeline_seq, last_thread_seq, last_mention_seq, last_deleted_seq, version, counted, member_count
)
select
  c.id,
  case when c.size = 2 then 'direct' else 'group' end,
  case when c.size > 2 then 'Group ' || c.n end,
  case when c.size = 2 then least(low.id, high.id) end,
  case when c.size = 2 then greatest(low.id, high.id) end,
  low.id,
  timestamptz '2024-12-31',
  m.last_activity_at, m.last_message_at, m.last_seq, m.last_timeline_seq, m.last_thread_seq, m.last_mention_seq,
  m.last_deleted_seq, m.version, m.counted, c.size
from bench.conversations c
join bench.users low on low.n = c.members[1]
join bench.users high on high.n = c.members[2]
join (
  select
    conversation, max(seq) as last_seq, greatest(max(version), max(seq)) as version, max(counted) as counted,
    max(at) as last_message_at,
    max(at) filter (where not is_thread_reply) as last_activity_at,
    max(seq) filter (where not is_thread_reply) as last_timeline_seq,
    coalesce(max(seq) filter (where is_thread_reply), 0) as last_thread_seq,
    coalesce(max(seq) filter (where mentioned_user_ids is not null and not is_thread_reply), 0) as last_mention_seq,
    coalesce(max(seq) filter (where is_deleted and not is_thread_reply), 0) as last_deleted_seq
  from bench.messages
  group by conversation
) m on m.conversation = c.n
order by md5(c.id::text);

insert into confab.members (
  conversation_id, user_id, role, last_read_seq, last_delivered_seq, last_sent_seq, unread_after_seq,
  unread_after_counted, joined_at
)
select
  b.conversation_id, b.user_id, case when b.is_first and b.size > 2 then 'owner' else 'member' end,
  b.last_read_seq, greatest(b.last_read_seq, c.messages), b.last_sent_seq, b.last_read_seq, coalesce(m.counted, 0),
  timestamptz '2024-12-31'
from bench.members b
join bench.conversations c on c.n = b.conversation
left join bench.messages m on m.conversation = b.conversation and m.seq = b.last_read_seq
order by md5(b.user_id::text || b.conversation_id::text);

insert into confab.messages (
  id, conversation_id, seq, version, counted, sender_id, reply_to_id, thread_root_id, created_at, edited_at, deleted_at,
  deleted_by, counts, kind, content, data, mentioned_user_ids, reactions, thread
)
select
  m.id, m.conversation_id, m.seq, m.version, m.counted, m.sender_id, m.reply_to_id, m.thread_root_id, m.at,
  case when m.is_edited then m.at + interval '1 minute' end,
  case when m.is_deleted then m.at + interval '1 hour' end,
  case when m.is_deleted then m.sender_id end,
  not m.is_thread_reply, 'text',
  case when not m.is_deleted then m.content end, '{}',
  m.mentioned_user_ids, m.reactions, m.thread
from bench.messages m
order by m.at;

insert into confab.reactions (message_id, emoji, user_id, created_at)
select message_id, emoji, user_id, created_at from bench.reactions order by created_at;

insert into confab.mentions (user_id, conversation_id, seq)
select m.mentioned_user_ids[1], m.conversation_id, m.seq
from bench.messages m
where m.mentioned_user_ids is not null
order by m.at;

insert into confab.message_versions (message_id, number, content, data, replaced_at)
select m.id, 1, m.content, '{}', m.at + interval '1 minute'
from bench.messages m
where m.is_edited and not m.is_deleted
order by m.at;

insert into confab.threads (user_id, root_id, conversation_id, last_read_seq)
select t.user_id, t.root_id, t.conversation_id, max(t.last_seq)
from (
  select m.sender_id as user_id, m.id as root_id, m.conversation_id, (m.thread ->> 'last_reply_seq')::bigint as last_seq
  from bench.messages m
  where m.thread is not null
  union all
  select p.id::uuid, m.id, m.conversation_id, (m.thread ->> 'last_reply_seq')::bigint
  from bench.messages m, jsonb_array_elements_text(m.thread -> 'participant_ids') p (id)
  where m.thread is not null
) t
group by t.user_id, t.root_id, t.conversation_id;

-- A reader looks at every third message of somebody else as it comes, and at the rest together with it.
insert into confab_private.read_log (member_number, seq, read_at)
select v.number, m.seq, m.at + interval '5 minutes'
from bench.members b
join confab.members v on v.conversation_id = b.conversation_id and v.user_id = b.user_id
join bench.messages m on m.conversation = b.conversation and m.seq <= b.last_read_seq and m.sender_id <> b.user_id
where ('x' || substr(md5(m.id::text || b.user_id::text), 1, 4))::bit(16)::int % 3 = 0
order by m.at;

-- The limit must not stop the measured calls; the bucket is still locked and charged with every message.
update confab_private.settings set rate_limit_burst = 1000000000, rate_limit_per_second = 1000000;
