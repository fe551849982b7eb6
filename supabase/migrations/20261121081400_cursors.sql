-- D6 D7 Cursors. They lock the caller's own rows only, so readers never wait for senders of the conversation.

create function confab_private.own_state(p_conversation_id uuid, p_me uuid)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select jsonb_build_object(
      'member', v.own_wire,
      'version', case when v.state = 'joined' then v.version else 0 end,
      'unread', v.unread, 'unread_mentions', v.unread_mentions, 'unread_threads', v.unread_threads
    )
    from confab_private.memberships v
    where v.conversation_id = p_conversation_id and v.user_id = p_me
  );
end;
$$;

comment on function confab_private.own_state(uuid, uuid) is
  'D7 The answer when a cursor did not move: {member, version, unread, unread_mentions, unread_threads}.';

create function confab_private.require_seq(p_seq bigint, p_least bigint, p_doing text)
returns void
language plpgsql
immutable
set search_path = ''
as $$
begin
  if p_seq is null or p_seq < p_least then
    perform confab_private.fail('invalid', format('unable to %s; seq must be %s or more', p_doing, p_least));
  end if;
end;
$$;

comment on function confab_private.require_seq(bigint, bigint, text) is 'Refuses a missing or too low position (`invalid`).';

create function confab_private.mark_read(p_conversation_id uuid, p_seq bigint)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me constant uuid := confab_private.require_me();
  v_doing constant text := 'mark the conversation as read';
  v_member confab.members;
  v_new bigint;
begin
  perform confab_private.require_seq(p_seq, 0, v_doing);
  v_member := confab_private.require_member(p_conversation_id, v_me, v_doing);

  update confab.members m
  set last_read_seq = greatest(m.last_read_seq, target.seq),
      last_delivered_seq = greatest(m.last_delivered_seq, target.seq),
      unread_after_seq = target.seq,
      unread_after_counted = target.counted
  from (
    select r.seq, r.counted
    from confab.conversations c
    join confab.messages r on r.conversation_id = c.id and r.seq = least(p_seq, c.last_seq)
    where c.id = p_conversation_id
  ) target
  where m.conversation_id = p_conversation_id
    and m.user_id = v_me
    and m.state = 'joined'
    and m.unread_after_seq < target.seq
  returning m.last_read_seq into v_new;

  if v_new is null then
    return confab_private.own_state(p_conversation_id, v_me);
  end if;
  if v_new > v_member.last_read_seq then
    insert into confab_private.read_log (member_number, seq) values (v_member.number, v_new)
    on conflict (member_number, seq) do nothing;
  end if;
  return confab_private.emit_member(p_conversation_id, v_me, true);
end;
$$;

comment on function confab_private.mark_read(uuid, bigint) is 'Body of confab.mark_read.';

create function confab_private.mark_delivered(p_conversation_id uuid, p_seq bigint)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me constant uuid := confab_private.require_me();
  v_doing constant text := 'mark messages as delivered';
  v_state jsonb;
begin
  perform confab_private.require_seq(p_seq, 0, v_doing);
  perform confab_private.require_member(p_conversation_id, v_me, v_doing);

  update confab.members m
  set last_delivered_seq = least(p_seq, c.last_seq)
  from confab.conversations c
  where c.id = p_conversation_id
    and m.conversation_id = p_conversation_id
    and m.user_id = v_me
    and m.state = 'joined'
    and m.last_delivered_seq < least(p_seq, c.last_seq);
  v_state := case
    when found then confab_private.emit_member(p_conversation_id, v_me, true)
    else confab_private.own_state(p_conversation_id, v_me)
  end;
  return jsonb_build_object('member', v_state -> 'member', 'version', v_state -> 'version');
end;
$$;

comment on function confab_private.mark_delivered(uuid, bigint) is 'Body of confab.mark_delivered.';

