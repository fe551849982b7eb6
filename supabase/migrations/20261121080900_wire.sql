-- The JSON of each row on the wire, defined once. Views, not functions: they are expanded into the query that uses them.

create view confab_private.message_wire with (security_invoker = on) as
select
  m.id,
  m.conversation_id,
  m.seq,
  m.version,
  m.sender_id,
  m.reply_to_id,
  m.thread_root_id,
  m.reactions,
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
    'reply_to', null,
    'thread_root_id', m.thread_root_id,
    'thread', m.thread,
    'forwarded_from_id', m.forwarded_from_id,
    'occurs_on', m.occurs_on,
    'counts', m.counts,
    'mentioned_user_ids', coalesce(to_jsonb(m.mentioned_user_ids), '[]'),
    'mentions_everyone', m.mentions_everyone,
    'reactions', coalesce(m.reactions, '[]'),
    'pinned_at', m.pinned_at,
    'pinned_by', m.pinned_by,
    'created_at', m.created_at,
    'edited_at', m.edited_at,
    'deleted_at', m.deleted_at,
    'deleted_by', m.deleted_by,
    'is_hidden', null
  ) as wire
from confab.messages m;

comment on view confab_private.message_wire is
  'A message as events show it to several people: without what depends on the reader (reply_to, own reactions, is_hidden).';

create view confab_private.reply_preview with (security_invoker = on) as
select
  r.id,
  r.seq,
  jsonb_build_object(
    'id', r.id,
    'seq', r.seq,
    'sender_id', r.sender_id,
    'kind', r.kind,
    'content', left(r.content, 200),
    'deleted_at', r.deleted_at
  ) as wire
from confab.messages r;

comment on view confab_private.reply_preview is 'A message as a reply to it quotes it.';

create view confab_private.visible_message with (security_invoker = on) as
select
  v.user_id as viewer_id,
  m.id,
  m.conversation_id,
  m.seq,
  m.version,
  m.sender_id,
  m.thread_root_id,
  case
    when v.last_hidden_seq >= m.seq and exists (
      select 1 from confab.hidden_messages h where h.user_id = v.user_id and h.message_id = m.id
    ) then
      m.wire
      || '{"is_hidden": true, "content": null, "data": {}, "reply_to": null, "reactions": [], "mentioned_user_ids": []}'
    else
      m.wire || jsonb_build_object(
        'is_hidden', false,
        'reply_to', (
          select r.wire from confab_private.reply_preview r where r.id = m.reply_to_id and r.seq >= v.visible_from_seq
        ),
        'reactions', case when m.reactions is null then '[]' else (
          select jsonb_agg(
            e.reaction || jsonb_build_object('own', exists (
              select 1
              from confab.reactions x
              where x.message_id = m.id and x.emoji = e.reaction ->> 'emoji' and x.user_id = v.user_id
            ))
            order by e.place
          )
          from jsonb_array_elements(m.reactions) with ordinality e (reaction, place)
        ) end
      )
  end as wire
from confab.members v
join confab_private.message_wire m on m.conversation_id = v.conversation_id and m.seq >= v.visible_from_seq
where v.state = 'joined';

comment on view confab_private.visible_message is
  'A message as one joined member, viewer_id, sees it; none from before the member may look back to. What the member has deleted for itself comes empty.';

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
    'last_read_seq', case when k.has_receipts then m.last_read_seq else 0 end,
    'last_delivered_seq', case when k.has_receipts then m.last_delivered_seq else 0 end,
    'joined_at', m.joined_at,
    'left_at', m.left_at,
    'changed', m.changed_xid::text::bigint
  ) as wire
from confab.members m
join confab.conversations c on c.id = m.conversation_id
join confab.conversation_kinds k on k.kind = c.kind;

comment on view confab_private.member_wire is
  'A member as the others see it. Where the kind has no receipts (D6) its cursors are nobody else''s business.';

create view confab_private.own_member_wire with (security_invoker = on) as
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
    'unread_after_seq', m.unread_after_seq,
    'visible_from_seq', m.visible_from_seq,
    'pinned_at', m.pinned_at,
    'muted_until', case when m.muted_until > clock_timestamp() then m.muted_until end,
    'archived_at', m.archived_at,
    'is_hidden', coalesce(c.last_timeline_seq <= m.hidden_seq, false),
    'invited_by', m.invited_by,
    'joined_at', m.joined_at,
    'left_at', m.left_at,
    'changed', m.changed_xid::text::bigint
  ) as wire
from confab.members m
join confab.conversations c on c.id = m.conversation_id;

comment on view confab_private.own_member_wire is 'A member as it sees itself, its settings included.';

create view confab_private.profile_wire with (security_invoker = on) as
select
  p.id,
  p.changed_xid,
  jsonb_build_object(
    'id', p.id,
    'display_name', p.display_name,
    'avatar_url', p.avatar_url,
    'last_seen_at', p.last_seen_at,
    'deleted_at', p.deleted_at,
    'changed', p.changed_xid::text::bigint
  ) as wire
from confab.profiles p;

comment on view confab_private.profile_wire is 'A profile as every function and event shows it.';

