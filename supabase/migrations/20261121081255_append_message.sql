-- D3 How a message gets its place in a conversation. Order of locks everywhere: rate bucket, conversation, member, message.

create function confab_private.as_sender_sees(p_wire jsonb, p_message confab.messages)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  -- What it quotes depends on who looks; nothing else of a new message does.
  if p_message.reply_to_id is not null then
    return confab_private.message_for(p_message.sender_id, p_message.id);
  end if;
  return p_wire || '{"is_hidden": false}';
end;
$$;

comment on function confab_private.as_sender_sees(jsonb, confab.messages) is
  'A message just sent as its sender sees it, made from how everybody does.';

create function confab_private.read_up_to(p_conversation_id uuid, p_me uuid, p_seq bigint)
returns boolean
language plpgsql
set search_path = ''
as $$
declare
  v_number bigint;
  v_old bigint;
  v_new bigint;
begin
  if p_seq is null then
    return false;
  end if;
  update confab.members m
  set last_read_seq = greatest(m.last_read_seq, target.seq),
      last_delivered_seq = greatest(m.last_delivered_seq, target.seq),
      unread_after_seq = target.seq,
      unread_after_counted = target.counted
  from (
    select r.seq, r.counted, o.last_read_seq
    from confab.conversations c
    join confab.messages r on r.conversation_id = c.id and r.seq = least(p_seq, c.last_seq)
    join confab.members o on o.conversation_id = c.id and o.user_id = p_me
    where c.id = p_conversation_id
  ) target
  where m.conversation_id = p_conversation_id
    and m.user_id = p_me
    and m.state = 'joined'
    and m.unread_after_seq < target.seq
  returning m.number, target.last_read_seq, m.last_read_seq into v_number, v_old, v_new;
  if not found then
    return false;
  end if;
  if v_new > v_old then
    insert into confab_private.read_log (member_number, seq) values (v_number, v_new)
    on conflict (member_number, seq) do nothing;
  end if;
  return true;
end;
$$;

comment on function confab_private.read_up_to(uuid, uuid, bigint) is
  'D6 D7 Moves the cursors of a member forward to a message, at most to the last one, and logs it. False where that moves nothing, as for null. Telling of it is left to the caller.';

create function confab_private.append_message(p_message confab.messages, p_seen_seq bigint default null)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_new confab.messages := p_message;
  v_is_reply constant boolean := p_message.thread_root_id is not null;
  v_mentions constant boolean := p_message.mentioned_user_ids is not null or p_message.mentions_everyone;
  v_now constant timestamptz := clock_timestamp();
  v_last_seq bigint;
  v_has_read boolean := false;
  v_sent jsonb;
