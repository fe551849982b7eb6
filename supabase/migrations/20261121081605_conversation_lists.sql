-- The list of conversations. Stable: each call sees one snapshot.

create function confab_private.show_conversations(p_me uuid, p_ids uuid[], p_next text, p_unread_total bigint)
returns json
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    with shown as materialized (
      select w.*
      from unnest(p_ids) i (id)
      -- offset 0: one look-up by key for each, where the planner would rather read all of the caller's.
      cross join lateral (
        select o.* from confab_private.conversation_wire o where o.conversation_id = i.id and o.viewer_id = p_me offset 0
      ) w
    ),
    shown_members as materialized (
      select w.user_id, w.wire
      from shown s
      join confab_private.member_wire w
        on w.conversation_id = s.conversation_id
        -- Where nobody else is left, those who have gone give the conversation its name.
        and (w.state = 'joined' or s.is_alone and w.state in ('left', 'removed'))
      where s.shows_members
      union all
      select w.user_id, w.wire
      from shown s
      join confab_private.member_wire w on w.conversation_id = s.conversation_id and w.user_id = p_me
      where not s.shows_members
    ),
    people as (
      select m.user_id from shown_members m
      union
      select unnest(s.last_people) from shown s
      union
      select s.invited_by from shown s
    )
    select json_build_object(
      'conversations', coalesce((select json_agg(s.wire order by s.last_activity_at desc, s.conversation_id desc) from shown s), '[]'),
      'members', coalesce((select json_agg(m.wire) from shown_members m), '[]'),
      'profiles', coalesce((
        select json_agg(f.wire) from confab_private.profile_wire f where f.id in (select p.user_id from people p)
      ), '[]'),
      'next', p_next,
      'unread_total', p_unread_total
    )
  );
end;
$$;

comment on function confab_private.show_conversations(uuid, uuid[], text, bigint) is
  'The answer of confab.conversations and confab.conversation for the listed ids.';

create function confab_private.listed_ids(p_me uuid, p_filter jsonb, p_before_time timestamptz, p_before_id uuid, p_rows integer)
returns uuid[]
language plpgsql
stable
set search_path = ''
as $$
declare
  v_doing constant text := 'list conversations';
  v_kind constant text := confab_private.json_arg(p_filter, 'kind', 'text', v_doing);
  v_state constant text := coalesce(confab_private.json_arg(p_filter, 'state', 'text', v_doing), 'joined');
  v_context_type constant text := confab_private.json_arg(p_filter, 'context_type', 'text', v_doing);
  v_context_id constant text := confab_private.json_arg(p_filter, 'context_id', 'text', v_doing);
  v_is_archived constant boolean := confab_private.json_arg(p_filter, 'is_archived', 'boolean', v_doing);
  v_is_pinned constant boolean := confab_private.json_arg(p_filter, 'is_pinned', 'boolean', v_doing);
  v_is_muted constant boolean := confab_private.json_arg(p_filter, 'is_muted', 'boolean', v_doing);
  v_is_hidden constant boolean := confab_private.json_arg(p_filter, 'is_hidden', 'boolean', v_doing);
  v_is_unread constant boolean := confab_private.json_arg(p_filter, 'is_unread', 'boolean', v_doing);
  v_pattern constant text := confab_private.like_pattern(confab_private.json_arg(p_filter, 'query', 'text', v_doing));
  v_ids uuid[];
begin
  if v_state not in ('joined', 'invited') then
    perform confab_private.fail('invalid', format('unable to %s; state must be joined or invited', v_doing));
  end if;
  -- The ids first, then their conversations in one go: a thousand look-ups one by one cost three times as much.
  v_ids := array(
    select m.conversation_id
    from confab.members m
    where m.user_id = p_me
      and m.state = v_state
      and (v_is_archived is null or (m.archived_at is not null) = v_is_archived)
      and (v_is_pinned is null or (m.pinned_at is not null) = v_is_pinned)
      and (v_is_muted is null or coalesce(m.muted_until > clock_timestamp(), false) = v_is_muted)
  );
  return array(
    select c.id
    from confab.conversations c
    where c.id = any (v_ids)
      and (p_before_time is null or (c.last_activity_at, c.id) < (p_before_time, p_before_id))
      and (v_kind is null or c.kind = v_kind)
      and (v_context_type is null or c.context_type = v_context_type)
      and (v_context_id is null or c.context_id = v_context_id)
      and (v_is_hidden is null or v_is_hidden = (
        select coalesce(c.last_timeline_seq <= m.hidden_seq, false)
        from confab.members m
        where m.conversation_id = c.id and m.user_id = p_me
      ))
      and (v_is_unread is null or v_is_unread = (
        select v.unread > 0 or v.unread_threads > 0
        from confab_private.memberships v
        where v.conversation_id = c.id and v.user_id = p_me
      ))
      and (
        v_pattern is null
        or confab_private.fold(c.title) like v_pattern
        or v_state = 'joined' and exists (
          select 1
          from confab.members o
          join confab.profiles p on p.id = o.user_id
          where o.conversation_id = c.id
            and o.state = 'joined'
            and o.user_id <> p_me
            and confab_private.fold(p.display_name) like v_pattern
        )
      )
    order by c.last_activity_at desc, c.id desc
    limit p_rows
  );
