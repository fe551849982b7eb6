-- D5 D9 Leaving, removing and turning invitations down.

create function confab_private.end_membership(p_conversation_id uuid, p_user_id uuid, p_state text)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_old_state text;
  v_is_large boolean;
  v_count integer;
  v_invited uuid[];
begin
  select m.state, c.member_count > s.fanout_max_members into v_old_state, v_is_large
  from confab.members m
  join confab.conversations c on c.id = m.conversation_id
  cross join confab_private.settings s
  where m.conversation_id = p_conversation_id and m.user_id = p_user_id;

  if v_old_state = 'joined' and v_is_large then
    -- The others are told through the old feed when its key is renewed.
    perform confab_private.emit_conversation(p_conversation_id, array[p_user_id]);
  else
    perform confab_private.emit_hint(p_conversation_id);
    if v_old_state = 'invited' then
      perform confab_private.emit_conversation(p_conversation_id, array[p_user_id]);
    end if;
  end if;
  update confab.members m
  set state = p_state, role = 'member', left_at = clock_timestamp()
  where m.conversation_id = p_conversation_id and m.user_id = p_user_id;
  if v_old_state = 'invited' then
    return;
  end if;

  update confab.conversations c
  set member_count = c.member_count - 1
  where c.id = p_conversation_id
  returning c.member_count into v_count;
  perform confab_private.renew_feed_key(p_conversation_id);
  if v_count = 0 then
    -- Whoever accepted now would be alone in it, without an owner.
    with withdrawn as (
      update confab.members m
      set state = 'removed', left_at = clock_timestamp()
      where m.conversation_id = p_conversation_id and m.state = 'invited'
      returning m.user_id
    )
    select array_agg(w.user_id) into v_invited from withdrawn w;
    perform confab_private.emit_conversation(p_conversation_id, v_invited);
  end if;
end;
$$;

comment on function confab_private.end_membership(uuid, uuid, text) is
  'D5 D10 Ends the membership or invitation of a user: the user gets a hint and nothing after it, the feed a new key. With the last member invitations end too. The caller holds the conversation row, and has seen to it that an owner stays.';

create function confab_private.require_other_owner(p_conversation_id uuid, p_user_id uuid, p_doing text)
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  if not exists (
    select 1
    from confab.members m
    where m.conversation_id = p_conversation_id
      and m.user_id <> p_user_id
      and m.state = 'joined'
      and m.role = 'owner'
  ) then
    perform confab_private.fail('last_owner', format('unable to %s; make somebody else the owner first', p_doing));
  end if;
end;
$$;

comment on function confab_private.require_other_owner(uuid, uuid, text) is
  'Refuses (`last_owner`) what would leave a conversation without an owner. The caller holds the conversation row.';

