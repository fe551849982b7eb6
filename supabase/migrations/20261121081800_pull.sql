-- D4 Everything that changed since a cursor, in one call and from one snapshot.

create function confab_private.epoch()
returns text
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_cluster text;
begin
  begin
    v_cluster := (select s.system_identifier from pg_catalog.pg_control_system() s)
      || '/' || (select c.timeline_id from pg_catalog.pg_control_checkpoint() c);
  exception when insufficient_privilege then
    v_cluster := 'unknown';
  end;
  return (
    select left(encode(sha256(convert_to(concat_ws('/',
      v_cluster, d.oid, t.oid, s.install_id
    ), 'UTF8')), 'hex'), 16)
    from pg_catalog.pg_database d
    cross join confab_private.settings s
    cross join (select 'confab.messages'::regclass::oid as oid) t
    where d.datname = current_database()
  );
end;
$$;

comment on function confab_private.epoch() is
  'D4 Names the history that transaction ids belong to. It differs after a restore, a failover or a new installation: cluster, timeline, database, the table itself and the installation are part of it.';

create function confab_private.pull_changes(p_me uuid, p_cursor text, p_windows jsonb)
returns json
language plpgsql
stable
set search_path = ''
as $$
declare
  v_max_rows constant integer := 1000;
  v_max_messages constant integer := 2000;
  v_max_behind constant integer := 500;
  v_snapshot constant pg_snapshot := pg_current_snapshot();
  v_xmin constant xid8 := pg_snapshot_xmin(v_snapshot);
  v_xmax constant xid8 := pg_snapshot_xmax(v_snapshot);
  v_epoch constant text := confab_private.epoch();
  v_since xid8;
  v_answer json;