create view confab_private.thread_wire with (security_invoker = on) as
select
  t.user_id,
  t.root_id,
  t.conversation_id,
  t.changed_xid,
  t.is_following,
  u.is_unread,
  (r.thread ->> 'last_reply_seq')::bigint as last_reply_seq,
  (r.thread ->> 'last_reply_at')::timestamptz as last_reply_at,
  jsonb_build_object(
    'root_id', t.root_id,
    'conversation_id', t.conversation_id,
    'last_read_seq', t.last_read_seq,
    'is_following', t.is_following,
    'unread', u.is_unread,
    'changed', t.changed_xid::text::bigint
  ) as wire
from confab.threads t
join confab.messages r on r.id = t.root_id
join confab.members v on v.conversation_id = t.conversation_id and v.user_id = t.user_id
cross join lateral (
  select t.is_following and coalesce((r.thread ->> 'last_reply_seq')::bigint > t.last_read_seq, false) as is_unread
) u
where v.state = 'joined' and r.seq >= v.visible_from_seq;

comment on view confab_private.thread_wire is
  'D7 How far user_id has read a thread. Sending a reply moves the sender''s cursor, so a later reply is always somebody else''s.';

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
  case when m.state = 'joined' then (
    c.counted
    - m.unread_after_counted
    - case when c.last_deleted_seq > m.unread_after_seq then (
        select count(*)
        from confab.messages d
        where d.conversation_id = m.conversation_id
          and d.seq > m.unread_after_seq
          and d.counts
          and d.deleted_at is not null
      ) else 0 end
    - case when m.last_sent_seq > m.unread_after_seq then (
        select count(*)
        from confab.messages o
        where o.conversation_id = m.conversation_id
          and o.seq > m.unread_after_seq
          and o.sender_id = m.user_id
          and o.counts
          and o.deleted_at is null
      ) else 0 end
    - case when m.last_hidden_seq > m.unread_after_seq then (
        select count(*)
        from confab.hidden_messages h
        join confab.messages o on o.id = h.message_id
        where h.user_id = m.user_id
          and h.conversation_id = m.conversation_id
          and h.seq > m.unread_after_seq
          and o.sender_id is distinct from m.user_id
          and o.counts
          and o.deleted_at is null
      ) else 0 end
  )::integer else 0 end as unread,
  case when m.state = 'joined' and c.last_mention_seq > m.unread_after_seq then (
    select count(*)
    from (
      select x.seq
      from confab.mentions x
      where x.user_id = m.user_id and x.conversation_id = m.conversation_id and x.seq > m.unread_after_seq
      union
      select e.seq
      from confab.messages e
      where e.conversation_id = m.conversation_id and e.seq > m.unread_after_seq and e.mentions_everyone
    ) x
    join confab.messages o on o.conversation_id = m.conversation_id and o.seq = x.seq
    where o.counts
      and o.sender_id is distinct from m.user_id
      and not (m.last_hidden_seq >= o.seq and exists (
        select 1 from confab.hidden_messages h where h.user_id = m.user_id and h.message_id = o.id
      ))
  ) else 0 end::integer as unread_mentions,
  case when m.state = 'joined' and c.last_thread_seq > 0 then (
    select count(*)
    from confab_private.thread_wire t
    where t.user_id = m.user_id and t.conversation_id = m.conversation_id and t.is_unread
  ) else 0 end::integer as unread_threads
from confab.members m
join confab.conversations c on c.id = m.conversation_id;

comment on view confab_private.memberships is
  'D7 A member with its conversation and the exact number of unread messages: those that count after the unread cursor, less the deleted ones, one''s own and those deleted for oneself. Each subtraction is skipped when the rows show that there is nothing to subtract; mentions and threads likewise.';

create view confab_private.conversation_wire with (security_invoker = on) as
select
  v.user_id as viewer_id,
  v.conversation_id,
  jsonb_build_object(
    'id', c.id,
    'kind', c.kind,
    'title', c.title,
    'description', c.description,
    'avatar_url', c.avatar_url,
    'data', c.data,
    'context_type', c.context_type,
    'context_id', c.context_id,
    'created_by', c.created_by,
    'created_at', c.created_at,
    'last_activity_at', c.last_activity_at,
    'last_seq', case when v.state = 'joined' then c.last_seq else 0 end,
    'version', case when v.state = 'joined' then c.version else 0 end,
    'member_count', c.member_count,
    'is_locked', c.is_locked,
    'slow_mode_seconds', c.slow_mode_seconds,
    'feed', case when v.state = 'joined' and c.member_count > s.fanout_max_members
      then 'feed:' || c.id || ':' || c.feed_key end,
    'last_message', l.wire,
    'unread', v.unread,
    'unread_mentions', v.unread_mentions,
    'unread_threads', v.unread_threads,
    'me', w.wire,
    'changed', greatest(v.conversation_changed_xid, v.member_changed_xid)::text::bigint
  ) as wire
from confab_private.memberships v
join confab.conversations c on c.id = v.conversation_id
join confab_private.own_member_wire w on w.conversation_id = v.conversation_id and w.user_id = v.user_id
cross join confab_private.settings s
left join confab_private.visible_message l
  on l.viewer_id = v.user_id and l.conversation_id = v.conversation_id and l.seq = c.last_timeline_seq
where v.state in ('joined', 'invited');

comment on view confab_private.conversation_wire is
  'A conversation as one member, viewer_id, sees it. Who is only invited learns what it is, not what is said in it.';
