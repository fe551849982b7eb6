-- Windows of messages. Stable: each call sees one snapshot.

create function confab_private.page_size(p_max_rows integer, p_default integer)
returns integer
language sql
immutable
set search_path = ''
as $$
  select greatest(1, least(200, coalesce(p_max_rows, p_default)))
$$;

comment on function confab_private.page_size(integer, integer) is 'Rows of a page: 1 to 200.';

create function confab_private.seq_at(p_conversation_id uuid, p_time timestamptz)
returns bigint
language plpgsql
stable
set search_path = ''
as $$
declare
  v_low bigint := 1;
  v_high bigint;
  v_middle bigint;
begin
  select c.last_seq + 1 into v_high from confab.conversations c where c.id = p_conversation_id;
  -- Times grow with seq, which has no holes: a search by halves needs no index on time.
  while v_low < v_high loop
    v_middle := (v_low + v_high) / 2;
    if (
      select m.created_at < p_time from confab.messages m where m.conversation_id = p_conversation_id and m.seq = v_middle
    ) then
      v_low := v_middle + 1;
    else
      v_high := v_middle;
    end if;
  end loop;
  return v_low;
end;
$$;

comment on function confab_private.seq_at(uuid, timestamptz) is
  'The seq of the first message at or after a time; one more than the last when there is none.';

create function confab_private.seqs_before(
  p_conversation_id uuid,
  p_thread_root_id uuid,
  p_before bigint,
  p_from bigint,
  p_rows integer
)
returns bigint[]
language plpgsql
stable
set search_path = ''
as $$
begin
  if p_thread_root_id is null then
    return array(
      select m.seq
      from confab.messages m
      where m.conversation_id = p_conversation_id
        and m.seq < p_before
        and m.seq >= p_from
        and m.thread_root_id is null
      order by m.seq desc
      limit p_rows
    );
  end if;
  return array(
    select m.seq
    from confab.messages m
    where m.thread_root_id = p_thread_root_id and m.seq < p_before and m.seq >= p_from
    order by m.seq desc
    limit p_rows
  );
end;
$$;

comment on function confab_private.seqs_before(uuid, uuid, bigint, bigint, integer) is
  'Newest first, the positions of messages before p_before: of the timeline, or of one thread.';

create function confab_private.seqs_after(p_conversation_id uuid, p_thread_root_id uuid, p_after bigint, p_rows integer)
returns bigint[]
language plpgsql
stable
set search_path = ''
as $$
begin
  if p_thread_root_id is null then
    return array(
      select m.seq
      from confab.messages m
      where m.conversation_id = p_conversation_id and m.seq > p_after and m.thread_root_id is null
      order by m.seq
      limit p_rows
    );
  end if;
  return array(
    select m.seq
    from confab.messages m
    where m.thread_root_id = p_thread_root_id and m.seq > p_after
    order by m.seq
    limit p_rows
  );
end;
$$;

comment on function confab_private.seqs_after(uuid, uuid, bigint, integer) is
  'Oldest first, the positions of messages after p_after: of the timeline, or of one thread.';

create function confab_private.history(
  p_conversation_id uuid,
  p_before_seq bigint,
  p_after_seq bigint,
  p_around_seq bigint,
  p_max_rows integer,
  p_around_time timestamptz,
  p_thread_root_id uuid,
  p_around_message_id uuid
)
returns json
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_me constant uuid := confab_private.require_me();
  v_doing constant text := 'read messages';
  v_rows constant integer := confab_private.page_size(p_max_rows, 50);
  v_member confab.members;
  v_first bigint;
  v_last bigint;
  v_version bigint;
  v_around bigint := p_around_seq;
  v_older bigint[] := '{}';
  v_newer bigint[] := '{}';
  v_has_older boolean := false;
  v_has_newer boolean := false;
  v_from bigint;
  v_to bigint;