begin
  if p_cursor ~ '^[0-9a-f]{16}\.[0-9]{1,18}$' and split_part(p_cursor, '.', 1) = v_epoch then
    v_since := split_part(p_cursor, '.', 2)::xid8;
  end if;
  if v_since is null or v_since > v_xmax then
    return json_build_object(
      'cursor', v_epoch || '.' || v_xmin, 'reset', true,
      'conversations', '[]'::json, 'members', '[]'::json, 'messages', '[]'::json, 'profiles', '[]'::json,
      'drafts', '[]'::json, 'threads', '[]'::json, 'hidden', '[]'::json,
      'removed', '[]'::json, 'truncated', '[]'::json,
      'has_more', false, 'unread_total', confab_private.unread_total_of(p_me)
    );
  end if;

  -- A row counts as changed when v_since <= changed_xid < v_xmax. The upper end matters after a restore into a younger
  -- cluster, where rows carry transaction ids that are still to come.
  with
  mine as materialized (
    select
      m.conversation_id,
      m.state,
      m.invited_by,
      c.version,
      c.member_count <= s.receipts_max_members as is_small,
      case when c.changed_xid >= v_since and c.changed_xid < v_xmax then c.changed_xid end as conversation_xid,
      case when m.changed_xid >= v_since and m.changed_xid < v_xmax then m.changed_xid end as member_xid,
      case when m.joined_xid >= v_since and m.joined_xid < v_xmax then m.joined_xid end as joined_xid
    from confab.members m
    join confab.conversations c on c.id = m.conversation_id
    cross join confab_private.settings s
    where m.user_id = p_me
  ),
  near as materialized (
    select
      m.conversation_id,
      m.user_id,
      case when m.changed_xid >= v_since and m.changed_xid < v_xmax then m.changed_xid end as member_xid,
      -- Since when the caller and this member know each other; who is invited has not joined yet.
      coalesce(
        j.joined_xid,
        case when m.joined_xid >= v_since and m.joined_xid < v_xmax then m.joined_xid end,
        case when m.state = 'invited' and m.changed_xid >= v_since and m.changed_xid < v_xmax then m.changed_xid end
      ) as met_xid,
      j.joined_xid as whole_xid
    from mine j
    join confab.members m on m.conversation_id = j.conversation_id
    where j.state = 'joined' and j.is_small
    union all
    select j.conversation_id, p_me, j.member_xid, j.joined_xid, j.joined_xid
    from mine j
    where j.state = 'joined' and not j.is_small
  ),
  people as materialized (
    select p.id, min(least(p.changed, n.met)) as xid
    from (
      select n.user_id, min(n.met_xid::text::bigint) as met from near n group by n.user_id
    ) n
    join lateral (
      select
        f.id,
        case when f.changed_xid >= v_since and f.changed_xid < v_xmax then f.changed_xid::text::bigint end as changed
      from confab.profiles f
      where f.id = n.user_id
    ) p on true
    where p.changed is not null or n.met is not null
    group by p.id
  ),
  changes as materialized (
    select 'conversation' as what, j.conversation_id, null::uuid as id,
           least(j.conversation_xid::text::bigint, j.member_xid::text::bigint) as xid
    from mine j
    where j.state = 'joined' and (j.conversation_xid is not null or j.member_xid is not null)
    union all
    -- Who is only invited does not learn how lively it is, but by whom.
    select 'conversation', j.conversation_id, j.invited_by, j.member_xid::text::bigint
    from mine j
    where j.state = 'invited' and j.member_xid is not null
    union all
    select 'member', n.conversation_id, n.user_id, coalesce(n.member_xid, n.whole_xid)::text::bigint
    from near n
    where n.member_xid is not null or n.whole_xid is not null
    union all
    select 'profile', null, p.id, p.xid from people p
    union all
    select 'removed', j.conversation_id, null, j.member_xid::text::bigint
    from mine j
    where j.state in ('left', 'removed') and j.member_xid is not null
    union all
    -- Who has come back gets what was there before; who is outside has none.
    select 'draft', x.conversation_id, x.thread_root_id, coalesce(x.draft_xid, x.joined_xid)::text::bigint
    from (
      select
        d.conversation_id,
        d.thread_root_id,
        case when d.changed_xid >= v_since and d.changed_xid < v_xmax then d.changed_xid end as draft_xid,
        j.joined_xid
      from confab.drafts d
      join mine j on j.conversation_id = d.conversation_id and j.state = 'joined'
      where d.user_id = p_me
    ) x
    where x.draft_xid is not null or x.joined_xid is not null
    union all
    -- A reply changes the root, and so what is unread; the rows of those who follow stay as they are.
    select 'thread', null, x.root_id, x.xid::text::bigint
    from (
      select
        t.root_id,
        least(
          case when t.changed_xid >= v_since and t.changed_xid < v_xmax then t.changed_xid end,
          case when j.conversation_xid is not null then (
            select r.changed_xid from confab.messages r
            where r.id = t.root_id and r.changed_xid >= v_since and r.changed_xid < v_xmax
          ) end,
          case when j.state = 'joined' then j.joined_xid end
        ) as xid
      from confab.threads t
      join mine j on j.conversation_id = t.conversation_id
      where t.user_id = p_me
    ) x
    where x.xid is not null
    union all
    select 'hidden', h.conversation_id, h.message_id, h.changed_xid::text::bigint
    from confab.hidden_messages h
    where h.user_id = p_me and h.changed_xid >= v_since and h.changed_xid < v_xmax
  ),
  -- The answer is cut between two transactions, never inside one, and never among those that may be sent again
  -- because an older transaction is still running: the cursor always advances.
  cut as (
    select x.xid
    from (select h.xid from changes h order by h.xid offset v_max_rows - 1 limit 1) x
    where x.xid < v_xmin::text::bigint and exists (select 1 from changes h where h.xid > x.xid)
  ),
  sent as materialized (
    select h.* from changes h where not exists (select 1 from cut) or h.xid <= (select c.xid from cut c)
  ),
  asked as materialized (
    select a.key::uuid as conversation_id, a.value::bigint as known, j.version, j.state is not null and j.state = 'joined' as is_mine
    from jsonb_each_text(p_windows) a
    left join mine j on j.conversation_id = a.key::uuid
  ),
  behind as materialized (
    select
      a.conversation_id,
      a.known,
      case
        when a.known > a.version then v_max_behind + 1
        when a.version - a.known <= v_max_behind then a.version - a.known
        else (
          select count(*)
          from (
            select 1 from confab.messages m
            where m.conversation_id = a.conversation_id and m.version > a.known
            limit v_max_behind + 1
          ) m
        )
      end as missing
    from asked a
    where a.is_mine and a.known <> a.version
  ),
  queue as materialized (
    select b.*, sum(b.missing) over (order by b.conversation_id) as total
    from behind b
    where b.missing <= v_max_behind
  ),
  fetched as materialized (
    select w.conversation_id, w.version, w.sender_id || w.people as people, w.wire
    from queue q
    -- First the positions, by the index of versions; the view alone would be read from its beginning.
    cross join lateral (
      select m.seq from confab.messages m
      where m.conversation_id = q.conversation_id and m.version > q.known
      order by m.version
      limit v_max_behind
    ) x
    cross join lateral (
      select m.* from confab_private.visible_message m
      where m.viewer_id = p_me and m.conversation_id = q.conversation_id and m.seq = x.seq
      offset 0
    ) w
    where q.total <= v_max_messages
  ),
  -- What was hidden, or shown again: then with what it says, as no version brings it.
  marked as materialized (
    select h.conversation_id, h.id, h.xid, w.sender_id || w.people as people, w.wire
    from sent h
    join confab.hidden_messages x on x.user_id = p_me and x.message_id = h.id
    left join lateral (
      select m.* from confab_private.visible_message m
      where m.viewer_id = p_me and m.conversation_id = x.conversation_id and m.seq = x.seq
      offset 0
    ) w on not x.is_hidden
    where h.what = 'hidden' and (x.is_hidden or w.wire is not null)
  )
  select json_build_object(
    'cursor', v_epoch || '.' || coalesce((select c.xid + 1 from cut c)::text, v_xmin::text),
    'reset', false,
    'conversations', coalesce((
      select json_agg(w.wire)
      from sent h
      -- offset 0: one look-up by key for each, where the planner would rather read all there are.
      cross join lateral (
        select o.wire from confab_private.conversation_wire o
        where o.viewer_id = p_me and o.conversation_id = h.conversation_id
        offset 0
      ) w
      where h.what = 'conversation'
    ), '[]'),
    'members', coalesce((
      select json_agg(w.wire)
      from sent h
      cross join lateral (
        select o.wire from confab_private.member_wire o
        where o.conversation_id = h.conversation_id and o.user_id = h.id
        offset 0
      ) w
      where h.what = 'member'
    ), '[]'),
    'messages', coalesce((
      select json_agg(f.wire order by f.conversation_id, f.version) from fetched f
    ), '[]'),
    'profiles', coalesce((
      select json_agg(w.wire)
      from confab_private.profile_wire w
      where w.id in (
        select h.id from sent h where h.what in ('profile', 'conversation')
        union
        select unnest(f.people) from fetched f
        union
        select unnest(m.people) from marked m
      )
    ), '[]'),
    'drafts', coalesce((
      select json_agg(w.wire)
      from sent h
      join confab_private.draft_wire w
        on w.user_id = p_me
        and w.conversation_id = h.conversation_id
        and w.thread_root_id is not distinct from h.id
      where h.what = 'draft'
    ), '[]'),
    'threads', coalesce((
      select json_agg(w.wire)
      from sent h
      join confab_private.thread_wire w on w.user_id = p_me and w.root_id = h.id
      where h.what = 'thread'
    ), '[]'),
    'hidden', coalesce((
      select json_agg(json_build_object(
        'conversation_id', m.conversation_id, 'message_id', m.id, 'changed', m.xid, 'message', m.wire
      ))
      from marked m
    ), '[]'),
    'removed', coalesce((
      select json_agg(x.conversation_id)
      from (
        select h.conversation_id from sent h where h.what = 'removed'
        union
        select a.conversation_id from asked a where not a.is_mine
      ) x
    ), '[]'),
    'truncated', coalesce((
      select json_agg(b.conversation_id) from behind b where b.missing > v_max_behind
    ), '[]'),
    'has_more', exists (select 1 from cut) or exists (select 1 from queue q where q.total > v_max_messages),
    'unread_total', confab_private.unread_total_of(p_me)
  )
  into v_answer;
  return v_answer;
