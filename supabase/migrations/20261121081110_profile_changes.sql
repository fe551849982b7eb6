-- D2 D10 Profiles that the app sets, and how a change of one reaches those who see it.

create function confab_private.emit_profile(p_user_id uuid)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_max_conversations constant integer := 50;
  v_max_inboxes constant integer := 200;
begin
  perform confab_private.emit(
    array(
      with shared as materialized (
        select c.id, c.feed_key, c.last_activity_at, c.member_count > s.fanout_max_members as is_large
        from confab.members m
        join confab.conversations c on c.id = m.conversation_id
        cross join confab_private.settings s
        where m.user_id = p_user_id
        order by c.last_activity_at desc
        limit v_max_conversations
      )
      select 'inbox:' || p_user_id
      union
      select 'feed:' || h.id || ':' || h.feed_key from shared h where h.is_large
      union
      (
        select 'inbox:' || o.user_id
        from shared h
        join confab.members o on o.conversation_id = h.id and o.state = 'joined'
        where not h.is_large
        group by o.user_id
        order by max(h.last_activity_at) desc
        limit v_max_inboxes
      )
    ),
    (
      select jsonb_build_object('type', 'profile', 'profile', p.wire)
      from confab_private.profile_wire p
      where p.id = p_user_id
    )
  );
end;
$$;

comment on function confab_private.emit_profile(uuid) is
  'D10 Tells the user''s own devices and those who share a conversation with it of its name and picture: the members of the 50 conversations that moved last, at most 200 inboxes and the feeds of large ones. The others learn it by pull.';

create function confab_private.tell_profile()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_max_profiles constant integer := 50;
  v_told constant text := coalesce(current_setting('confab.told_profiles', true), '');
begin
  -- Deferred: however often a transaction changes a profile, one event says how it ended. Of a mass change the rest
  -- comes by pull.
  if strpos(v_told, new.id::text) = 0 and length(v_told) < v_max_profiles * 36 then
    perform set_config('confab.told_profiles', v_told || new.id, true);
    perform confab_private.emit_profile(new.id);
  end if;
  return null;
end;
$$;

comment on function confab_private.tell_profile() is
  'D10 Trigger of profiles: tells of a new name or picture at the end of the transaction, once per profile and of at most 50.';

create constraint trigger tell_profile after update on confab.profiles
  deferrable initially deferred
  for each row
  when ((old.display_name, old.avatar_url, old.deleted_at) is distinct from (new.display_name, new.avatar_url, new.deleted_at))
  execute function confab_private.tell_profile();

create function confab_private.set_profile(p_user_id uuid, p_display_name text, p_avatar_url text)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_doing constant text := 'set the profile';
  v_name constant text := coalesce(confab_private.shown_name(p_display_name), 'Anonymous');
  v_avatar_url constant text := confab_private.require_text(p_avatar_url, 'avatar_url', 2000, v_doing);
begin
  if p_user_id is null then
    perform confab_private.fail('invalid', format('unable to %s; user_id is missing', v_doing));
  end if;
  insert into confab.profiles as p (id, display_name, avatar_url, is_set_by_app)
  values (p_user_id, v_name, v_avatar_url, true)
  on conflict (id) do update
  set display_name = excluded.display_name, avatar_url = excluded.avatar_url, is_set_by_app = true
  where p.deleted_at is null
    and (p.display_name, p.avatar_url, p.is_set_by_app) is distinct from (excluded.display_name, excluded.avatar_url, true);
end;
$$;

comment on function confab_private.set_profile(uuid, text, text) is 'Body of confab.set_profile.';

create function confab_private.current_user_id()
returns uuid
language plpgsql
security definer
set search_path = ''
as $$
begin
  return confab_private.require_profile();
end;
$$;

comment on function confab_private.current_user_id() is 'Body of confab.current_user_id.';

-- What an app calls.

create function confab.current_user_id()
returns uuid language plpgsql volatile set search_path = ''
as $$ begin return confab_private.current_user_id(); end $$;

comment on function confab.current_user_id() is
'The id of the caller in Confab, by which others know the caller and which topics are named after. For a user of the project''s own Auth the id there; for one of another issuer what user_id answers. Makes the profile, from the claims of the token, where there is none yet.
Errors: `unauthenticated`. Rule D2.';

create function confab.user_id(issuer text, subject text)
returns uuid language plpgsql stable set search_path = ''
as $$ begin return confab_private.user_id($1, $2); end $$;

comment on function confab.user_id(text, text) is
'The id in Confab of somebody whose tokens another issuer signs, whether they were here before or not; null without a subject.

issuer, subject: the claims iss and sub of the tokens, exactly as they are there. Of the project''s own Auth the subject itself. Rule D2.';

grant execute on function
  confab.current_user_id(),
  confab.user_id(text, text),
  confab_private.current_user_id()
to authenticated, service_role;

-- What a server calls, and a trigger on the app's own table.

create function confab.set_profile(user_id uuid, display_name text, avatar_url text default null)
returns void language plpgsql volatile set search_path = ''
as $$ begin perform confab_private.set_profile($1, $2, $3); end $$;

comment on function confab.set_profile(uuid, text, text) is
'Service role only. Sets what others see of a user, and makes the profile where there is none yet. From then on changes in Auth are not followed. The profile of a deleted user stays empty.

display_name: cut to 200 characters; where nothing is left, or where it holds an e-mail address or is a phone number, the name is Anonymous. avatar_url: up to 2000 characters; null = none.
Those who share a conversation with the user see it at once. A trigger on the app''s own table may call it.
Errors: `invalid`. Rules D2, D10.';

grant execute on function
  confab.set_profile(uuid, text, text),
  confab_private.set_profile(uuid, text, text)
to service_role;
