-- Sending, editing and deleting. Order of locks everywhere: rate bucket, conversation, member, message.

create function confab_private.require_content(p_content text, p_is_needed boolean, p_doing text)
returns void
language plpgsql
stable
set search_path = ''
as $$
declare
  v_max integer;
begin
  if p_is_needed and coalesce(p_content, '') !~ '\S' then
    perform confab_private.fail('content_empty', format('unable to %s; it has no content', p_doing));
  end if;
  select s.max_content_length into v_max from confab_private.settings s;
  if char_length(p_content) > v_max then
    perform confab_private.fail(
      'content_too_long', format('unable to %s; the content exceeds %s characters', p_doing, v_max)
    );
  end if;
end;
$$;

comment on function confab_private.require_content(text, boolean, text) is
  'Refuses content that is blank where the kind needs some (`content_empty`) or too long (`content_too_long`).';

create function confab_private.append_message(
  p_id uuid,
  p_conversation_id uuid,
  p_sender_id uuid,
  p_kind text,
  p_content text,
  p_data jsonb,
  p_reply_to_id uuid,
  p_thread_root_id uuid,
  p_occurs_on date,
  p_counts boolean
)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_conversation confab.conversations;
begin
  update confab.conversations c
  set last_seq = c.last_seq + 1,
      version = c.version + 1,
      counted = c.counted + p_counts::integer,
      -- Taken under the lock and strictly growing, so that the times of messages follow their seq.
      last_activity_at = greatest(clock_timestamp(), c.last_activity_at + interval '1 microsecond')
  where c.id = p_conversation_id
  returning c.* into v_conversation;

  if p_sender_id is not null then
    update confab.members m
    set last_read_seq = v_conversation.last_seq,
        last_read_counted = v_conversation.counted,
        last_delivered_seq = v_conversation.last_seq,
        last_sent_seq = v_conversation.last_seq
    where m.conversation_id = p_conversation_id and m.user_id = p_sender_id and m.state = 'joined';
    -- The sender was removed while this call waited for the conversation.
    if not found then
      perform confab_private.fail('not_member', 'unable to send the message; you are not a member of the conversation');
    end if;
  end if;

  insert into confab.messages (
    id, conversation_id, seq, version, counted, sender_id, reply_to_id, thread_root_id, kind, content, data, occurs_on,
    counts, created_at
  )
  values (
    p_id, p_conversation_id, v_conversation.last_seq, v_conversation.version, v_conversation.counted, p_sender_id,
    p_reply_to_id, p_thread_root_id, p_kind, p_content, p_data, p_occurs_on, p_counts, v_conversation.last_activity_at
  )
  on conflict (id) do nothing;
  if not found then
    perform confab_private.fail('id_taken', 'unable to send the message; its id belongs to another message');
  end if;
  return confab_private.emit_message(p_id);
end;
$$;

comment on function confab_private.append_message(uuid, uuid, uuid, text, text, jsonb, uuid, uuid, date, boolean) is
  'D3 Takes the conversation row, and with it the next seq and version, then writes the message, moves the sender''s own cursor (D6) and tells the members (D10). p_sender_id null = from the server.';

create function confab_private.sent_message(p_id uuid, p_conversation_id uuid, p_me uuid)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_message record;
begin
  select w.conversation_id, w.sender_id, w.wire into v_message
  from confab_private.message_wire w
  where w.id = p_id;
  if not found then
    return null;
  end if;
  if v_message.sender_id is distinct from p_me or v_message.conversation_id is distinct from p_conversation_id then
    perform confab_private.fail('id_taken', 'unable to send the message; its id belongs to another message');
  end if;
  return v_message.wire;
end;
$$;

comment on function confab_private.sent_message(uuid, uuid, uuid) is
  'The answer to a replayed send: the message as it is now; null when it is new; `id_taken` when the id belongs to something else.';

