-- D9 Joining and inviting. Whatever changes who is in a conversation holds the conversation row, so that `member_count` is
-- exact and a conversation with members keeps an owner, however many act at once.
-- Members are told before the change, by the way they listen at that moment: a join can move a conversation from
-- inboxes to its feed, of which nobody knows yet.

create function confab_private.lock_group(p_conversation_id uuid, p_me uuid, p_right text, p_doing text)
returns confab.members
language plpgsql
set search_path = ''
as $$
declare
  v_member confab.members;
  v_conversation confab.conversations;
  v_kind confab.conversation_kinds;
begin
  perform confab_private.require_member(p_conversation_id, p_me, p_doing);
  select c.* into v_conversation from confab.conversations c where c.id = p_conversation_id for no key update;
  -- Asked again under the lock: roles and memberships change only under it.
  v_member := confab_private.require_member(p_conversation_id, p_me, p_doing);
  select k.* into v_kind from confab.conversation_kinds k where k.kind = v_conversation.kind;
  if v_kind.is_direct then
    perform confab_private.fail('forbidden', format('unable to %s; a direct conversation stays as it is', p_doing));
  end if;
  if p_right is null then
    return v_member;
  end if;
  if not confab_private.has_role(
    v_member.role,
    case p_right when 'add_members' then v_kind.add_members_role when 'update' then v_kind.update_role else p_right end
  ) then
    perform confab_private.fail('forbidden', format('unable to %s; your role does not allow it', p_doing));
  end if;
  if v_conversation.is_locked and v_member.role = 'member' then
    perform confab_private.fail('locked', format('unable to %s; the conversation is locked', p_doing));
  end if;
  return v_member;
end;
$$;

comment on function confab_private.lock_group(uuid, uuid, text, text) is
  'D3 Takes the conversation row and answers the membership of p_me, or `not_member`, `not_found`, `invalid`; `forbidden` in direct conversations and without the right: `add_members` or `update` as the kind says, a role, or null for every member; `locked`.';

create function confab_private.require_users(p_user_ids uuid[], p_doing text)
returns uuid[]
language plpgsql
immutable
set search_path = ''
as $$
begin
  if p_user_ids is null or exists (select 1 from unnest(p_user_ids) u (id) where u.id is null) then
    perform confab_private.fail('invalid', format('unable to %s; user_ids is missing or holds a null', p_doing));
  end if;
  if cardinality(p_user_ids) > 200 then
    perform confab_private.fail('invalid', format('unable to %s; at most 200 users are allowed at once', p_doing));
  end if;
  return array(select distinct u.id from unnest(p_user_ids) u (id) order by u.id);
end;
$$;

comment on function confab_private.require_users(uuid[], text) is 'The users, each once, by id; `invalid` when null, with a null in it, or more than 200.';

create function confab_private.users_not_in(p_conversation_id uuid, p_user_ids uuid[], p_states text[])
returns uuid[]
language plpgsql
stable
set search_path = ''
as $$
begin
  return array(
    select u.id
    from unnest(p_user_ids) u (id)
    where not exists (
      select 1
      from confab.members m
      where m.conversation_id = p_conversation_id and m.user_id = u.id and m.state = any (p_states)
    )
    order by u.id
  );
end;
$$;

comment on function confab_private.users_not_in(uuid, uuid[], text[]) is
  'Those of the users who are not in the conversation in one of the states, by id.';

create function confab_private.require_room(p_conversation_id uuid, p_user_ids uuid[], p_doing text)
returns void
language plpgsql
stable
set search_path = ''
as $$
declare
  v_found integer;
  v_taken integer;
  v_max integer;
begin
  select count(*) into v_found from confab.profiles p where p.id = any (p_user_ids) and p.deleted_at is null;
  if v_found < cardinality(p_user_ids) then
    perform confab_private.fail('not_found', format('unable to %s; a user does not exist', p_doing));
  end if;
  select least(k.max_members, s.max_group_members) into v_max
  from confab.conversations c
  join confab.conversation_kinds k on k.kind = c.kind
  cross join confab_private.settings s
  where c.id = p_conversation_id;
  select count(*) into v_taken
  from confab.members m
  where m.conversation_id = p_conversation_id
    and m.state in ('joined', 'invited')
    and m.user_id <> all (p_user_ids);
  if v_taken + cardinality(p_user_ids) > v_max then
    perform confab_private.fail('too_many_members', format('unable to %s; at most %s members are allowed', p_doing, v_max));
  end if;
end;
$$;

comment on function confab_private.require_room(uuid, uuid[], text) is
  'Refuses users who do not exist (`not_found`) or for whom there is no room beside those joined and invited (`too_many_members`).';

create function confab_private.shown_from(p_conversation_id uuid, p_shows_history boolean, p_by confab.members)
returns bigint
language plpgsql
stable
set search_path = ''
as $$
begin
  -- Nobody shows more than there is to see for themselves.
  return (
    select case when coalesce(p_shows_history, k.shows_history) then p_by.visible_from_seq end
    from confab.conversations c
    join confab.conversation_kinds k on k.kind = c.kind
    where c.id = p_conversation_id
  );