create function confab_private.mark_unread(p_conversation_id uuid, p_seq bigint)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me constant uuid := confab_private.require_me();
  v_doing constant text := 'mark messages as unread';
  v_member confab.members;
begin
  perform confab_private.require_seq(p_seq, 1, v_doing);
  v_member := confab_private.require_member(p_conversation_id, v_me, v_doing);

  update confab.members m
  set unread_after_seq = target.seq,
      unread_after_counted = target.counted
  from (
    -- Before the first message there is nothing that counted.
    select least(greatest(p_seq, v_member.visible_from_seq), c.last_seq + 1) - 1 as seq, coalesce(r.counted, 0) as counted
    from confab.conversations c
    left join confab.messages r
      on r.conversation_id = c.id
      and r.seq = least(greatest(p_seq, v_member.visible_from_seq), c.last_seq + 1) - 1
    where c.id = p_conversation_id
  ) target
  where m.conversation_id = p_conversation_id
    and m.user_id = v_me
    and m.state = 'joined'
    and m.unread_after_seq > target.seq;
  if not found then
    return confab_private.own_state(p_conversation_id, v_me);
  end if;
  -- The receipt stays where it is: what others were told to have been read, was.
  return confab_private.emit_own_member(p_conversation_id, v_me);
end;
$$;

comment on function confab_private.mark_unread(uuid, bigint) is 'Body of confab.mark_unread.';

create function confab_private.to_read_all(p_me uuid, p_lanes uuid[] default '{}')
returns table (conversation_id uuid, place bigint)
language sql
stable
set search_path = ''
as $$
  select v.conversation_id, row_number() over (order by v.last_activity_at desc)
  from confab_private.memberships v
  where v.user_id = p_me
    and (
      v.state = 'joined' and v.unread > 0
      or v.conversation_id = any (p_lanes)
      or v.conversation_id in (
        select w.conversation_id from confab_private.thread_wire w where w.user_id = p_me and w.is_unread
      )
    );
$$;

comment on function confab_private.to_read_all(uuid, uuid[]) is
  'D7 The conversations in which p_me has something unread, or may have after what is done in p_lanes; place 1 has the newest activity.';

create function confab_private.read_all_in(p_me uuid, p_conversation_id uuid, p_place bigint)
returns void
language plpgsql
set search_path = ''
as $$
declare
  -- So that the work is bounded, however many conversations somebody comes back to.
  v_max_told constant integer := 50;
  v_is_moved boolean;
  v_has_threads boolean := false;
  v_root_id uuid;
begin
  -- First of all that is locked here, as by everything else that is about one member.
  perform from confab.members m
  where m.conversation_id = p_conversation_id and m.user_id = p_me and m.state = 'joined'
  for no key update;
  if not found then
    return;
  end if;
  with unread as (
    select m.last_read_seq
    from confab.members m
    join confab_private.memberships v on v.conversation_id = m.conversation_id and v.user_id = m.user_id
    where m.conversation_id = p_conversation_id and m.user_id = p_me and v.unread > 0
  ),
  moved as (
    update confab.members m
    set last_read_seq = greatest(m.last_read_seq, c.last_seq),
        last_delivered_seq = greatest(m.last_delivered_seq, c.last_seq),
        unread_after_seq = c.last_seq,
        unread_after_counted = c.counted
    from confab.conversations c, unread
    where c.id = p_conversation_id and m.conversation_id = c.id and m.user_id = p_me
    returning m.number, m.last_read_seq, unread.last_read_seq as old_seq
  ),
  logged as (
    insert into confab_private.read_log (member_number, seq)
    select m.number, m.last_read_seq from moved m where m.last_read_seq > m.old_seq
    on conflict (member_number, seq) do nothing
  )
  select true into v_is_moved from moved;
  perform from confab.threads t
  where t.user_id = p_me and t.conversation_id = p_conversation_id
  order by t.root_id
  for no key update;
  for v_root_id in
    update confab.threads t
    set last_read_seq = w.last_reply_seq
    from confab_private.thread_wire w
    where w.user_id = p_me and w.conversation_id = p_conversation_id and w.is_unread
      and t.user_id = p_me and t.root_id = w.root_id
    returning t.root_id
  loop
    perform confab_private.emit_thread(p_me, v_root_id);
    v_has_threads := true;
  end loop;

  if v_is_moved and p_place <= v_max_told then
    perform confab_private.emit_member(p_conversation_id, p_me, true);
  elsif v_is_moved and p_place = v_max_told + 1 then
    -- One's own devices pull the rest at once, others with their next pull.
    perform confab_private.emit_conversation(p_conversation_id, array[p_me]);
  elsif v_has_threads and v_is_moved is null then
    perform confab_private.tell_thread_counts(p_conversation_id, p_me);
  end if;