begin
  if not v_is_reply then
    v_has_read := confab_private.read_up_to(v_new.conversation_id, v_new.sender_id, p_seen_seq);
  end if;
  update confab.conversations c
  set last_seq = c.last_seq + 1,
      version = c.version + 1,
      counted = c.counted + v_new.counts::integer,
      -- Taken under the lock and strictly growing, so that the times of messages follow their seq.
      last_message_at = greatest(v_now, c.last_message_at + interval '1 microsecond'),
      last_activity_at = case when v_is_reply then c.last_activity_at
        else greatest(v_now, c.last_message_at + interval '1 microsecond') end,
      last_timeline_seq = case when v_is_reply then c.last_timeline_seq else c.last_seq + 1 end,
      last_thread_seq = case when v_is_reply then c.last_seq + 1 else c.last_thread_seq end,
      last_mention_seq = case when v_mentions and not v_is_reply then c.last_seq + 1 else c.last_mention_seq end
  -- The row is locked, so what this reads of it is what was there before.
  from confab.conversations b
  where c.id = v_new.conversation_id and b.id = c.id
  returning c.last_seq, c.version, c.counted, c.last_message_at, b.last_timeline_seq
  into v_new.seq, v_new.version, v_new.counted, v_new.created_at, v_last_seq;
  insert into confab.messages select v_new.* on conflict (id) do nothing;
  if not found then
    perform confab_private.fail('id_taken', 'unable to send the message; its id belongs to another message');
  end if;
  if v_new.mentioned_user_ids is not null then
    insert into confab.mentions (user_id, conversation_id, seq)
    select u.id, v_new.conversation_id, v_new.seq from unnest(v_new.mentioned_user_ids) u (id);
  end if;

  if v_is_reply then
    update confab.members m
    set last_sent_seq = v_new.seq
    where m.conversation_id = v_new.conversation_id and m.user_id = v_new.sender_id;
    v_sent := confab_private.emit_message(v_new.id);
    perform confab_private.extend_thread(v_new, p_seen_seq);
    return confab_private.as_sender_sees(v_sent, v_new);
  end if;
  update confab.members m
  set last_sent_seq = v_new.seq,
      last_read_seq = case when m.last_read_seq >= v_last_seq then v_new.seq else m.last_read_seq end,
      last_delivered_seq = case when m.last_delivered_seq >= v_last_seq then v_new.seq else m.last_delivered_seq end,
      unread_after_seq = case when m.unread_after_seq >= v_last_seq then v_new.seq else m.unread_after_seq end,
      unread_after_counted = case when m.unread_after_seq >= v_last_seq then v_new.counted else m.unread_after_counted end
  where m.conversation_id = v_new.conversation_id and m.user_id = v_new.sender_id;
  v_sent := confab_private.emit_message(v_new.id);
  if v_has_read then
    perform confab_private.emit_member(v_new.conversation_id, v_new.sender_id, true);
  end if;
  return confab_private.as_sender_sees(v_sent, v_new);
end;
$$;

comment on function confab_private.append_message(confab.messages, bigint) is
  'D3 Takes the conversation row, and with it the next seq and version, then writes the message, moves the sender''s own cursors (D6) and tells the members (D10). Of p_message everything but seq, version, counted and created_at has to be set; sender_id null = from the server. p_seen_seq: up to where the sender had seen the timeline, or the thread, when it was written; null = nothing is known of that. A cursor that had reached the end goes on to the new message, which others work out by themselves; only what was read besides is told.';

create function confab_private.new_message(
  p_id uuid,
  p_conversation_id uuid,
  p_sender_id uuid,
  p_kind text,
  p_content text,
  p_data jsonb,
  p_counts boolean
)
returns confab.messages
language plpgsql
stable
set search_path = ''
as $$
declare
  v_message confab.messages;
begin
  v_message.id := p_id;
  v_message.conversation_id := p_conversation_id;
  v_message.sender_id := p_sender_id;
  v_message.kind := p_kind;
  v_message.content := p_content;
  v_message.data := p_data;
  v_message.counts := p_counts;
  v_message.mentions_everyone := false;
  -- Overwritten by the trigger; a null would be refused before it runs.
  v_message.changed_xid := pg_current_xact_id();
  return v_message;
end;
$$;

comment on function confab_private.new_message(uuid, uuid, uuid, text, text, jsonb, boolean) is
  'A message for append_message to which the caller adds what else it has.';

create function confab_private.append_system_message(p_conversation_id uuid, p_actor_id uuid, p_data jsonb)
returns void
language plpgsql
set search_path = ''
as $$
begin
  if exists (
    select 1
    from confab.conversations c
    join confab.conversation_kinds k on k.kind = c.kind
    where c.id = p_conversation_id and k.has_system_messages
  ) then
    perform confab_private.append_message(confab_private.new_message(
      gen_random_uuid(), p_conversation_id, null, 'system', null,
      p_data || jsonb_build_object('actor_id', p_actor_id), false
    ));
  end if;
end;
$$;

comment on function confab_private.append_system_message(uuid, uuid, jsonb) is
  'D9 Tells in the timeline what p_actor_id did, where the kind of the conversation wants that. p_data: {event, …}. The caller holds the conversation row.';
