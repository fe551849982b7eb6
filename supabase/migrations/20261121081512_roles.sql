-- D9 Who is what in a conversation, a member's own settings, and the list of members.

create function confab_private.change_role(p_conversation_id uuid, p_user_id uuid, p_role text)
returns void
language plpgsql
set search_path = ''
as $$
begin
  update confab.members m
  set role = p_role
  where m.conversation_id = p_conversation_id and m.user_id = p_user_id and m.role <> p_role;
  if found then
    perform confab_private.emit_member(p_conversation_id, p_user_id, false);
  end if;
end;
$$;

comment on function confab_private.change_role(uuid, uuid, text) is
  'D10 Gives a member a role and tells everybody, unless it is the one the member has. The caller holds the conversation row.';

create function confab_private.require_joined(p_conversation_id uuid, p_user_id uuid, p_doing text)
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  if p_user_id is null then
    perform confab_private.fail('invalid', format('unable to %s; user_id is missing', p_doing));
  end if;
  if not exists (
    select 1
    from confab.members m
    where m.conversation_id = p_conversation_id and m.user_id = p_user_id and m.state = 'joined'
  ) then
    perform confab_private.fail('not_found', format('unable to %s; no such member', p_doing));
  end if;
end;
$$;

comment on function confab_private.require_joined(uuid, uuid, text) is 'Refuses a user who is no joined member (`not_found`), or none (`invalid`).';

