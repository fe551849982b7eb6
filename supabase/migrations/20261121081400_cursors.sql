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
begin
  perform confab_private.require_seq(p_seq, 0, v_doing);
  perform confab_private.require_member(p_conversation_id, v_me, v_doing);
  if not confab_private.read_up_to(p_conversation_id, v_me, p_seq) then
    return confab_private.own_state(p_conversation_id, v_me);
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

create function confab_private.to_read_all(
  p_me uuid,
  p_seen jsonb,
  p_rest_after text,
  p_lanes uuid[] default '{}'
)
returns table (conversation_id uuid, place bigint, seq bigint)
language sql
stable
set search_path = ''
as $$
  select
    v.conversation_id,
    row_number() over (order by v.last_activity_at desc),
    case
      when p_seen ->> v.conversation_id::text ~ '^\d{1,18}$' then (p_seen ->> v.conversation_id::text)::bigint
      when p_seen ? v.conversation_id::text then 0
      when p_seen is null or (v.last_activity_at, v.conversation_id) < (confab_private.from_micros(r.place[1]), r.place[2]::uuid)
        -- All there is when its turn comes.
        then 9223372036854775807
      else 0
    end
  from confab_private.memberships v
  cross join confab_private.page_place(p_rest_after, '^\d{1,17}$', 'mark everything as read') r (place)
  where v.user_id = p_me
    and (
      v.state = 'joined' and v.unread > 0
      or v.conversation_id = any (p_lanes)
      or v.conversation_id in (
        select w.conversation_id from confab_private.thread_wire w where w.user_id = p_me and w.is_unread
      )
    );
$$;

comment on function confab_private.to_read_all(uuid, jsonb, text, uuid[]) is
  'D7 The conversations in which p_me has something unread, or may have after what is done in p_lanes; place 1 has the newest activity. seq: up to where what p_me had seen goes, as mark_all_read has it in p_seen and p_rest_after.';

create function confab_private.read_all_in(p_me uuid, p_conversation_id uuid, p_place bigint, p_seq bigint)
returns void
language plpgsql
set search_path = ''
as $$
declare
  -- So that the work is bounded, however many conversations somebody comes back to.
  v_max_told constant integer := 50;
  v_is_moved boolean := false;
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
  if exists (
    select 1
    from confab_private.memberships v
    where v.conversation_id = p_conversation_id and v.user_id = p_me and v.unread > 0
  ) then
    v_is_moved := confab_private.read_up_to(p_conversation_id, p_me, p_seq);
  end if;
  perform from confab.threads t
  where t.user_id = p_me and t.conversation_id = p_conversation_id
  order by t.root_id
  for no key update;
  for v_root_id in
    update confab.threads t
    set last_read_seq = confab_private.past_own_replies(p_me, w.root_id, least(w.last_reply_seq, p_seq))
    from confab_private.thread_wire w
    where w.user_id = p_me and w.conversation_id = p_conversation_id and w.is_unread
      and t.user_id = p_me and t.root_id = w.root_id
      and t.last_read_seq < least(w.last_reply_seq, p_seq)
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
  elsif v_has_threads and not v_is_moved then
    perform confab_private.tell_thread_counts(p_conversation_id, p_me);
  end if;
end;
$$;

comment on function confab_private.read_all_in(uuid, uuid, bigint, bigint) is
  'D3, D7 What mark_all_read does in one conversation, up to p_seq: one at a time, so that a push can do it in the order in which it locks.';

create function confab_private.mark_all_read(p_seen jsonb, p_rest_after text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me constant uuid := confab_private.require_me();
  v_unread record;
begin
  if jsonb_typeof(p_seen) <> 'object' then
    perform confab_private.fail('invalid', 'unable to mark everything as read; seen must be an object');
  end if;
  perform confab_private.page_place(p_rest_after, '^\d{1,17}$', 'mark everything as read');
  for v_unread in
    select t.* from confab_private.to_read_all(v_me, p_seen, p_rest_after) t order by t.conversation_id
  loop
    perform confab_private.read_all_in(v_me, v_unread.conversation_id, v_unread.place, v_unread.seq);
  end loop;
  return jsonb_build_object('unread_total', confab_private.unread_total_of(v_me));
end;
$$;

comment on function confab_private.mark_all_read(jsonb, text) is 'Body of confab.mark_all_read.';

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

create function confab.mark_all_read(seen jsonb default null, rest_after text default null)
returns jsonb language plpgsql volatile set search_path = ''
as $$ begin return confab_private.mark_all_read($1, $2); end $$;

comment on function confab.mark_all_read(jsonb, text) is
'Marks everything in all of the caller''s conversations and threads as read, and answers {unread_total}.

seen: an object of conversation ids and the seq up to which each had been seen when this was asked for; null = all there is. rest_after: with seen, the `next` of the list the caller had: conversations after that place which are not in seen are read whole; null = there were none. Live receipts go out for the 50 conversations with the newest activity, those for others come with the next pull.
Errors: `unauthenticated`, `invalid`. Rules D6, D7.';

grant execute on function
  confab.mark_read(uuid, bigint),
  confab.mark_delivered(uuid, bigint),
  confab.mark_unread(uuid, bigint),
  confab.mark_all_read(jsonb, text),
  confab_private.mark_read(uuid, bigint),
  confab_private.mark_delivered(uuid, bigint),
  confab_private.mark_unread(uuid, bigint),
  confab_private.mark_all_read(jsonb, text)
to authenticated, service_role;
