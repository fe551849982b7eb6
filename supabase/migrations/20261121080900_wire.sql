-- The JSON of each row on the wire, defined once. Views, not functions: they are expanded into the query that uses them.
-- json, not jsonb: it is written to be sent, and made from a row it costs a third.

create view confab_private.message_wire with (security_invoker = on) as
select
  m.id,
  m.conversation_id,
  m.seq,
  m.version,
  m.sender_id,
  m.reply_to_id,
  m.thread_root_id,
  (
    select row_to_json(w)
    from (
      select
        m.id,
        m.conversation_id,
        m.seq,
        m.version,
        m.sender_id,
        m.kind,
        m.content,
        m.data,
        m.reply_to_id,
        null as reply_to,
        m.thread_root_id,
        m.thread,
        m.forwarded_from_id,
        m.occurs_on,
        m.counts,
        coalesce(m.mentioned_user_ids, '{}') as mentioned_user_ids,
        m.mentions_everyone,
        m.mentions,
        coalesce(m.reactions, '[]') as reactions,
        m.pinned_at,
        m.pinned_by,
        m.created_at,
        m.edited_at,
        m.deleted_at,
        m.deleted_by,
        null as is_hidden
    ) w
  ) as wire
from confab.messages m;

comment on view confab_private.message_wire is
  'A message as events show it to several people: without what depends on the reader (reply_to, own reactions, is_hidden).';

create view confab_private.reply_preview with (security_invoker = on) as
select
  r.id,
  r.seq,
  (
    select row_to_json(w)
    from (select r.id, r.seq, r.version, r.sender_id, r.kind, left(r.content, 200) as content, r.deleted_at) w
  ) as wire
from confab.messages r;

comment on view confab_private.reply_preview is
  'A message as a reply to it quotes it. version says which of two quotes of it is newer.';

create view confab_private.visible_message with (security_invoker = on) as
select
  v.user_id as viewer_id,
  m.id,
  m.conversation_id,
  m.seq,
  m.version,
  m.sender_id,
  m.thread_root_id,
  case when m.reply_to_id is not null or m.mentioned_user_ids is not null or m.thread is not null or m.kind = 'system'
    then array(
      select r.sender_id from confab.messages r where r.id = m.reply_to_id and r.seq >= v.visible_from_seq
      union all
      select unnest(m.mentioned_user_ids)
      union all
      select confab_private.try_uuid(p.id) from jsonb_array_elements_text(m.thread -> 'participant_ids') p (id)
      union all
      select confab_private.try_uuid(p.id)
      from jsonb_array_elements_text(
        case when m.kind = 'system'
          then coalesce(m.data -> 'user_ids', '[]') || jsonb_build_array(m.data -> 'actor_id') else '[]' end
      ) p (id)
    )
  end as people,
  (
    select row_to_json(w)
    from (
      select
        m.id,
        m.conversation_id,
        m.seq,
        m.version,
        m.sender_id,
        m.kind,
        case when not h.is_hidden then m.content end as content,
        case when h.is_hidden then '{}' else m.data end as data,
        m.reply_to_id,
        case when m.reply_to_id is not null and not h.is_hidden then (
          select r.wire
          from confab_private.reply_preview r
          where r.id = m.reply_to_id
            and r.seq >= v.visible_from_seq
            and not (v.last_hidden_seq >= r.seq and exists (
              select 1 from confab.hidden_messages x
              where x.user_id = v.user_id and x.message_id = r.id and x.is_hidden
            ))
        ) end as reply_to,
        m.thread_root_id,
        m.thread,
        m.forwarded_from_id,
        m.occurs_on,
        m.counts,
        case when h.is_hidden or m.mentioned_user_ids is null then '{}' else m.mentioned_user_ids end as mentioned_user_ids,
        m.mentions_everyone,
        case when not h.is_hidden then m.mentions end as mentions,
        case when h.is_hidden or m.reactions is null then '[]' else (
          select jsonb_agg(
            e.reaction || jsonb_build_object('own', exists (
              select 1
              from confab.reactions x
              where x.message_id = m.id and x.emoji = e.reaction ->> 'emoji' and x.user_id = v.user_id
            ))
            order by e.place
          )
          from jsonb_array_elements(m.reactions) with ordinality e (reaction, place)
        ) end as reactions,
        m.pinned_at,
        m.pinned_by,
        m.created_at,
        m.edited_at,
        m.deleted_at,
        m.deleted_by,
        h.is_hidden
    ) w
  ) as wire
from confab.members v
join confab.messages m on m.conversation_id = v.conversation_id and m.seq >= v.visible_from_seq
cross join lateral (
  select v.last_hidden_seq >= m.seq and exists (
    select 1 from confab.hidden_messages x where x.user_id = v.user_id and x.message_id = m.id and x.is_hidden
  ) as is_hidden
) h
where v.state = 'joined';

comment on view confab_private.visible_message is
  'A message as one joined member, viewer_id, sees it; none from before the member may look back to. people: whom it names besides its sender, in what it quotes, mentions and tells, and in its thread; they may have left. What the member has deleted for itself comes empty, and no reply quotes it.';