end;
$$;

comment on function confab_private.listed_ids(uuid, jsonb, timestamptz, uuid, integer) is
  'The conversations of p_me that fit a filter, newest activity first, after the given place.';

create function confab_private.conversations(p_before text, p_max_rows integer, p_filter jsonb)
returns json
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_me constant uuid := confab_private.require_me();
  v_doing constant text := 'list conversations';
  v_rows constant integer := confab_private.page_size(p_max_rows, 30);
  v_place constant text[] := confab_private.page_place(p_before, '^\d{1,17}$', v_doing);
  v_time constant timestamptz := confab_private.from_micros(v_place[1]);
  v_unread_total bigint;
  v_ids uuid[];
  v_next text;
begin
  perform confab_private.require_keys(
    p_filter,
    '{kind,state,context_type,context_id,is_archived,is_pinned,is_muted,is_hidden,is_unread,query}',
    v_doing
  );
  -- One row more than asked for shows whether there is a next page.
  with mine as materialized (
    select u.* from confab_private.unread_of_each u where u.user_id = v_me
  )
  select coalesce(sum(m.unread), 0), case when p_filter is null or p_filter = '{}' then array(
    select x.conversation_id
    from mine x
    where v_place is null or (x.last_activity_at, x.conversation_id) < (v_time, v_place[2]::uuid)
    order by x.last_activity_at desc, x.conversation_id desc
    limit v_rows + 1
  ) end
  into v_unread_total, v_ids
  from mine m;
  if v_ids is null then
    v_ids := confab_private.listed_ids(v_me, p_filter, v_time, v_place[2]::uuid, v_rows + 1);
  end if;
  if cardinality(v_ids) > v_rows then
    v_ids := v_ids[1:v_rows];
    select confab_private.to_micros(c.last_activity_at) || '_' || c.id
    into v_next
    from confab.conversations c
    where c.id = v_ids[v_rows];
  end if;
  return confab_private.show_conversations(v_me, v_ids, v_next, v_unread_total);
end;
$$;

comment on function confab_private.conversations(text, integer, jsonb) is 'Body of confab.conversations.';

create function confab_private.conversation(p_conversation_id uuid)
returns json
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_me uuid := confab_private.require_me();
begin
  -- Who is invited may look at what the invitation is to.
  if not exists (
    select 1
    from confab.members m
    where m.conversation_id = p_conversation_id and m.user_id = v_me and m.state = 'invited'
  ) then
    perform confab_private.require_member(p_conversation_id, v_me, 'read the conversation');
  end if;
  return confab_private.show_conversations(
    v_me, array[p_conversation_id], null, confab_private.unread_total_of(v_me)
  );
end;
$$;

comment on function confab_private.conversation(uuid) is 'Body of confab.conversation.';

-- What an app calls.

create function confab.conversations(before text default null, max_rows integer default 30, filter jsonb default '{}')
returns json language plpgsql stable set search_path = ''
as $$ begin return confab_private.conversations($1, $2, $3); end $$;

comment on function confab.conversations(text, integer, jsonb) is
'The caller''s conversations, newest activity first: {conversations, members, profiles, next, unread_total}.

before: the `next` of the previous page. max_rows: 1 to 200. filter: any of kind, state (`joined`, or `invited` for open invitations), context_type, context_id, is_archived, is_pinned, is_muted, is_hidden, is_unread, query (part of the title or of a member''s name; case and accents do not matter). members: all joined members of each listed conversation, and those who have gone where only the caller is left, up to settings.receipts_max_members, of a larger one none but the caller.
Errors: `unauthenticated`, `invalid`. Rules D7, D13.';

create function confab.conversation(conversation_id uuid)
returns json language plpgsql stable set search_path = ''
as $$ begin return confab_private.conversation($1); end $$;

comment on function confab.conversation(uuid) is
'One conversation in the shape of conversations(), `next` null.
Who is invited sees what the invitation is to.
Errors: `unauthenticated`, `not_member`, `not_found`. Rule D13.';

grant execute on function
  confab.conversations(text, integer, jsonb),
  confab.conversation(uuid),
  confab_private.conversations(text, integer, jsonb),
  confab_private.conversation(uuid)
to authenticated, service_role;