end;
$$;

comment on function confab_private.shown_from(uuid, boolean, confab.members) is
  'How far back somebody whom p_by lets in may look; null = not at all. p_shows_history: null = as the kind says.';

create function confab_private.join_members(p_conversation_id uuid, p_user_ids uuid[], p_from_seq bigint)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_conversation confab.conversations;
  v_from_seq bigint;
begin
  select c.* into v_conversation from confab.conversations c where c.id = p_conversation_id;
  v_from_seq := coalesce(p_from_seq, v_conversation.last_seq + 1);
  perform confab_private.emit_hint(p_conversation_id);
  insert into confab.members as m (
    conversation_id, user_id, joined_at, visible_from_seq,
    last_read_seq, last_delivered_seq, unread_after_seq, joined_seq, unread_after_counted
  )
  select
    p_conversation_id, u.id, clock_timestamp(), v_from_seq,
    v_conversation.last_seq, v_conversation.last_seq, v_conversation.last_seq, v_conversation.last_seq,
    v_conversation.counted
  from unnest(p_user_ids) u (id)
  order by u.id
  on conflict (conversation_id, user_id) do update
  set role = 'member',
      state = 'joined',
      joined_at = excluded.joined_at,
      left_at = null,
      invited_by = case when m.state = 'invited' then m.invited_by end,
      visible_from_seq = excluded.visible_from_seq,
      last_read_seq = excluded.last_read_seq,
      last_delivered_seq = excluded.last_delivered_seq,
      unread_after_seq = excluded.unread_after_seq,
      joined_seq = excluded.joined_seq,
      unread_after_counted = excluded.unread_after_counted,
      pinned_at = null,
      muted_until = null,
      archived_at = null,
      hidden_seq = null;
  -- Who comes back begins with nothing unread, in the threads of before too.
  update confab.threads t
  set last_read_seq = v_conversation.last_seq
  where t.conversation_id = p_conversation_id and t.user_id = any (p_user_ids);
  update confab.conversations c
  set member_count = c.member_count + cardinality(p_user_ids),
      last_start_seq = greatest(c.last_start_seq, v_from_seq)
  where c.id = p_conversation_id;
  if v_from_seq > 1 then
    -- Realtime replays what a feed has carried: who may not look back learns only of a new one.
    perform confab_private.renew_feed_key(p_conversation_id);
  end if;
  perform confab_private.emit_conversation(p_conversation_id, p_user_ids);
end;
$$;

comment on function confab_private.join_members(uuid, uuid[], bigint) is
  'Makes users, none of them joined, members who may look back to p_from_seq (null = to nothing) and have read everything. The caller holds the conversation row.';

create function confab_private.add_members(p_conversation_id uuid, p_user_ids uuid[], p_shows_history boolean)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me constant uuid := confab_private.require_me();
  v_doing constant text := 'add members';
  v_users uuid[] := confab_private.require_users(p_user_ids, v_doing);
  v_member confab.members;
begin
  v_member := confab_private.lock_group(p_conversation_id, v_me, 'add_members', v_doing);
  v_users := confab_private.users_not_in(p_conversation_id, v_users, '{joined}');
  if cardinality(v_users) > 0 then
    perform confab_private.require_room(p_conversation_id, v_users, v_doing);
    perform confab_private.join_members(
      p_conversation_id, v_users, confab_private.shown_from(p_conversation_id, p_shows_history, v_member)
    );
    perform confab_private.append_system_message(
      p_conversation_id, v_me, jsonb_build_object('event', 'members_added', 'user_ids', v_users)
    );
  end if;
  return confab_private.conversation_for(v_me, p_conversation_id);
end;
$$;

comment on function confab_private.add_members(uuid, uuid[], boolean) is 'Body of confab.add_members.';

create function confab_private.invite_members(p_conversation_id uuid, p_user_ids uuid[], p_shows_history boolean)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me constant uuid := confab_private.require_me();
  v_doing constant text := 'invite members';
  v_users uuid[] := confab_private.require_users(p_user_ids, v_doing);
  v_member confab.members;
begin
  v_member := confab_private.lock_group(p_conversation_id, v_me, 'add_members', v_doing);
  v_users := confab_private.users_not_in(p_conversation_id, v_users, '{joined,invited}');
  if cardinality(v_users) > 0 then
    perform confab_private.require_room(p_conversation_id, v_users, v_doing);
    perform confab_private.emit_hint(p_conversation_id);
    insert into confab.members (conversation_id, user_id, state, invited_by, joined_seq, visible_from_seq)
    select
      c.id, u.id, 'invited', v_me, c.last_seq,
      -- Beyond joined_seq and never 1: nothing from before they join. See accept_invite.
      coalesce(confab_private.shown_from(c.id, p_shows_history, v_member), greatest(2, c.last_seq + 1))
    from confab.conversations c
    cross join unnest(v_users) u (id)
    where c.id = p_conversation_id
    order by u.id
    on conflict (conversation_id, user_id) do update
    set role = 'member',
        state = 'invited',
        invited_by = excluded.invited_by,
        joined_at = null,
        left_at = null,
        joined_seq = excluded.joined_seq,
        visible_from_seq = excluded.visible_from_seq,
        pinned_at = null,
        muted_until = null,
        archived_at = null,
        hidden_seq = null;
    perform confab_private.emit_conversation(p_conversation_id, v_users);
  end if;
  return confab_private.conversation_for(v_me, p_conversation_id);
