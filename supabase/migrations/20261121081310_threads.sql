-- Threads: replies under a root message, whose summary is kept on the root.

create function confab_private.change_thread(p_root_id uuid, p_thread jsonb, p_user_ids uuid[] default '{}')
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_version bigint;
  v_last_before bigint;
  v_last_after constant bigint := coalesce((p_thread ->> 'last_reply_seq')::bigint, 0);
  v_user_id uuid;
begin
  update confab.conversations c
  set version = c.version + 1
  from confab.messages m
  where m.id = p_root_id and c.id = m.conversation_id
  returning c.version, coalesce((m.thread ->> 'last_reply_seq')::bigint, 0) into v_version, v_last_before;
  update confab.messages m set thread = p_thread, version = v_version where m.id = p_root_id;
  perform confab_private.emit_message(p_root_id);
  for v_user_id in
    select t.user_id
    from confab.threads t
    where t.root_id = p_root_id
      and (
        t.user_id = any (p_user_ids)
        or t.is_following and (v_last_before > t.last_read_seq) <> (v_last_after > t.last_read_seq)
      )
    order by t.user_id
  loop
    perform confab_private.emit_thread(v_user_id, p_root_id);
  end loop;
end;
$$;

comment on function confab_private.change_thread(uuid, jsonb, uuid[]) is
  'D3 Puts the summary of a thread on its root, as a change of its own. Those for whom the thread becomes unread or read, and p_user_ids, are told how they stand to it (D7). The caller holds the conversation row.';

create function confab_private.past_own_replies(p_user_id uuid, p_root_id uuid, p_seq bigint)
returns bigint
language plpgsql
stable
set search_path = ''
as $$
begin
  return case
    when exists (
      select 1
      from confab.messages m
      where m.thread_root_id = p_root_id
        and m.seq > p_seq
        and m.sender_id is distinct from p_user_id
        and m.deleted_at is null
    ) then p_seq
    else greatest(p_seq, (
      select max(m.seq) from confab.messages m where m.thread_root_id = p_root_id and m.deleted_at is null
    ))
  end;
end;
$$;

comment on function confab_private.past_own_replies(uuid, uuid, bigint) is
  'D7 A cursor in a thread, moved on to its end where nothing of others lies between, so that what one has written oneself is never unread.';

create function confab_private.extend_thread(p_reply confab.messages, p_seen_seq bigint)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_root confab.messages;
  v_participants uuid[];
  v_followers uuid[];
  v_seen bigint;
begin
  select m.* into v_root from confab.messages m where m.id = p_reply.thread_root_id;
  v_seen := least(coalesce(p_seen_seq, 0), p_reply.seq);
  select array_agg(u.id order by u.place) into v_participants
  from (
    select p_reply.sender_id as id, 0 as place
    union all
    select e.id::uuid, e.place
    from jsonb_array_elements_text(v_root.thread -> 'participant_ids') with ordinality e (id, place)
    where e.id::uuid <> p_reply.sender_id and e.place <= 10
  ) u;
  -- What others have replied since the sender looked stays unread.
  insert into confab.threads as t (user_id, root_id, conversation_id, last_read_seq)
  values (
    p_reply.sender_id, v_root.id, v_root.conversation_id,
    confab_private.past_own_replies(p_reply.sender_id, v_root.id, v_seen)
  )
  on conflict (user_id, root_id) do update
  set last_read_seq = confab_private.past_own_replies(t.user_id, t.root_id, greatest(t.last_read_seq, v_seen)),
      is_following = true;
  -- From now on it concerns who wrote the root and who is mentioned, unless they have stopped following it.
  with added as (
    insert into confab.threads (user_id, root_id, conversation_id)
    select m.user_id, v_root.id, v_root.conversation_id
    from confab.members m
    where m.conversation_id = v_root.conversation_id
      and m.state = 'joined'
      and m.user_id = any (v_root.sender_id || coalesce(p_reply.mentioned_user_ids, '{}'))
    on conflict (user_id, root_id) do nothing
    returning user_id
  )
  select array_agg(a.user_id) into v_followers from added a;
  perform confab_private.change_thread(
    v_root.id,
    jsonb_build_object(
      'reply_count', coalesce((v_root.thread ->> 'reply_count')::integer, 0) + 1,
      'last_reply_seq', p_reply.seq,
      'last_reply_at', p_reply.created_at,
      'participant_ids', v_participants[1:10]
    ),
    p_reply.sender_id || v_followers
  );
