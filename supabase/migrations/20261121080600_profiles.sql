-- What others may see of a user. Kept by one trigger on auth.users, or set by the app; an e-mail address or a phone number
-- is never copied.

create table confab.profiles (
  id uuid primary key,
  display_name text not null check (char_length(display_name) between 1 and 200),
  avatar_url text check (char_length(avatar_url) <= 2000),
  last_seen_at timestamptz,
  deleted_at timestamptz,
  is_set_by_app boolean not null default false,
  created_at timestamptz not null default now(),
  changed_xid xid8 not null default pg_current_xact_id()
);

comment on table confab.profiles is 'What members of a shared conversation may see of a user.';
comment on column confab.profiles.id is
  'The id in auth.users. No foreign key: when the user is deleted an empty profile stays as the anonymous author of what was written.';
comment on column confab.profiles.deleted_at is 'D5 When the user was deleted.';
comment on column confab.profiles.is_set_by_app is
  'D2 Whether set_profile has given the name and the picture: then changes in Auth are not followed.';
comment on column confab.profiles.last_seen_at is 'E11 Refreshed by pull, at most every 30 seconds.';

alter table confab.profiles enable row level security;

-- No index on changed_xid: pull reaches profiles through the members of the caller's conversations, and without it
-- the frequent refresh of last_seen_at stays a heap-only update.
create trigger stamp_changed_xid before insert or update on confab.profiles
  for each row execute function confab_private.stamp_changed_xid();

create function confab_private.shown_name(p_text text)
returns text
language sql
immutable
set search_path = ''
as $$
  select case
    -- Something that looks like an address, anywhere in it.
    when p_text ~ '[^[:space:]@＠]+[@＠][^[:space:]@＠]+' then null
    -- Five digits or more, and besides them only what is written around phone numbers.
    when p_text ~ '^(tel:|sms:)?[-+＋0-9٠-٩۰-۹０-９[:space:]\u00a0\u2000-\u206f()./,;#*_–—]+$'
      and p_text ~ '([0-9٠-٩۰-۹０-９][^0-9٠-٩۰-۹０-９]*){5}' then null
    else left(confab_private.trimmed(p_text), 200)
  end
$$;

comment on function confab_private.shown_name(text) is
  'A name as others may see it: without white space around it, at most 200 characters; null where nothing of it shows, or where it holds an e-mail address or is a phone number.';

create function confab_private.display_name_of(p_meta jsonb)
returns text
language sql
immutable
set search_path = ''
as $$
  select coalesce(
    (
      select confab_private.shown_name(m.meta ->> k.key)
      from (values (p_meta, 1), (p_meta -> 'user_metadata', 2)) m (meta, place)
      cross join unnest(array['display_name', 'name', 'full_name']) with ordinality k (key, place)
      where jsonb_typeof(m.meta -> k.key) = 'string' and confab_private.shown_name(m.meta ->> k.key) is not null
      order by m.place, k.place
      limit 1
    ),
    'Anonymous'
  )
$$;

comment on function confab_private.display_name_of(jsonb) is
  'D2 The name of a user by the metadata of the sign-up, or by the claims of a token: the first of display_name, name and full_name that others may see, else Anonymous.';

create function confab_private.avatar_url_of(p_meta jsonb)
returns text
language sql
immutable
set search_path = ''
as $$
  select btrim(m.meta ->> k.key)
  from (values (p_meta, 1), (p_meta -> 'user_metadata', 2)) m (meta, place)
  cross join unnest(array['avatar_url', 'picture']) with ordinality k (key, place)
  where jsonb_typeof(m.meta -> k.key) = 'string' and char_length(btrim(m.meta ->> k.key)) between 1 and 2000
  order by m.place, k.place
  limit 1
$$;

comment on function confab_private.avatar_url_of(jsonb) is
  'The picture in the metadata of the sign-up, or in the claims of a token: avatar_url, else picture; null when there is none of at most 2000 characters.';

create function confab_private.keep_profile()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  if tg_op = 'DELETE' then
    -- Fails loudly: whoever deletes a user has to know that nothing personal is left.
    perform confab_private.forget_user(old.id);
    return null;
  end if;
  if new.deleted_at is not null then
    -- Deleted softly: Auth keeps its row.
    perform confab_private.forget_user(new.id);
    return null;
  end if;
  begin
    insert into confab.profiles as p (id, display_name, avatar_url)
    values (
      new.id,
      confab_private.display_name_of(new.raw_user_meta_data),
      confab_private.avatar_url_of(new.raw_user_meta_data)
    )
    on conflict (id) do update
    set display_name = excluded.display_name, avatar_url = excluded.avatar_url
    where p.deleted_at is null
      and not p.is_set_by_app
      and (p.display_name, p.avatar_url) is distinct from (excluded.display_name, excluded.avatar_url);
  exception when others then
    -- A profile must never be the reason why somebody cannot sign up or in.
    raise warning 'confab: unable to keep the profile of a user; %', sqlerrm;
  end;
  return null;
end;
$$;

comment on function confab_private.keep_profile() is
  'D2 D5 Trigger on auth.users: makes the profile of a new user, follows changes of its name and picture unless the app has set them, and empties that of a user who was deleted, softly too.';

create trigger confab_keep_profile after insert or delete or update of raw_user_meta_data, deleted_at on auth.users
  for each row execute function confab_private.keep_profile();

-- Users who signed up before Confab was installed.
insert into confab.profiles (id, display_name, avatar_url, deleted_at)
select u.id,
       case when u.deleted_at is null then confab_private.display_name_of(u.raw_user_meta_data) else 'Deleted user' end,
       case when u.deleted_at is null then confab_private.avatar_url_of(u.raw_user_meta_data) end,
       u.deleted_at
from auth.users u
on conflict (id) do nothing;