end;
$$;

comment on function confab_private.pull_changes(uuid, text, jsonb) is
  'D4 The reading half of pull. Stable, so that everything in it, the cursor included, comes from one snapshot.';

create function confab_private.pull(p_cursor text, p_windows jsonb)
returns json
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := confab_private.require_profile();
  v_windows jsonb := coalesce(p_windows, '{}');
begin
  if jsonb_typeof(v_windows) <> 'object' or exists (
    select 1
    from jsonb_each(v_windows) w
    where confab_private.try_uuid(w.key) is null
       or jsonb_typeof(w.value) <> 'number'
       or w.value::text !~ '^\d{1,18}$'
  ) then
    perform confab_private.fail('invalid', 'unable to pull; windows must map conversation ids to versions');
  end if;
  update confab.profiles p
  set last_seen_at = clock_timestamp()
  -- A token outlives the user it was given to.
  where p.id = v_me and p.deleted_at is null and (p.last_seen_at is null or p.last_seen_at < clock_timestamp() - interval '30 seconds');
  return confab_private.pull_changes(v_me, p_cursor, v_windows);
end;
$$;

comment on function confab_private.pull(text, jsonb) is 'Body of confab.pull.';

-- What an app calls.

create function confab.pull(cursor text default null, windows jsonb default '{}')
returns json language plpgsql volatile set search_path = ''
as $$ begin return confab_private.pull($1, $2); end $$;

comment on function confab.pull(text, jsonb) is
'Everything that changed for the caller since a cursor: {cursor, reset, conversations, members, messages, profiles, drafts, threads, hidden, removed, truncated, has_more, unread_total}.

cursor: what the previous call answered; null, of another epoch or from the future answers `reset: true` and a fresh cursor.
windows: {conversation_id: version} of the conversations whose messages the caller holds. One more than 500 changes behind is listed in `truncated` and gets no messages.
hidden: what the caller has deleted for itself, {conversation_id, message_id, changed, message}; message is null, or what a message says that is shown again. has_more: call again with the new cursor and the new versions.
Also refreshes the caller''s last_seen_at, at most every 30 seconds.
Errors: `unauthenticated`, `invalid` (malformed windows). Rule D4.';

grant execute on function
  confab.pull(text, jsonb),
  confab_private.pull(text, jsonb)
to authenticated, service_role;
