-- The JSON of each row on the wire, defined once. Views, not functions: they are expanded into the query that uses them.

create view confab_private.message_wire with (security_invoker = on) as
select
  m.id,
  m.conversation_id,
  m.seq,
  m.version,
  m.sender_id,
  jsonb_build_object(
    'id', m.id,
    'conversation_id', m.conversation_id,
    'seq', m.seq,
    'version', m.version,
    'sender_id', m.sender_id,
    'kind', m.kind,
    'content', m.content,
    'data', m.data,
    'reply_to_id', m.reply_to_id,
    'thread_root_id', m.thread_root_id,
    'occurs_on', m.occurs_on,
    'counts', m.counts,
    'created_at', m.created_at,
    'edited_at', m.edited_at,
    'deleted_at', m.deleted_at
  ) as wire
from confab.messages m;

comment on view confab_private.message_wire is 'A message as every function and event shows it.';

create view confab_private.member_wire with (security_invoker = on) as
select
  m.conversation_id,
  m.user_id,
  m.state,
  m.changed_xid,
  jsonb_build_object(
    'conversation_id', m.conversation_id,
    'user_id', m.user_id,
    'role', m.role,
    'state', m.state,
    'last_read_seq', m.last_read_seq,
    'last_delivered_seq', m.last_delivered_seq,
    'joined_at', m.joined_at,
    'left_at', m.left_at,
    'changed', m.changed_xid::text::bigint
  ) as wire
from confab.members m;

comment on view confab_private.member_wire is 'A member as every function and event shows it.';

create view confab_private.profile_wire with (security_invoker = on) as
select
  p.id,
  p.changed_xid,
  jsonb_build_object(
    'id', p.id,
    'display_name', p.display_name,
    'avatar_url', p.avatar_url,
    'last_seen_at', p.last_seen_at,
    'changed', p.changed_xid::text::bigint
  ) as wire
from confab.profiles p;

comment on view confab_private.profile_wire is 'A profile as every function and event shows it.';

create view confab_private.memberships with (security_invoker = on) as
select
  m.user_id,
  m.conversation_id,
  m.role,
  m.state,
  m.joined_xid,
  m.changed_xid as member_changed_xid,
  c.changed_xid as conversation_changed_xid,
  c.kind,
  c.last_seq,
  c.version,
  c.last_activity_at,
  c.member_count,
  (
    c.counted
    - m.last_read_counted
    - case when c.last_deleted_seq > m.last_read_seq then (
        select count(*)
        from confab.messages d
        where d.conversation_id = m.conversation_id
          and d.seq > m.last_read_seq
          and d.counts
          and d.deleted_at is not null
      ) else 0 end
    - case when m.last_sent_seq > m.last_read_seq then (
        select count(*)
        from confab.messages o
        where o.conversation_id = m.conversation_id
          and o.seq > m.last_read_seq
          and o.sender_id = m.user_id
          and o.counts
          and o.deleted_at is null
      ) else 0 end
  )::integer as unread
from confab.members m
join confab.conversations c on c.id = m.conversation_id;

comment on view confab_private.memberships is
  'D7 A member with its conversation and the exact number of unread messages: those that count after the cursor, less the deleted ones and one''s own. Both subtractions are skipped when the conversation shows that there is nothing to subtract.';

create view confab_private.conversation_wire with (security_invoker = on) as
select
  v.user_id as viewer_id,
  v.conversation_id,
  jsonb_build_object(
    'id', c.id,
    'kind', c.kind,
    'title', c.title,
    'data', c.data,
    'context_type', c.context_type,
    'context_id', c.context_id,
    'created_by', c.created_by,
    'created_at', c.created_at,
    'last_activity_at', c.last_activity_at,
    'last_seq', c.last_seq,
    'version', c.version,
    'member_count', c.member_count,
    'feed', case when c.member_count > s.fanout_max_members then 'feed:' || c.id || ':' || c.feed_key end,
    'last_message', l.wire,
    'unread', v.unread,
    'me', w.wire,
    'changed', greatest(v.conversation_changed_xid, v.member_changed_xid)::text::bigint
  ) as wire
from confab_private.memberships v
join confab.conversations c on c.id = v.conversation_id
join confab_private.member_wire w on w.conversation_id = v.conversation_id and w.user_id = v.user_id
cross join confab_private.settings s
left join confab_private.message_wire l on l.conversation_id = c.id and l.seq = c.last_seq
where v.state = 'joined';

comment on view confab_private.conversation_wire is 'A conversation as one joined member, viewer_id, sees it.';
