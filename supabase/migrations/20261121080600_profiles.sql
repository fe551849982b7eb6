-- What others may see of a user. Kept by one trigger on auth.users; the e-mail address is never copied.

create table confab.profiles (
  id uuid primary key,
  display_name text not null check (char_length(display_name) between 1 and 200),
  avatar_url text check (char_length(avatar_url) <= 2000),
  last_seen_at timestamptz,
  deleted_at timestamptz,
  created_at timestamptz not null default now(),
  changed_xid xid8 not null default pg_current_xact_id()
);

comment on table confab.profiles is 'What members of a shared conversation may see of a user.';
comment on column confab.profiles.id is
  'The id in auth.users. No foreign key: when the user is deleted an empty profile stays as the anonymous author of what was written.';
comment on column confab.profiles.deleted_at is 'D5 When the user was deleted.';
comment on column confab.profiles.last_seen_at is 'E11 Refreshed by pull, at most every 30 seconds.';

alter table confab.profiles enable row level security;

-- No index on changed_xid: pull reaches profiles through the members of the caller's conversations, and without it
-- the frequent refresh of last_seen_at stays a heap-only update.
create trigger stamp_changed_xid before insert or update on confab.profiles
  for each row execute function confab_private.stamp_changed_xid();

create function confab_private.display_name_of(p_email text, p_meta jsonb)
returns text
language sql
immutable
set search_path = ''
as $$
  select left(
    coalesce(
      nullif(btrim(p_meta ->> 'display_name'), ''),
      nullif(btrim(p_meta ->> 'name'), ''),
      nullif(btrim(p_meta ->> 'full_name'), ''),
      nullif(btrim(split_part(p_email, '@', 1)), ''),
      'Anonymous'
    ),
    200
  )
$$;

comment on function confab_private.display_name_of(text, jsonb) is
  'The first name a new user gets: from the sign-up metadata, else the part of the e-mail address before @, else Anonymous.';

create function confab_private.avatar_url_of(p_meta jsonb)
returns text
language sql
immutable
set search_path = ''
as $$
  select left(nullif(btrim(p_meta ->> 'avatar_url'), ''), 2000)
$$;

comment on function confab_private.avatar_url_of(jsonb) is 'The picture in the sign-up metadata of a user, null when there is none.';

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
  begin
    insert into confab.profiles as p (id, display_name, avatar_url)
    values (
      new.id,
      confab_private.display_name_of(new.email, new.raw_user_meta_data),
      confab_private.avatar_url_of(new.raw_user_meta_data)
    )
    on conflict (id) do update
    set display_name = excluded.display_name, avatar_url = excluded.avatar_url
    where p.deleted_at is null
      and (p.display_name, p.avatar_url) is distinct from (excluded.display_name, excluded.avatar_url);
  exception when others then
    -- A profile must never be the reason why somebody cannot sign up or in.
    raise warning 'confab: unable to keep the profile of a user; %', sqlerrm;
  end;
  return null;
end;
$$;

comment on function confab_private.keep_profile() is
  'Trigger on auth.users: makes the profile of a new user, follows changes of its name and picture, and empties that of a deleted one.';

create trigger confab_keep_profile after insert or delete or update of email, raw_user_meta_data on auth.users
  for each row execute function confab_private.keep_profile();

-- Users who signed up before Confab was installed.
insert into confab.profiles (id, display_name, avatar_url)
select u.id,
       confab_private.display_name_of(u.email, u.raw_user_meta_data),
       confab_private.avatar_url_of(u.raw_user_meta_data)
from auth.users u
on conflict (id) do nothing;