end;
$$;

comment on function confab_private.read_all_in(uuid, uuid, bigint) is
  'D3, D7 What mark_all_read does in one conversation: one at a time, so that a push can do it in the order in which it locks.';

create function confab_private.mark_all_read()
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me constant uuid := confab_private.require_me();
  v_unread record;
begin
  for v_unread in select t.* from confab_private.to_read_all(v_me) t order by t.conversation_id loop
    perform confab_private.read_all_in(v_me, v_unread.conversation_id, v_unread.place);
  end loop;
  return jsonb_build_object('unread_total', confab_private.unread_total_of(v_me));
end;
$$;

comment on function confab_private.mark_all_read() is 'Body of confab.mark_all_read.';

-- What an app calls.

create function confab.mark_read(conversation_id uuid, seq bigint)
returns jsonb language plpgsql volatile set search_path = ''
as $$ begin return confab_private.mark_read($1, $2); end $$;

comment on function confab.mark_read(uuid, bigint) is
'Moves the caller''s cursors forward to seq, at most to the last message, and answers {member, version, unread, unread_mentions, unread_threads}. A lower seq changes nothing.
Errors: `unauthenticated`, `not_member`, `not_found`, `invalid`. Rules D6, D7.';

create function confab.mark_delivered(conversation_id uuid, seq bigint)
returns jsonb language plpgsql volatile set search_path = ''
as $$ begin return confab_private.mark_delivered($1, $2); end $$;

comment on function confab.mark_delivered(uuid, bigint) is
'Moves the caller''s delivered cursor forward to seq, at most to the last message, and answers {member, version}. A lower seq changes nothing.
Errors: `unauthenticated`, `not_member`, `not_found`, `invalid`. Rule D6.';

create function confab.mark_unread(conversation_id uuid, seq bigint)
returns jsonb language plpgsql volatile set search_path = ''
as $$ begin return confab_private.mark_unread($1, $2); end $$;

comment on function confab.mark_unread(uuid, bigint) is
'Makes the message at seq and all after it unread again for the caller, and answers {member, version, unread, unread_mentions, unread_threads}. What others see as read stays read.

seq: 1 or more; one that is unread already changes nothing.
Errors: `unauthenticated`, `not_member`, `not_found`, `invalid`. Rule D7.';

create function confab.mark_all_read()
returns jsonb language plpgsql volatile set search_path = ''
as $$ begin return confab_private.mark_all_read(); end $$;

comment on function confab.mark_all_read() is
'Marks everything in all of the caller''s conversations and threads as read, and answers {unread_total}. Live receipts go out for the 50 conversations with the newest activity, those for others come with the next pull.
Errors: `unauthenticated`. Rules D6, D7.';

grant execute on function
  confab.mark_read(uuid, bigint),
  confab.mark_delivered(uuid, bigint),
  confab.mark_unread(uuid, bigint),
  confab.mark_all_read(),
  confab_private.mark_read(uuid, bigint),
  confab_private.mark_delivered(uuid, bigint),
  confab_private.mark_unread(uuid, bigint),
  confab_private.mark_all_read()
to authenticated, service_role;
