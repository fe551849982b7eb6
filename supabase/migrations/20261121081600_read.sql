-- Windows of messages and the list of conversations. Stable: each call sees one snapshot.

create function confab_private.history(
  p_conversation_id uuid,
  p_before_seq bigint,
  p_after_seq bigint,
  p_around_seq bigint,
  p_max_rows integer
)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_me uuid := confab_private.require_me();
  v_doing constant text := 'read messages';
  v_rows integer := greatest(1, least(200, coalesce(p_max_rows, 50)));
  v_last bigint;
  v_version bigint;
  v_from bigint;
  v_to bigint;
begin
  perform confab_private.require_member(p_conversation_id, v_me, v_doing);
  if num_nonnulls(p_before_seq, p_after_seq, p_around_seq) > 1 then
    perform confab_private.fail(
      'invalid', format('unable to %s; give only one of before_seq, after_seq and around_seq', v_doing)
    );
  end if;
  select c.last_seq, c.version into v_last, v_version from confab.conversations c where c.id = p_conversation_id;

  -- seq has no holes (D3), so a window is plain arithmetic.
  if p_after_seq is not null then
    v_from := greatest(0, least(p_after_seq, v_last)) + 1;
    v_to := least(v_last, v_from + v_rows - 1);
  elsif p_around_seq is not null then
    v_to := least(v_last, greatest(1, least(p_around_seq, v_last) - v_rows / 2) + v_rows - 1);
    v_from := greatest(1, v_to - v_rows + 1);
  else
    v_to := greatest(0, least(v_last, coalesce(p_before_seq, v_last + 1) - 1));
    v_from := greatest(1, v_to - v_rows + 1);
  end if;

  return (
    with page as materialized (
      select w.seq, w.sender_id, w.wire
      from confab_private.message_wire w
      where w.conversation_id = p_conversation_id and w.seq between v_from and v_to
    )
    select jsonb_build_object(
      'messages', coalesce((select jsonb_agg(p.wire order by p.seq) from page p), '[]'),
      'profiles', coalesce((
        select jsonb_agg(f.wire) from confab_private.profile_wire f where f.id in (select p.sender_id from page p)
      ), '[]'),
      'covers', jsonb_build_object('from', v_from, 'to', v_to),
      'has_older', v_from > 1,
      'has_newer', v_to < v_last,
      'version', v_version
    )
  );
end;
$$;

comment on function confab_private.history(uuid, bigint, bigint, bigint, integer) is 'Body of confab.history.';

create function confab_private.show_conversations(p_me uuid, p_ids uuid[], p_next text)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    with listed as materialized (
      select v.conversation_id, v.last_activity_at, v.member_count <= s.receipts_max_members as is_small
      from confab_private.memberships v cross join confab_private.settings s
      where v.user_id = p_me and v.state = 'joined' and v.conversation_id = any (p_ids)
    ),
    shown_members as materialized (
      select w.user_id, w.wire
      from listed l
      join confab_private.member_wire w on w.conversation_id = l.conversation_id and w.state = 'joined'
      where l.is_small
      union all
      select w.user_id, w.wire
      from listed l
      join confab_private.member_wire w on w.conversation_id = l.conversation_id and w.user_id = p_me
      where not l.is_small
    ),
    shown as materialized (
      select l.last_activity_at, l.conversation_id, w.wire
      from listed l
      join confab_private.conversation_wire w on w.conversation_id = l.conversation_id and w.viewer_id = p_me
    ),
    people as (
      select m.user_id from shown_members m
      union
      select confab_private.try_uuid(s.wire -> 'last_message' ->> 'sender_id') from shown s
    )
    select jsonb_build_object(
      'conversations', coalesce((select jsonb_agg(s.wire order by s.last_activity_at desc, s.conversation_id desc) from shown s), '[]'),
      'members', coalesce((select jsonb_agg(m.wire) from shown_members m), '[]'),
      'profiles', coalesce((
        select jsonb_agg(f.wire) from confab_private.profile_wire f where f.id in (select p.user_id from people p)
      ), '[]'),
      'next', p_next,
      'unread_total', confab_private.unread_total_of(p_me)
    )
  );
end;
$$;

comment on function confab_private.show_conversations(uuid, uuid[], text) is
  'The answer of confab.conversations and confab.conversation for the listed ids.';

create function confab_private.conversations(p_before text, p_max_rows integer)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_me uuid := confab_private.require_me();
  v_rows integer := greatest(1, least(200, coalesce(p_max_rows, 30)));
  v_before_time timestamptz;
  v_before_id uuid;
  v_ids uuid[];
  v_next text;
begin
  if p_before is not null then
    if p_before !~ '^\d{1,17}_' or confab_private.try_uuid(split_part(p_before, '_', 2)) is null then
      perform confab_private.fail('invalid', 'unable to list conversations; before is not the next of a previous page');
    end if;
    v_before_time := timestamptz 'epoch' + split_part(p_before, '_', 1)::bigint * interval '1 microsecond';
    v_before_id := split_part(p_before, '_', 2)::uuid;
  end if;

  -- One row more than asked for shows whether there is a next page.
  select array_agg(x.conversation_id order by x.last_activity_at desc, x.conversation_id desc)
  into v_ids
  from (
    select m.conversation_id, c.last_activity_at
    from confab.members m
    join confab.conversations c on c.id = m.conversation_id
    where m.user_id = v_me
      and m.state = 'joined'
      and (p_before is null or (c.last_activity_at, c.id) < (v_before_time, v_before_id))
    order by c.last_activity_at desc, c.id desc
    limit v_rows + 1
  ) x;

  if cardinality(v_ids) > v_rows then
    v_ids := v_ids[1:v_rows];
    select (extract(epoch from c.last_activity_at) * 1000000)::bigint || '_' || c.id
    into v_next
    from confab.conversations c
    where c.id = v_ids[v_rows];
  end if;
  return confab_private.show_conversations(v_me, coalesce(v_ids, '{}'), v_next);
end;
$$;

comment on function confab_private.conversations(text, integer) is 'Body of confab.conversations.';

create function confab_private.conversation(p_conversation_id uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_me uuid := confab_private.require_me();
begin
  perform confab_private.require_member(p_conversation_id, v_me, 'read the conversation');
  return confab_private.show_conversations(v_me, array[p_conversation_id], null);
end;
$$;

comment on function confab_private.conversation(uuid) is 'Body of confab.conversation.';
