-- Who may do what, asked once per call (D13).

create function confab_private.require_member(p_conversation_id uuid, p_me uuid, p_doing text)
returns confab.members
language plpgsql
stable
set search_path = ''
as $$
declare
  v_member confab.members;
begin
  if p_conversation_id is null then
    perform confab_private.fail('invalid', format('unable to %s; conversation_id is missing', p_doing));
  end if;
  select m.* into v_member
  from confab.members m
  where m.conversation_id = p_conversation_id and m.user_id = p_me;
  if v_member.state = 'joined' then
    return v_member;
  end if;
  if exists (select 1 from confab.conversations c where c.id = p_conversation_id) then
    perform confab_private.fail('not_member', format('unable to %s; you are not a member of the conversation', p_doing));
  end if;
  perform confab_private.fail('not_found', format('unable to %s; no such conversation', p_doing));
end;
$$;

comment on function confab_private.require_member(uuid, uuid, text) is
  'The membership of p_me, or `not_member`, `not_found`, `invalid`. p_doing completes "unable to …".';

create function confab_private.require_message(p_message_id uuid, p_me uuid, p_doing text)
returns confab.messages
language plpgsql
stable
set search_path = ''
as $$
declare
  v_message confab.messages;
  v_member confab.members;
begin
  if p_message_id is null then
    perform confab_private.fail('invalid', format('unable to %s; the id of the message is missing', p_doing));
  end if;
  select m.* into v_message from confab.messages m where m.id = p_message_id;
  if not found then
    perform confab_private.fail('not_found', format('unable to %s; no such message', p_doing));
  end if;
  v_member := confab_private.require_member(v_message.conversation_id, p_me, p_doing);
  if v_message.seq < v_member.visible_from_seq then
    perform confab_private.fail('not_found', format('unable to %s; no such message', p_doing));
  end if;
  return v_message;
end;
$$;

comment on function confab_private.require_message(uuid, uuid, text) is
  'A message p_me may see, or `not_found`, `not_member`, `invalid`. Whoever goes on to change it takes the conversation and reads it again.';

create function confab_private.has_role(p_role text, p_needed text)
returns boolean
language plpgsql
immutable
set search_path = ''
as $$
begin
  return array_position(array['member', 'admin', 'owner'], p_role) >= array_position(array['member', 'admin', 'owner'], p_needed);
end;
$$;

comment on function confab_private.has_role(text, text) is 'Whether p_role is p_needed or higher.';

create function confab_private.lock_conversation(
  p_conversation_id uuid,
  p_me uuid,
  p_doing text,
  p_is_deletion boolean default false
)
returns confab.members
language plpgsql
set search_path = ''
as $$
declare
  v_member confab.members;
  v_is_locked boolean;
  v_is_alone boolean;
begin
  -- Nobody leaves a direct conversation but a user who is deleted.
  select c.is_locked, c.direct_low is not null and c.member_count < 2 into v_is_locked, v_is_alone
  from confab.conversations c
  where c.id = p_conversation_id
  for no key update;
  -- Asked under the lock: the caller may have been removed while waiting for it.
  v_member := confab_private.require_member(p_conversation_id, p_me, p_doing);
  if v_is_locked and v_member.role = 'member' then
    perform confab_private.fail('locked', format('unable to %s; the conversation is locked', p_doing));
  end if;
  if v_is_alone and not p_is_deletion then
    perform confab_private.fail('user_deleted', format('unable to %s; the other user has been deleted', p_doing));
  end if;
  return v_member;
end;
$$;

comment on function confab_private.lock_conversation(uuid, uuid, text, boolean) is
  'D3 Takes the conversation row, after which the membership of p_me and everything in the conversation stay as they are. Fails with `locked` where only admins may change something, with `user_deleted` in a direct conversation whose other user has been deleted unless p_is_deletion, else as require_member. To be called only when require_member has let the caller in, so that strangers cannot block a conversation.';

create function confab_private.require_data(p_data jsonb, p_doing text)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_max integer;
begin
  if p_data is null or p_data = '{}' then
    return '{}';
  end if;
  if jsonb_typeof(p_data) <> 'object' then
    perform confab_private.fail('invalid', format('unable to %s; data must be an object', p_doing));
  end if;
  select s.max_data_bytes into v_max from confab_private.settings s;
  if octet_length(p_data::text) > v_max then
    perform confab_private.fail('invalid', format('unable to %s; data must not exceed %s bytes', p_doing, v_max));
  end if;
  return p_data;
end;
$$;

comment on function confab_private.require_data(jsonb, text) is 'The custom data, {} for null, or `invalid` when it is no object or too large.';

create function confab_private.require_text(p_text text, p_name text, p_max integer, p_doing text)
returns text
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_text constant text := confab_private.trimmed(p_text);
begin
  if char_length(v_text) > p_max then
    perform confab_private.fail('invalid', format('unable to %s; %s exceeds %s characters', p_doing, p_name, p_max));
  end if;
  return v_text;
end;
$$;

comment on function confab_private.require_text(text, text, integer, text) is
  'A short text without white space around it, null when nothing of it shows, or `invalid` when it is too long.';

create function confab_private.message_for(p_me uuid, p_message_id uuid)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select w.wire
    from confab.messages m
    join confab_private.visible_message w
      on w.viewer_id = p_me and w.conversation_id = m.conversation_id and w.id = m.id
    where m.id = p_message_id
  );
end;
$$;

comment on function confab_private.message_for(uuid, uuid) is 'The message as p_me sees it, null when p_me does not.';

create function confab_private.conversation_for(p_me uuid, p_conversation_id uuid)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select w.wire
    from confab_private.conversation_wire w
    where w.viewer_id = p_me and w.conversation_id = p_conversation_id
  );
end;
$$;

comment on function confab_private.conversation_for(uuid, uuid) is
  'The conversation as p_me sees it, null when p_me is neither in it nor invited.';