create function confab_private.remove_member(p_conversation_id uuid, p_user_id uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me constant uuid := confab_private.require_me();
  v_doing constant text := 'remove the member';
  v_member confab.members;
  v_target confab.members;
begin
  if p_user_id is null then
    perform confab_private.fail('invalid', format('unable to %s; user_id is missing', v_doing));
  end if;
  v_member := confab_private.lock_group(p_conversation_id, v_me, 'admin', v_doing);
  if p_user_id = v_me then
    perform confab_private.fail('invalid', format('unable to %s; use leave_conversation for yourself', v_doing));
  end if;
  select m.* into v_target
  from confab.members m
  where m.conversation_id = p_conversation_id and m.user_id = p_user_id;
  if not found then
    perform confab_private.fail('not_found', format('unable to %s; no such member', v_doing));
  end if;
  if v_target.state in ('joined', 'invited') then
    if v_member.role <> 'owner' and v_target.role <> 'member' then
      perform confab_private.fail('forbidden', format('unable to %s; only owners remove admins and owners', v_doing));
    end if;
    perform confab_private.end_membership(p_conversation_id, p_user_id, 'removed');
    if v_target.state = 'joined' then
      perform confab_private.append_system_message(
        p_conversation_id, v_me, jsonb_build_object('event', 'member_removed', 'user_ids', array[p_user_id])
      );
    end if;
  end if;
  return confab_private.conversation_for(v_me, p_conversation_id);
end;
$$;

comment on function confab_private.remove_member(uuid, uuid) is 'Body of confab.remove_member.';

create function confab_private.leave_conversation(p_conversation_id uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me constant uuid := confab_private.require_me();
  v_doing constant text := 'leave the conversation';
  v_member confab.members;
begin
  if exists (
    select 1
    from confab.members m
    where m.conversation_id = p_conversation_id and m.user_id = v_me and m.state in ('left', 'removed')
  ) then
    return null;
  end if;
  v_member := confab_private.lock_group(p_conversation_id, v_me, null, v_doing);
  if v_member.role = 'owner' and exists (
    select 1
    from confab.members m
    where m.conversation_id = p_conversation_id and m.user_id <> v_me and m.state = 'joined'
  ) then
    perform confab_private.require_other_owner(p_conversation_id, v_me, v_doing);
  end if;
  perform confab_private.end_membership(p_conversation_id, v_me, 'left');
  perform confab_private.append_system_message(
    p_conversation_id, v_me, jsonb_build_object('event', 'member_left', 'user_ids', array[v_me])
  );
  return null;
end;
$$;

comment on function confab_private.leave_conversation(uuid) is 'Body of confab.leave_conversation.';

create function confab_private.decline_invite(p_conversation_id uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me constant uuid := confab_private.require_me();
  v_doing constant text := 'decline the invitation';
  v_member confab.members;
begin
  v_member := confab_private.lock_invite(p_conversation_id, v_me, v_doing);
  if v_member.state = 'joined' then
    perform confab_private.fail('not_invited', format('unable to %s; you are a member already', v_doing));
  end if;
  perform confab_private.end_membership(p_conversation_id, v_me, 'left');
  return null;
end;
$$;

comment on function confab_private.decline_invite(uuid) is 'Body of confab.decline_invite.';

-- What an app calls.

create function confab.remove_member(conversation_id uuid, user_id uuid)
returns jsonb language plpgsql volatile set search_path = ''
as $$ begin return confab_private.remove_member($1, $2); end $$;

comment on function confab.remove_member(uuid, uuid) is
'Ends somebody''s membership or withdraws an invitation, and answers the conversation. From that moment on the user gets nothing of it. Admins remove plain members, owners everybody; who has gone already stays as is.
Errors: `unauthenticated`, `not_member`, `not_found` (no such conversation or member), `forbidden`, `invalid` (oneself). Rules D5, D9, D10.';

create function confab.leave_conversation(conversation_id uuid)
returns jsonb language plpgsql volatile set search_path = ''
as $$ begin return confab_private.leave_conversation($1); end $$;

comment on function confab.leave_conversation(uuid) is
'Ends the caller''s membership and answers null; so it does when the membership has ended already. The only owner first has to make somebody else the owner while there are other members. A direct conversation is hidden instead.
Errors: `unauthenticated`, `not_member`, `not_found`, `forbidden` (direct), `last_owner`, `invalid`. Rules D5, D9.';

create function confab.decline_invite(conversation_id uuid)
returns jsonb language plpgsql volatile set search_path = ''
as $$ begin return confab_private.decline_invite($1); end $$;

comment on function confab.decline_invite(uuid) is
'Turns an invitation down and answers null.
Errors: `unauthenticated`, `not_invited`, `not_found`, `invalid`. Rules D5, D9.';

grant execute on function
  confab.remove_member(uuid, uuid),
  confab.leave_conversation(uuid),
  confab.decline_invite(uuid),
  confab_private.remove_member(uuid, uuid),
  confab_private.leave_conversation(uuid),
  confab_private.decline_invite(uuid)
to authenticated, service_role;