create function confab_private.set_role(p_conversation_id uuid, p_user_id uuid, p_role text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me constant uuid := confab_private.require_me();
  v_doing constant text := 'change the role';
begin
  if p_role is null or p_role not in ('member', 'admin', 'owner') then
    perform confab_private.fail('invalid', format('unable to %s; it must be member, admin or owner', v_doing));
  end if;
  perform confab_private.lock_group(p_conversation_id, v_me, 'owner', v_doing);
  perform confab_private.require_joined(p_conversation_id, p_user_id, v_doing);
  if p_user_id = v_me and p_role <> 'owner' then
    perform confab_private.require_other_owner(p_conversation_id, v_me, v_doing);
  end if;
  perform confab_private.change_role(p_conversation_id, p_user_id, p_role);
  return confab_private.conversation_for(v_me, p_conversation_id);
end;
$$;

comment on function confab_private.set_role(uuid, uuid, text) is 'Body of confab.set_role.';

create function confab_private.transfer_ownership(p_conversation_id uuid, p_user_id uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me constant uuid := confab_private.require_me();
  v_doing constant text := 'transfer the ownership';
begin
  perform confab_private.lock_group(p_conversation_id, v_me, 'owner', v_doing);
  perform confab_private.require_joined(p_conversation_id, p_user_id, v_doing);
  if p_user_id = v_me then
    perform confab_private.fail('invalid', format('unable to %s; it needs somebody else', v_doing));
  end if;
  -- Member rows by user id, as everywhere.
  perform 1
  from confab.members m
  where m.conversation_id = p_conversation_id and m.user_id in (v_me, p_user_id)
  order by m.user_id
  for no key update;
  perform confab_private.change_role(p_conversation_id, p_user_id, 'owner');
  perform confab_private.change_role(p_conversation_id, v_me, 'admin');
  return confab_private.conversation_for(v_me, p_conversation_id);
end;
$$;

comment on function confab_private.transfer_ownership(uuid, uuid) is 'Body of confab.transfer_ownership.';

create function confab_private.changed_flag(p_changes jsonb, p_name text, p_now boolean, p_doing text)
returns boolean
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_flag constant boolean := confab_private.json_arg(p_changes, p_name, 'boolean', p_doing);
begin
  if v_flag is null and p_changes ? p_name then
    perform confab_private.fail('invalid', format('unable to %s; %s must be true or false', p_doing, p_name));
  end if;
  return coalesce(v_flag, p_now);
end;
$$;

comment on function confab_private.changed_flag(jsonb, text, boolean, text) is
  'A flag after the changes: p_now where they do not name it; `invalid` where they make it null.';

create function confab_private.muted_until(p_changes jsonb, p_doing text)
returns timestamptz
language plpgsql
stable
set search_path = ''
as $$
declare
  v_text constant text := confab_private.json_arg(p_changes, 'muted_until', 'timestamp', p_doing);
  v_until timestamptz;
begin
  begin
    v_until := v_text::timestamptz;
  exception when data_exception then
    perform confab_private.fail('invalid', format('unable to %s; muted_until is no time', p_doing));
  end;
  return case when v_until > clock_timestamp() then v_until end;
end;
$$;

comment on function confab_private.muted_until(jsonb, text) is 'Until when changes mute a conversation; null when that is over or not wanted.';

create function confab_private.set_membership(p_conversation_id uuid, p_changes jsonb)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me constant uuid := confab_private.require_me();
  v_doing constant text := 'change the membership';
  v_old confab.members;
  v_new confab.members;
  v_timeline_seq bigint;
  v_now constant timestamptz := clock_timestamp();
begin
  if p_changes is null then
    perform confab_private.fail('invalid', format('unable to %s; changes is missing', v_doing));
  end if;
  perform confab_private.require_keys(p_changes, '{is_pinned,is_archived,is_hidden,muted_until}', v_doing);
  perform confab_private.require_member(p_conversation_id, v_me, v_doing);
  perform 1
  from confab.members m
  where m.conversation_id = p_conversation_id and m.user_id = v_me
  for no key update;
  v_old := confab_private.require_member(p_conversation_id, v_me, v_doing);
  select c.last_timeline_seq into v_timeline_seq from confab.conversations c where c.id = p_conversation_id;

  v_new := v_old;
  if confab_private.changed_flag(p_changes, 'is_pinned', v_old.pinned_at is not null, v_doing) then
    v_new.pinned_at := coalesce(v_old.pinned_at, v_now);
  else
    v_new.pinned_at := null;
  end if;
  if confab_private.changed_flag(p_changes, 'is_archived', v_old.archived_at is not null, v_doing) then
    v_new.archived_at := coalesce(v_old.archived_at, v_now);
  else
    v_new.archived_at := null;
  end if;
  if confab_private.changed_flag(p_changes, 'is_hidden', coalesce(v_timeline_seq <= v_old.hidden_seq, false), v_doing) then
    v_new.hidden_seq := greatest(v_old.hidden_seq, v_timeline_seq);
  else
    v_new.hidden_seq := null;
  end if;
  if p_changes ? 'muted_until' then
    v_new.muted_until := confab_private.muted_until(p_changes, v_doing);
  end if;

  if v_new is distinct from v_old then
    update confab.members m
    set pinned_at = v_new.pinned_at,
        archived_at = v_new.archived_at,
        hidden_seq = v_new.hidden_seq,
        muted_until = v_new.muted_until
    where m.conversation_id = p_conversation_id and m.user_id = v_me;
    perform confab_private.emit_own_member(p_conversation_id, v_me);
  end if;
  return confab_private.conversation_for(v_me, p_conversation_id);
end;
$$;

comment on function confab_private.set_membership(uuid, jsonb) is 'Body of confab.set_membership.';

create function confab_private.members(
  p_conversation_id uuid,
  p_query text,
  p_role text,
  p_state text,
  p_after text,
  p_max_rows integer,
  p_user_ids uuid[]
)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_me constant uuid := confab_private.require_me();
  v_doing constant text := 'list members';
  v_rows constant integer := confab_private.page_size(p_max_rows, 50);
  v_place constant text[] := confab_private.page_place(p_after, '', v_doing);
  v_pattern constant text := confab_private.like_pattern(confab_private.require_text(p_query, 'query', 200, v_doing));
  v_state constant text := coalesce(p_state, 'joined');
  v_member confab.members;
begin
  v_member := confab_private.require_member(p_conversation_id, v_me, v_doing);
  if v_state not in ('joined', 'invited', 'left', 'removed') then
    perform confab_private.fail('invalid', format('unable to %s; no such state', v_doing));
  end if;
  if p_role not in ('member', 'admin', 'owner') then
    perform confab_private.fail('invalid', format('unable to %s; no such role', v_doing));
  end if;
  if v_state in ('left', 'removed') and v_member.role = 'member' then
    perform confab_private.fail('forbidden', format('unable to %s; only admins see who has gone', v_doing));
  end if;
  return (
    -- One row more than asked for shows whether there is a next page.
    with found as materialized (
      select n.name, m.user_id, row_number() over (order by n.name, m.user_id) as place
      from confab.members m
      join confab.profiles p on p.id = m.user_id
      cross join lateral (select confab_private.fold(p.display_name) collate "C" as name) n
      where m.conversation_id = p_conversation_id
        and m.state = v_state
        and (p_user_ids is null or m.user_id = any (p_user_ids))
        and (p_role is null or m.role = p_role)
        and (v_pattern is null or n.name like v_pattern)
        and (v_place is null or (n.name, m.user_id) > (v_place[1] collate "C", v_place[2]::uuid))
      order by n.name, m.user_id
      limit v_rows + 1
    ),
    page as (
      select f.* from found f where f.place <= v_rows
    )
    select jsonb_build_object(
      'members', coalesce((
        select jsonb_agg(w.wire order by p.place)
        from page p
        join confab_private.member_wire w on w.conversation_id = p_conversation_id and w.user_id = p.user_id
      ), '[]'),
      'profiles', coalesce((
        select jsonb_agg(f.wire order by p.place) from page p join confab_private.profile_wire f on f.id = p.user_id
      ), '[]'),
      'next', (
        select p.name || '_' || p.user_id
        from page p
        where p.place = v_rows and exists (select 1 from found f where f.place > v_rows)
      )
    )
  );
end;
$$;

comment on function confab_private.members(uuid, text, text, text, text, integer, uuid[]) is 'Body of confab.members.';

-- What an app calls.

create function confab.set_role(conversation_id uuid, user_id uuid, role text)
returns jsonb language plpgsql volatile set search_path = ''
as $$ begin return confab_private.set_role($1, $2, $3); end $$;

comment on function confab.set_role(uuid, uuid, text) is
'Makes a member a `member`, an `admin` or an `owner`, and answers the conversation. Owners only; the only owner stays one.
Errors: `unauthenticated`, `not_member`, `not_found` (no such conversation or member), `forbidden`, `last_owner`, `invalid`. Rule D9.';

create function confab.transfer_ownership(conversation_id uuid, user_id uuid)
returns jsonb language plpgsql volatile set search_path = ''
as $$ begin return confab_private.transfer_ownership($1, $2); end $$;

comment on function confab.transfer_ownership(uuid, uuid) is
'Makes another member an owner and the caller, an owner until then, an admin, and answers the conversation.
Errors: `unauthenticated`, `not_member`, `not_found` (no such conversation or member), `forbidden`, `invalid` (oneself). Rule D9.';

create function confab.set_membership(conversation_id uuid, changes jsonb)
returns jsonb language plpgsql volatile set search_path = ''
as $$ begin return confab_private.set_membership($1, $2); end $$;

comment on function confab.set_membership(uuid, jsonb) is
'Changes the caller''s own settings of a conversation, which nobody else learns of, and answers the conversation.

changes: any of is_pinned, is_archived, is_hidden (out of the list until the next message), each true or false, and muted_until: a time with its zone, `infinity`, or null for no longer.
Errors: `unauthenticated`, `not_member`, `not_found`, `invalid`. Rule D9.';

create function confab.members(
  conversation_id uuid,
  query text default null,
  role text default null,
  state text default 'joined',
  after text default null,
  max_rows integer default 50,
  user_ids uuid[] default null
)
returns jsonb language plpgsql stable set search_path = ''
as $$ begin return confab_private.members($1, $2, $3, $4, $5, $6, $7); end $$;

comment on function confab.members(uuid, text, text, text, text, integer, uuid[]) is
'The members of a conversation by name: {members, profiles, next}.

query: part of the name; case and accents do not matter. role: `member`, `admin` or `owner`; null = any. state: `joined`, `invited`, or for admins and owners `left` and `removed`. after: the `next` of the previous page. max_rows: 1 to 200. user_ids: only these, as far as they are members; null = any.
Errors: `unauthenticated`, `not_member`, `not_found`, `forbidden`, `invalid`. Rule D13.';

grant execute on function
  confab.set_role(uuid, uuid, text),
  confab.transfer_ownership(uuid, uuid),
  confab.set_membership(uuid, jsonb),
  confab.members(uuid, text, text, text, text, integer, uuid[]),
  confab_private.set_role(uuid, uuid, text),
  confab_private.transfer_ownership(uuid, uuid),
  confab_private.set_membership(uuid, jsonb),
  confab_private.members(uuid, text, text, text, text, integer, uuid[])
to authenticated, service_role;
