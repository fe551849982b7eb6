-- The same messages, those of conversations of two, as the triggers of the baseline would have left them. Ids are the
-- same as Confab's, in the order of time, which is kinder to its indexes than the random ones it makes itself; and a
-- status that was read is written once, not inserted and then updated, which spares it the dead rows.

set local search_path = baseline;
set local work_mem = '256MB';

insert into users_v2 (id, name, avatar_url)
select p.id, p.display_name, p.avatar_url from confab.profiles p;

insert into conversations_v2 (id, user1_id, user2_id, created_at)
select c.id, c.direct_low, c.direct_high, c.created_at
from confab.conversations c
where c.direct_low is not null
order by md5(c.id::text);

alter table messages_v2 disable trigger user;
insert into messages_v2 (
  id, conversation_id, sender_id, content, is_edited, edited_at, reply_to_id, created_at, updated_at, deleted_at
)
select
  m.id, m.conversation_id, m.sender_id, m.content, m.is_edited,
  case when m.is_edited then m.at + interval '1 minute' end,
  -- It has no threads: what answers in one is a reply here.
  coalesce(m.thread_root_id, m.reply_to_id),
  m.at, m.at,
  case when m.is_deleted then m.at + interval '1 hour' end
from bench.messages m
where m.size = 2
order by m.at;
alter table messages_v2 enable trigger user;

insert into message_read_status_v2 (message_id, user_id, is_read, read_at, created_at)
select
  m.id, b.user_id, m.seq <= b.last_read_seq,
  case when m.seq <= b.last_read_seq then m.at + interval '5 minutes' end,
  m.at
from bench.messages m
join bench.members b on b.conversation = m.conversation and b.user_id <> m.sender_id
where m.size = 2
order by m.at;

update conversations_v2 c
set last_message_id = m.id, last_message_at = m.at
from bench.messages m
where m.conversation_id = c.id and m.seq = m.messages;