end;
$$;

comment on function confab_private.invite_members(uuid, uuid[], boolean) is 'Body of confab.invite_members.';

create function confab_private.lock_invite(p_conversation_id uuid, p_me uuid, p_doing text)
returns confab.members
language plpgsql
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
  -- Only whoever is invited may take the conversation row, strangers could block it.
  if v_member.state = 'invited' then
    perform 1 from confab.conversations c where c.id = p_conversation_id for no key update;
    select m.* into v_member
    from confab.members m
    where m.conversation_id = p_conversation_id and m.user_id = p_me;
  end if;
  if v_member.state in ('invited', 'joined') then
    return v_member;
  end if;
  if not exists (select 1 from confab.conversations c where c.id = p_conversation_id) then
    perform confab_private.fail('not_found', format('unable to %s; no such conversation', p_doing));
  end if;
  perform confab_private.fail('not_invited', format('unable to %s; there is none', p_doing));
end;
$$;

comment on function confab_private.lock_invite(uuid, uuid, text) is
  'D3 Takes the conversation row for whoever is invited and answers the membership, which may be joined meanwhile; else `not_invited`, `not_found`, `invalid`.';

create function confab_private.accept_invite(p_conversation_id uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me constant uuid := confab_private.require_me();
  v_member confab.members;
begin
  v_member := confab_private.lock_invite(p_conversation_id, v_me, 'accept the invitation');
  if v_member.state = 'invited' then
    perform confab_private.join_members(
      p_conversation_id, array[v_me],
      case when v_member.visible_from_seq <= greatest(1, v_member.joined_seq) then v_member.visible_from_seq end
    );
    perform confab_private.append_system_message(
      p_conversation_id, v_me, jsonb_build_object('event', 'member_joined', 'user_ids', array[v_me])
    );
  end if;
  return confab_private.conversation_for(v_me, p_conversation_id);
end;
$$;

comment on function confab_private.accept_invite(uuid) is 'Body of confab.accept_invite.';

-- What an app calls.

create function confab.add_members(conversation_id uuid, user_ids uuid[], shows_history boolean default null)
returns jsonb language plpgsql volatile set search_path = ''
as $$ begin return confab_private.add_members($1, $2, $3); end $$;

comment on function confab.add_members(uuid, uuid[], boolean) is
'Makes users members, or members again, and answers the conversation. Whoever is a member already stays as is; an open invitation is settled by it.

user_ids: up to 200. shows_history: whether they see the messages from before, as far back as the caller does; null = as the kind of the conversation says. Needs the role that the kind asks for.
Errors: `unauthenticated`, `not_member`, `not_found` (no such conversation or user), `forbidden`, `locked`, `too_many_members`, `invalid`. Rules D9, D10.';

create function confab.invite_members(conversation_id uuid, user_ids uuid[], shows_history boolean default null)
returns jsonb language plpgsql volatile set search_path = ''
as $$ begin return confab_private.invite_members($1, $2, $3); end $$;

comment on function confab.invite_members(uuid, uuid[], boolean) is
'Invites users, who see what the conversation is but nothing said in it until they accept, and answers the conversation. Whoever is a member or invited already stays as is.

user_ids: up to 200. shows_history: whether they will see the messages from before they join, as far back as the caller does; null = as the kind of the conversation says. Needs the role that the kind asks for adding members.
Errors: `unauthenticated`, `not_member`, `not_found` (no such conversation or user), `forbidden`, `locked`, `too_many_members`, `invalid`. Rules D9, D10.';

create function confab.accept_invite(conversation_id uuid)
returns jsonb language plpgsql volatile set search_path = ''
as $$ begin return confab_private.accept_invite($1); end $$;

comment on function confab.accept_invite(uuid) is
'Makes the invited caller a member, and answers the conversation. Whoever is a member already stays one.
Errors: `unauthenticated`, `not_invited`, `not_found`, `invalid`. Rules D9, D10.';

grant execute on function
  confab.add_members(uuid, uuid[], boolean),
  confab.invite_members(uuid, uuid[], boolean),
  confab.accept_invite(uuid),
  confab_private.add_members(uuid, uuid[], boolean),
  confab_private.invite_members(uuid, uuid[], boolean),
  confab_private.accept_invite(uuid)
to authenticated, service_role;