create view confab_private.profile_wire with (security_invoker = on) as
select
  p.id,
  p.changed_xid,
  (
    select row_to_json(w)
    from (
      select p.id, p.display_name, p.avatar_url, p.last_seen_at, p.deleted_at, p.changed_xid::text::bigint as changed
    ) w
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
  t.last_read_seq,
  u.is_unread,
  u.last_reply_seq,
  (r.thread ->> 'last_reply_at')::timestamptz as last_reply_at,
  (
    select row_to_json(w)
    from (
      select
        t.root_id,
        t.conversation_id,
        t.last_read_seq,
        t.is_following,
        u.is_unread as unread,
        u.last_reply_seq,
        r.version as root_version,
        t.changed_xid::text::bigint as changed
    ) w
  ) as wire
from confab.threads t
join confab.messages r on r.id = t.root_id
join confab.members v on v.conversation_id = t.conversation_id and v.user_id = t.user_id
cross join lateral (select coalesce((r.thread ->> 'last_reply_seq')::bigint, 0) as last_reply_seq) l
cross join lateral (select l.last_reply_seq, t.is_following and l.last_reply_seq > t.last_read_seq as is_unread) u
where v.state = 'joined' and r.seq >= v.visible_from_seq;

comment on view confab_private.thread_wire is
  'D7 How far user_id has read a thread. Sending a reply moves the sender''s cursor, so a later reply is always somebody else''s. wire says of what version of the root it knows the last reply, which moves without the row of the user.';

create view confab_private.memberships with (security_invoker = on) as
select
  m.user_id,
  m.conversation_id,
  m.role,
  m.state,
  m.joined_xid,
  m.invited_by,
  m.changed_xid as member_changed_xid,
  c.changed_xid as conversation_changed_xid,
  c.kind,
  c.title,
  c.description,
  c.avatar_url,
  c.data,
  c.context_type,
  c.context_id,
  c.created_by,
  c.created_at,
  c.last_activity_at,
  c.last_seq,
  c.last_timeline_seq,
  c.version,
  c.member_count,
  c.is_locked,
  c.slow_mode_seconds,
  c.feed_key,
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
          and h.is_hidden
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
        select 1 from confab.hidden_messages h where h.user_id = m.user_id and h.message_id = o.id and h.is_hidden
      ))
  ) else 0 end::integer as unread_mentions,
  case when m.state = 'joined' and c.last_thread_seq > 0 then (
    select count(*)
    from confab_private.thread_wire t
    where t.user_id = m.user_id
      and t.conversation_id = m.conversation_id
      -- Says the same of the newest thread, without looking at its root.
      and t.last_read_seq < c.last_thread_seq
      and t.is_unread
  ) else 0 end::integer as unread_threads,
  (
    select row_to_json(w)
    from (
      select
        m.conversation_id,
        m.user_id,
        m.role,
        m.state,
        m.last_read_seq,
        m.last_delivered_seq,
        m.unread_after_seq,
        m.visible_from_seq,
        m.last_hidden_seq,
        m.pinned_at,
        case when m.muted_until > now() then m.muted_until end as muted_until,
        m.archived_at,
        coalesce(c.last_timeline_seq <= m.hidden_seq, false) as is_hidden,
        m.invited_by,
        m.joined_at,
        m.left_at,
        m.changed_xid::text::bigint as changed
    ) w
  ) as own_wire,
  (
    select row_to_json(w)
    from (
      select
        m.conversation_id,
        m.user_id,
        m.role,
        m.state,
        case when r.has_receipts then m.last_read_seq else 0 end as last_read_seq,
        case when r.has_receipts then m.last_delivered_seq else 0 end as last_delivered_seq,
        m.joined_at,
        m.left_at,
        m.changed_xid::text::bigint as changed
      from confab.conversation_kinds r
      where r.kind = c.kind
    ) w
  ) as wire
from confab.members m
join confab.conversations c on c.id = m.conversation_id;

comment on view confab_private.memberships is
  'D7 A member with its conversation and the exact number of unread messages: those that count after the unread cursor, less the deleted ones, one''s own and those deleted for oneself. Each subtraction is skipped when the rows show that there is nothing to subtract; mentions and threads likewise. wire is the member as the others see it, own_wire as it sees itself, its settings included.';

create view confab_private.member_wire with (security_invoker = on) as
select v.conversation_id, v.user_id, v.state, v.member_changed_xid as changed_xid, v.wire
from confab_private.memberships v;

comment on view confab_private.member_wire is
  'A member as the others see it. Where the kind has no receipts (D6) its cursors are nobody else''s business.';

create view confab_private.conversation_wire with (security_invoker = on) as
select
  v.user_id as viewer_id,
  v.conversation_id,
  v.last_activity_at,
  v.state = 'joined' and v.member_count <= s.receipts_max_members as shows_members,
  v.member_count < 2 as is_alone,
  v.invited_by,
  l.sender_id || l.people as last_people,
  (
    select row_to_json(w)
    from (
      select
        v.conversation_id as id,
        v.kind,
        v.title,
        v.description,
        v.avatar_url,
        v.data,
        v.context_type,
        v.context_id,
        v.created_by,
        v.created_at,
        v.last_activity_at,
        case when v.state = 'joined' then v.last_seq else 0 end as last_seq,
        case when v.state = 'joined' then v.version else 0 end as version,
        v.member_count,
        v.is_locked,
        (select k.post_role from confab.conversation_kinds k where k.kind = v.kind) as post_role,
        (select k.has_receipts from confab.conversation_kinds k where k.kind = v.kind) as has_receipts,
        v.slow_mode_seconds,
        case when v.state = 'joined' and v.member_count > s.fanout_max_members
          then 'feed:' || v.conversation_id || ':' || v.feed_key end as feed,
        l.wire as last_message,
        v.unread,
        v.unread_mentions,
        v.unread_threads,
        v.own_wire as me,
        greatest(v.conversation_changed_xid, v.member_changed_xid)::text::bigint as changed
    ) w
  ) as wire
from confab_private.memberships v
cross join confab_private.settings s
left join confab_private.visible_message l
  on l.viewer_id = v.user_id and l.conversation_id = v.conversation_id and l.seq = v.last_timeline_seq
where v.state in ('joined', 'invited');

comment on view confab_private.conversation_wire is
  'A conversation as one member, viewer_id, sees it. Who is only invited learns what it is, not what is said in it.';
