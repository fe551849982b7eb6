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

create function confab_private.require_data(p_data jsonb, p_doing text)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_max integer;
begin
  if p_data is null then
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