end;
$$;

comment on function confab_private.extend_thread(confab.messages, bigint) is
  'Counts a reply on the root of its thread; its sender has read the thread up to p_seen_seq, its root''s author and whom it mentions follow it.';

create function confab_private.thread_summary(p_root_id uuid)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select jsonb_build_object(
      'reply_count', count(*),
      'last_reply_seq', max(m.seq),
      'last_reply_at', max(m.created_at),
      'participant_ids', (
        select jsonb_agg(p.sender_id order by p.last_seq desc)
        from (
          select o.sender_id, max(o.seq) as last_seq
          from confab.messages o
          where o.thread_root_id = p_root_id and o.deleted_at is null
          group by o.sender_id
          order by max(o.seq) desc
          limit 10
        ) p
      )
    )
    from confab.messages m
    where m.thread_root_id = p_root_id and m.deleted_at is null
    having count(*) > 0
  );
end;
$$;

comment on function confab_private.thread_summary(uuid) is
  'The summary of a thread, counted anew; null when no reply is left.';

create function confab_private.recount_thread(p_root_id uuid)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_user_id uuid;
begin
  perform confab_private.change_thread(p_root_id, confab_private.thread_summary(p_root_id));
  for v_user_id in
    update confab.threads t
    set last_read_seq = n.seq
    from confab.threads o
    cross join lateral (select confab_private.past_own_replies(o.user_id, o.root_id, o.last_read_seq) as seq) n
    where o.root_id = p_root_id and t.user_id = o.user_id and t.root_id = o.root_id and t.last_read_seq < n.seq
    returning t.user_id
  loop
    perform confab_private.emit_thread(v_user_id, p_root_id);
  end loop;
end;
$$;

comment on function confab_private.recount_thread(uuid) is
  'Makes the summary of a thread anew after a reply was deleted. Who has nothing but own replies left there has read it.';

create function confab_private.emit_thread(p_user_id uuid, p_root_id uuid)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_thread jsonb;
  v_change jsonb;
begin
  select
    t.wire,
    jsonb_build_object(
      'type', 'thread',
      'conversation_id', t.conversation_id,
      'version', v.version,
      'thread', t.wire,
      'unread_threads', v.unread_threads
    )
  into v_thread, v_change
  from confab_private.thread_wire t
  join confab_private.memberships v on v.conversation_id = t.conversation_id and v.user_id = t.user_id
  where t.user_id = p_user_id and t.root_id = p_root_id;
  -- Who has left stands to it no more.
  if found then
    perform confab_private.emit(array['inbox:' || p_user_id], v_change);
  end if;
  return v_thread;
end;
$$;

comment on function confab_private.emit_thread(uuid, uuid) is
  'D7 D10 Tells a user''s own devices how far the user has read a thread, and how many threads of the conversation are unread at that version of it. Returns the former.';

create function confab_private.tell_thread_counts(p_conversation_id uuid, p_user_id uuid)
returns void
language plpgsql
set search_path = ''
as $$
begin
  -- The trigger stamps the row, so that the next pull brings the conversation with its counts.
  update confab.members m set changed_xid = m.changed_xid
  where m.conversation_id = p_conversation_id and m.user_id = p_user_id;
  perform confab_private.emit_own_member(p_conversation_id, p_user_id);
end;
$$;

comment on function confab_private.tell_thread_counts(uuid, uuid) is
  'D7 Tells a user''s own devices, now or with their next pull, how many threads of a conversation are unread.';
