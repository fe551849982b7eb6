-- Making conversations.

create function confab_private.create_conversation(
  p_id uuid,
  p_kind text,
  p_member_ids uuid[],
  p_title text,
  p_data jsonb,
  p_context_type text,
  p_context_id text,
  p_description text,
  p_avatar_url text
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := confab_private.require_profile();
  v_doing constant text := 'create the conversation';
  v_context_type constant text := confab_private.require_text(p_context_type, 'context_type', 200, v_doing);
  v_context_id constant text := confab_private.require_text(p_context_id, 'context_id', 200, v_doing);
  v_kind confab.conversation_kinds;
  v_max integer;
  v_users uuid[];
  v_found integer;
begin
  if p_id is null then
    perform confab_private.fail('invalid', format('unable to %s; id is missing', v_doing));
  end if;
  select k.* into v_kind from confab.conversation_kinds k where k.kind = p_kind;
  if not found then
    perform confab_private.fail('unknown_kind', format('unable to %s; no such kind of conversation', v_doing));
  end if;
  if v_kind.is_direct then
    perform confab_private.fail('invalid', format('unable to %s; use get_or_create_direct for this kind', v_doing));
  end if;
  if (v_context_type is null) <> (v_context_id is null) then
    perform confab_private.fail('invalid', format('unable to %s; context_type and context_id belong together', v_doing));
  end if;
  if v_kind.needs_context and v_context_type is null then
    perform confab_private.fail('invalid', format('unable to %s; this kind needs context_type and context_id', v_doing));
  end if;
  if exists (select 1 from unnest(p_member_ids) u (id) where u.id is null) then
    perform confab_private.fail('invalid', format('unable to %s; member_ids holds a null', v_doing));
  end if;
  select array_agg(distinct u.id) into v_users from unnest(p_member_ids || v_me) u (id);
  select least(v_kind.max_members, s.max_group_members) into v_max from confab_private.settings s;
  if cardinality(v_users) > v_max then
    perform confab_private.fail('too_many_members', format('unable to %s; at most %s members are allowed', v_doing, v_max));
  end if;
  select count(*) into v_found from confab.profiles p where p.id = any (v_users) and p.deleted_at is null;
  if v_found < cardinality(v_users) then
    perform confab_private.fail('not_found', format('unable to %s; a member does not exist', v_doing));
  end if;

  insert into confab.conversations (
    id, kind, title, description, avatar_url, data, context_type, context_id, slow_mode_seconds, created_by, member_count
  )
  values (
    p_id, p_kind,
    confab_private.require_text(p_title, 'title', 200, v_doing),
    confab_private.require_text(p_description, 'description', 2000, v_doing),
    confab_private.require_text(p_avatar_url, 'avatar_url', 2000, v_doing),
    confab_private.require_data(p_data, v_doing), v_context_type, v_context_id, v_kind.slow_mode_seconds,
    v_me, cardinality(v_users)
  )
  on conflict (id) do nothing;
  if not found then
    if exists (
      select 1 from confab.conversations c where c.id = p_id and c.created_by = v_me and c.direct_low is null
    ) then
      perform confab_private.require_member(p_id, v_me, v_doing);
    else
      perform confab_private.fail('id_taken', format('unable to %s; its id belongs to another conversation', v_doing));
    end if;
  else
    insert into confab.members (conversation_id, user_id, role, joined_at)
    select p_id, u.id, case when u.id = v_me then 'owner' else 'member' end, clock_timestamp()
    from unnest(v_users) u (id);
    perform confab_private.emit_conversation(p_id, v_users);
  end if;
  return confab_private.conversation_for(v_me, p_id);
end;
$$;

comment on function confab_private.create_conversation(uuid, text, uuid[], text, jsonb, text, text, text, text) is
  'Body of confab.create_conversation.';

create function confab_private.get_or_create_direct(p_user_id uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := confab_private.require_profile();
  v_doing constant text := 'open the direct conversation';
  v_low uuid := least(v_me, p_user_id);
  v_high uuid := greatest(v_me, p_user_id);
  v_id uuid;
begin
  if p_user_id is null then
    perform confab_private.fail('invalid', format('unable to %s; user_id is missing', v_doing));
  end if;
  if p_user_id = v_me then
    perform confab_private.fail('invalid', format('unable to %s; it needs somebody else', v_doing));
  end if;
  select c.id into v_id from confab.conversations c where c.direct_low = v_low and c.direct_high = v_high;
  if not found then
    if (select count(*) from confab.profiles p where p.id in (v_me, p_user_id) and p.deleted_at is null) < 2 then
      perform confab_private.fail('not_found', format('unable to %s; no such user', v_doing));
    end if;
    -- Whoever comes second waits here for the first to commit, and then finds the conversation below.
    insert into confab.conversations (id, kind, direct_low, direct_high, created_by, member_count)
    values (gen_random_uuid(), 'direct', v_low, v_high, v_me, 2)
    on conflict (direct_low, direct_high) do nothing
    returning id into v_id;
    if found then
      insert into confab.members (conversation_id, user_id, joined_at)
      values (v_id, v_low, clock_timestamp()), (v_id, v_high, clock_timestamp());
      perform confab_private.emit_conversation(v_id, array[v_low, v_high]);
    else
      select c.id into v_id from confab.conversations c where c.direct_low = v_low and c.direct_high = v_high;
    end if;
  end if;
  perform confab_private.require_member(v_id, v_me, v_doing);
  return confab_private.conversation_for(v_me, v_id);
end;
$$;

comment on function confab_private.get_or_create_direct(uuid) is 'Body of confab.get_or_create_direct.';

-- What an app calls.

create function confab.get_or_create_direct(user_id uuid)
returns jsonb language plpgsql volatile set search_path = ''
as $$ begin return confab_private.get_or_create_direct($1); end $$;

comment on function confab.get_or_create_direct(uuid) is
'The one direct conversation with another user, made on the first call by either side.
Errors: `unauthenticated`, `not_found` (no such user), `invalid` (oneself). Rule D8.';

create function confab.create_conversation(
  id uuid,
  kind text,
  member_ids uuid[],
  title text default null,
  data jsonb default '{}',
  context_type text default null,
  context_id text default null,
  description text default null,
  avatar_url text default null
)
returns jsonb language plpgsql volatile set search_path = ''
as $$ begin return confab_private.create_conversation($1, $2, $3, $4, $5, $6, $7, $8, $9); end $$;

comment on function confab.create_conversation(uuid, text, uuid[], text, jsonb, text, text, text, text) is
'Makes a conversation of any kind but a direct one; the caller becomes its owner. Repeating it with the same id answers the same conversation.

member_ids: the other members; the caller may be left out. title: up to 200 characters; description and avatar_url: up to 2000. data: an object up to settings.max_data_bytes. context_type and context_id: what it belongs to in the app, up to 200 characters each; some kinds need them.
Errors: `unauthenticated`, `unknown_kind`, `not_found` (a member does not exist), `too_many_members`, `id_taken`, `invalid`. Rule D9.';

grant execute on function
  confab.get_or_create_direct(uuid),
  confab.create_conversation(uuid, text, uuid[], text, jsonb, text, text, text, text),
  confab_private.get_or_create_direct(uuid),
  confab_private.create_conversation(uuid, text, uuid[], text, jsonb, text, text, text, text)
to authenticated, service_role;
