-- D7 How far one has read the threads one follows.

create function confab_private.mark_thread_read(p_thread_root_id uuid, p_seq bigint)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me constant uuid := confab_private.require_me();
  v_doing constant text := 'mark the thread as read';
  v_root confab.messages;
  v_seq bigint;
  v_thread jsonb;
begin
  perform confab_private.require_seq(p_seq, 0, v_doing);
  v_root := confab_private.require_message(p_thread_root_id, v_me, v_doing);
  -- Where there are no replies nothing is read, or replies to come would be read beforehand.
  v_seq := least(p_seq, coalesce((v_root.thread ->> 'last_reply_seq')::bigint, 0));
  v_seq := confab_private.past_own_replies(v_me, p_thread_root_id, v_seq);
  -- Before the thread, as everything does that changes both.
  perform from confab.members m
  where m.conversation_id = v_root.conversation_id and m.user_id = v_me
  for no key update;
  update confab.threads t
  set last_read_seq = v_seq
  where t.user_id = v_me and t.root_id = p_thread_root_id and t.last_read_seq < v_seq;
  if found then
    v_thread := confab_private.emit_thread(v_me, p_thread_root_id);
    perform confab_private.tell_thread_counts(v_root.conversation_id, v_me);
    return v_thread;
  end if;
  return (
    select t.wire from confab_private.thread_wire t where t.user_id = v_me and t.root_id = p_thread_root_id
  );
end;
$$;

comment on function confab_private.mark_thread_read(uuid, bigint) is 'Body of confab.mark_thread_read.';

create function confab_private.follow_thread(p_thread_root_id uuid, p_is_following boolean, p_seen_seq bigint)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me constant uuid := confab_private.require_me();
  v_doing constant text := 'follow the thread';
  v_root confab.messages;
  v_thread jsonb;
begin
  if p_is_following is null then
    perform confab_private.fail('invalid', format('unable to %s; is_following is missing', v_doing));
  end if;
  v_root := confab_private.require_message(p_thread_root_id, v_me, v_doing);
  if v_root.thread_root_id is not null then
    perform confab_private.fail('invalid', format('unable to %s; the message is a reply in one', v_doing));
  end if;
  -- Who begins to follow a thread has seen what is in it.
  perform from confab.members m
  where m.conversation_id = v_root.conversation_id and m.user_id = v_me
  for no key update;
  insert into confab.threads (user_id, root_id, conversation_id, last_read_seq, is_following)
  values (
    v_me, p_thread_root_id, v_root.conversation_id,
    least(p_seen_seq, coalesce((v_root.thread ->> 'last_reply_seq')::bigint, 0)), p_is_following
  )
  on conflict (user_id, root_id) do update set is_following = p_is_following;
  v_thread := confab_private.emit_thread(v_me, p_thread_root_id);
  perform confab_private.tell_thread_counts(v_root.conversation_id, v_me);
  return v_thread;
end;
$$;

comment on function confab_private.follow_thread(uuid, boolean, bigint) is 'Body of confab.follow_thread.';

-- What an app calls.

create function confab.mark_thread_read(thread_root_id uuid, seq bigint)
returns jsonb language plpgsql volatile set search_path = ''
as $$ begin return confab_private.mark_thread_read($1, $2); end $$;

comment on function confab.mark_thread_read(uuid, bigint) is
'Moves the caller''s cursor in a thread forward to seq, at most to its last reply, and answers the state of the thread; null for who does not follow it.
Errors: `unauthenticated`, `not_member`, `not_found`, `invalid`. Rule D7.';

create function confab.follow_thread(thread_root_id uuid, is_following boolean, seen_seq bigint default null)
returns jsonb language plpgsql volatile set search_path = ''
as $$ begin return confab_private.follow_thread($1, $2, $3); end $$;

comment on function confab.follow_thread(uuid, boolean, bigint) is
'Begins or stops to follow a thread, and answers its state. Whoever wrote its root, replies or is mentioned in it follows it anyway.

seen_seq: up to where the caller had seen it when this was asked for: later replies are unread; null = all there is.
Errors: `unauthenticated`, `not_member`, `not_found`, `invalid`. Rule D7.';

grant execute on function
  confab.mark_thread_read(uuid, bigint),
  confab.follow_thread(uuid, boolean, bigint),
  confab_private.mark_thread_read(uuid, bigint),
  confab_private.follow_thread(uuid, boolean, bigint)
to authenticated, service_role;