begin
  v_member := confab_private.require_member(p_conversation_id, v_me, v_doing);
  if num_nonnulls(p_before_seq, p_after_seq, p_around_seq, p_around_time, p_around_message_id) > 1 then
    perform confab_private.fail(
      'invalid',
      format(
        'unable to %s; give only one of before_seq, after_seq, around_seq, around_time and around_message_id', v_doing
      )
    );
  end if;
  if p_thread_root_id is not null and not exists (
    select 1
    from confab.messages m
    where m.id = p_thread_root_id
      and m.conversation_id = p_conversation_id
      and m.seq >= v_member.visible_from_seq
  ) then
    perform confab_private.fail('not_found', format('unable to %s; no such thread', v_doing));
  end if;
  select c.last_seq, c.version into v_last, v_version from confab.conversations c where c.id = p_conversation_id;
  v_first := least(v_member.visible_from_seq, v_last + 1);
  if p_around_time is not null then
    v_around := confab_private.seq_at(p_conversation_id, p_around_time);
  elsif p_around_message_id is not null then
    select m.seq into v_around
    from confab.messages m
    where m.id = p_around_message_id
      and m.conversation_id = p_conversation_id
      and m.seq >= v_member.visible_from_seq;
    if v_around is null then
      perform confab_private.fail('not_found', format('unable to %s; no such message', v_doing));
    end if;
  end if;

  -- One row more than asked for, in each direction, shows whether there is more.
  if v_around is not null then
    v_around := greatest(v_first, least(v_around, v_last));
    v_newer := confab_private.seqs_after(p_conversation_id, p_thread_root_id, v_around - 1, v_rows + 1);
    v_older := confab_private.seqs_before(p_conversation_id, p_thread_root_id, v_around, v_first, v_rows + 1);
    -- Half a page before, or more where there is not half a page after.
    v_has_older := cardinality(v_older) > greatest(v_rows / 2, v_rows - cardinality(v_newer));
    v_older := v_older[1:greatest(v_rows / 2, v_rows - cardinality(v_newer))];
    v_has_newer := cardinality(v_newer) > v_rows - cardinality(v_older);
    v_newer := v_newer[1:v_rows - cardinality(v_older)];
  elsif p_after_seq is not null then
    v_newer := confab_private.seqs_after(p_conversation_id, p_thread_root_id, greatest(p_after_seq, v_first - 1), v_rows + 1);
    v_has_newer := cardinality(v_newer) > v_rows;
    v_newer := v_newer[1:v_rows];
    v_has_older := exists (
      select 1
      from unnest(confab_private.seqs_before(p_conversation_id, p_thread_root_id, least(p_after_seq, v_last) + 1, v_first, 1))
    );
  else
    v_older := confab_private.seqs_before(
      p_conversation_id, p_thread_root_id, least(coalesce(p_before_seq, v_last + 1), v_last + 1), v_first, v_rows + 1
    );
    v_has_older := cardinality(v_older) > v_rows;
    v_older := v_older[1:v_rows];
    v_has_newer := p_before_seq <= v_last and exists (
      select 1 from unnest(confab_private.seqs_after(p_conversation_id, p_thread_root_id, p_before_seq - 1, 1))
    );
  end if;

  v_from := case
    when p_after_seq is not null then greatest(v_first, least(p_after_seq, v_last) + 1)
    when not v_has_older then v_first
    else coalesce(v_older[cardinality(v_older)], v_newer[1])
  end;
  v_to := case
    when p_before_seq is not null then greatest(v_first, least(p_before_seq, v_last + 1)) - 1
    when not v_has_newer then v_last
    else coalesce(v_newer[cardinality(v_newer)], v_older[1])
  end;
  return (
    with page as materialized (
      select w.seq, w.sender_id || w.people as people, w.wire
      from confab_private.visible_message w
      where w.viewer_id = v_me and w.conversation_id = p_conversation_id and w.seq = any (v_older || v_newer)
    )
    select json_build_object(
      'messages', coalesce((select json_agg(p.wire order by p.seq) from page p), '[]'),
      'profiles', coalesce((
        select json_agg(f.wire) from confab_private.profile_wire f where f.id in (select unnest(p.people) from page p)
      ), '[]'),
      'covers', json_build_object('from', v_from, 'to', v_to),
      'has_older', v_has_older,
      'has_newer', v_has_newer,
      'version', v_version
    )
  );
end;
$$;

comment on function confab_private.history(uuid, bigint, bigint, bigint, integer, timestamptz, uuid, uuid) is 'Body of confab.history.';

-- What an app calls.

create function confab.history(
  conversation_id uuid,
  before_seq bigint default null,
  after_seq bigint default null,
  around_seq bigint default null,
  max_rows integer default 50,
  around_time timestamptz default null,
  thread_root_id uuid default null,
  around_message_id uuid default null
)
returns json language plpgsql stable set search_path = ''
as $$ begin return confab_private.history($1, $2, $3, $4, $5, $6, $7, $8); end $$;

comment on function confab.history(uuid, bigint, bigint, bigint, integer, timestamptz, uuid, uuid) is
'A window of the timeline, or with thread_root_id of the replies in a thread, by ascending seq: {messages, profiles, covers: {from, to}, has_older, has_newer, version}.

Without before_seq, after_seq, around_seq, around_time or around_message_id (at most one of them) the newest page. What is around a reply is where it stands among the messages of the timeline. max_rows: 1 to 200. covers: the inclusive range of seq from which no message of the timeline (or thread) is missing in the answer; empty when to < from.
Errors: `unauthenticated`, `not_member`, `not_found`, `invalid`. Rules D3, D13.';

grant execute on function
  confab.history(uuid, bigint, bigint, bigint, integer, timestamptz, uuid, uuid),
  confab_private.history(uuid, bigint, bigint, bigint, integer, timestamptz, uuid, uuid)
to authenticated, service_role;