create function confab_private.send_message(
  p_id uuid,
  p_conversation_id uuid,
  p_content text,
  p_kind text,
  p_data jsonb,
  p_reply_to_id uuid,
  p_thread_root_id uuid,
  p_occurs_on date
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := confab_private.require_me();
  v_doing constant text := 'send the message';
  v_member confab.members;
  v_kind confab.message_kinds;
  v_post_role text;
  v_data jsonb;
  v_sent jsonb;
begin
  if p_id is null then
    perform confab_private.fail('invalid', 'unable to send the message; id is missing');
  end if;
  v_sent := confab_private.sent_message(p_id, p_conversation_id, v_me);
  if v_sent is not null then
    return v_sent;
  end if;

  v_member := confab_private.require_member(p_conversation_id, v_me, v_doing);
  select k.* into v_kind from confab.message_kinds k where k.kind = coalesce(p_kind, 'text');
  if not found then
    perform confab_private.fail('unknown_kind', format('unable to %s; no such kind of message', v_doing));
  end if;
  select k.post_role into v_post_role
  from confab.conversations c join confab.conversation_kinds k on k.kind = c.kind
  where c.id = p_conversation_id;
  if not v_kind.is_sendable
    or not confab_private.has_role(v_member.role, v_kind.post_role)
    or not confab_private.has_role(v_member.role, v_post_role)
  then
    perform confab_private.fail('forbidden', format('unable to %s; you may not send this kind of message here', v_doing));
  end if;
  perform confab_private.require_content(p_content, v_kind.needs_content, v_doing);
  v_data := confab_private.require_data(p_data, v_doing);
  if v_kind.needs_occurs_on and p_occurs_on is null then
    perform confab_private.fail('invalid', format('unable to %s; this kind needs occurs_on', v_doing));
  end if;
  if p_reply_to_id is not null and not exists (
    select 1 from confab.messages m where m.id = p_reply_to_id and m.conversation_id = p_conversation_id
  ) then
    perform confab_private.fail('not_found', format('unable to %s; the message it replies to does not exist', v_doing));
  end if;
  if p_thread_root_id is not null and not exists (
    select 1
    from confab.messages m
    where m.id = p_thread_root_id and m.conversation_id = p_conversation_id and m.thread_root_id is null
  ) then
    perform confab_private.fail('not_found', format('unable to %s; the root of the thread does not exist', v_doing));
  end if;

  perform confab_private.charge(v_me);
  perform 1 from confab.conversations c where c.id = p_conversation_id for no key update;
  -- Asked again under the lock: the same mutation may have been on its way twice.
  v_sent := confab_private.sent_message(p_id, p_conversation_id, v_me);
  if v_sent is not null then
    return v_sent;
  end if;
  return confab_private.append_message(
    p_id, p_conversation_id, v_me, v_kind.kind, p_content, v_data, p_reply_to_id, p_thread_root_id, p_occurs_on,
    v_kind.counts_as_unread and p_thread_root_id is null
  );
end;
$$;

comment on function confab_private.send_message(uuid, uuid, text, text, jsonb, uuid, uuid, date) is 'Body of confab.send_message.';

create function confab_private.edit_message(p_id uuid, p_message_id uuid, p_content text, p_data jsonb)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := confab_private.require_me();
  v_doing constant text := 'edit the message';
  v_conversation_id uuid;
  v_version bigint;
  v_message confab.messages;
  v_applied_to uuid;
  v_window integer;
begin
  if p_id is null or p_message_id is null then
    perform confab_private.fail('invalid', format('unable to %s; id or message_id is missing', v_doing));
  end if;
  select m.conversation_id into v_conversation_id from confab.messages m where m.id = p_message_id;
  if not found then
    perform confab_private.fail('not_found', format('unable to %s; no such message', v_doing));
  end if;
  perform confab_private.require_member(v_conversation_id, v_me, v_doing);

  perform 1 from confab.conversations c where c.id = v_conversation_id for no key update;
  select m.* into v_message from confab.messages m where m.id = p_message_id;
  select e.message_id into v_applied_to from confab_private.applied_edits e where e.user_id = v_me and e.id = p_id;
  if found then
    if v_applied_to <> p_message_id then
      perform confab_private.fail('id_taken', format('unable to %s; the id of the edit was used before', v_doing));
    end if;
    return (select w.wire from confab_private.message_wire w where w.id = p_message_id);
  end if;
  if v_message.sender_id is distinct from v_me then
    perform confab_private.fail('forbidden', format('unable to %s; it is not yours', v_doing));
  end if;
  if v_message.deleted_at is not null then
    perform confab_private.fail('message_deleted', format('unable to %s; it has been deleted', v_doing));
  end if;
  select s.edit_window_seconds into v_window from confab_private.settings s;
  if v_message.created_at < clock_timestamp() - make_interval(secs => v_window) then
    perform confab_private.fail('edit_window_closed', format('unable to %s; it is older than %s seconds', v_doing, v_window));
  end if;
  perform confab_private.require_content(
    p_content, (select k.needs_content from confab.message_kinds k where k.kind = v_message.kind), v_doing
  );

  update confab.conversations c set version = c.version + 1 where c.id = v_conversation_id returning c.version into v_version;
  update confab.messages m
  set content = p_content,
      data = case when p_data is null then m.data else confab_private.require_data(p_data, v_doing) end,
      edited_at = clock_timestamp(),
      version = v_version
  where m.id = p_message_id;
  insert into confab_private.applied_edits (user_id, id, message_id) values (v_me, p_id, p_message_id);
  return confab_private.emit_message(p_message_id);
end;
$$;

comment on function confab_private.edit_message(uuid, uuid, text, jsonb) is 'Body of confab.edit_message.';

create function confab_private.delete_message(p_message_id uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := confab_private.require_me();
  v_doing constant text := 'delete the message';
  v_conversation_id uuid;
  v_version bigint;
  v_message confab.messages;
begin
  if p_message_id is null then
    perform confab_private.fail('invalid', format('unable to %s; message_id is missing', v_doing));
  end if;
  select m.conversation_id into v_conversation_id from confab.messages m where m.id = p_message_id;
  if not found then
    perform confab_private.fail('not_found', format('unable to %s; no such message', v_doing));
  end if;
  perform confab_private.require_member(v_conversation_id, v_me, v_doing);

  perform 1 from confab.conversations c where c.id = v_conversation_id for no key update;
  select m.* into v_message from confab.messages m where m.id = p_message_id;
  if v_message.sender_id is distinct from v_me then
    perform confab_private.fail('forbidden', format('unable to %s; it is not yours', v_doing));
  end if;
  if v_message.deleted_at is not null then
    return (select w.wire from confab_private.message_wire w where w.id = p_message_id);
  end if;

  update confab.conversations c
  set version = c.version + 1,
      last_deleted_seq = case when v_message.counts then greatest(c.last_deleted_seq, v_message.seq) else c.last_deleted_seq end
  where c.id = v_conversation_id
  returning c.version into v_version;
  update confab.messages m
  set content = null, data = '{}', deleted_at = clock_timestamp(), version = v_version
  where m.id = p_message_id;
  return confab_private.emit_message(p_message_id);
end;
$$;

comment on function confab_private.delete_message(uuid) is 'Body of confab.delete_message.';
