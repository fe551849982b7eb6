-- D2 Who calls is decided in one place. D4 Every synced row is stamped in one place.
-- What is called often is plpgsql, here and in the other migrations: it keeps its plans, functions in SQL are planned
-- anew with every call.

create function confab_private.try_uuid(p_text text)
returns uuid
language plpgsql
immutable
set search_path = ''
as $$
begin
  -- Several times as fast as one regular expression, and asked with every call.
  if p_text like '________-____-____-____-____________' and translate(lower(p_text), '0123456789abcdef', '') = '----' then
    return p_text::uuid;
  end if;
  return null;
end;
$$;

comment on function confab_private.try_uuid(text) is 'The uuid a text spells in its usual form, else null. Never raises.';

create table confab_private.own_issuers (
  issuer text primary key
);

comment on table confab_private.own_issuers is
  'D2 What tokens of the project''s own Auth name as their issuer; found by itself, more than one after the project got a domain of its own. The subject of such a token is the id of the user; of any other issuer it is not.';

create function confab_private.claims()
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_text constant text := nullif(current_setting('request.jwt.claims', true), '');
begin
  if strpos(v_text, '\u') > 0 then
    -- An escape may spell what jsonb cannot hold: NUL, or half of a surrogate pair.
    begin
      return v_text::jsonb;
    exception when data_exception then
      return null;
    end;
  end if;
  return v_text::jsonb;
end;
$$;

comment on function confab_private.claims() is
  'The claims of the verified JWT; null without one, or where they hold what cannot be stored.';

create function confab_private.foreign_id(p_issuer text, p_subject text)
returns uuid
language plpgsql
immutable
set search_path = ''
as $$
declare
  -- The length of the issuer says where it ends, so that no other pair spells the same.
  v_hash bytea := substr(
    sha256(convert_to(octet_length(p_issuer) || ':' || p_issuer || p_subject, 'UTF8')), 1, 16
  );
begin
  -- Version 8, where those of Auth are of version 4: nobody else can have it.
  v_hash := set_byte(v_hash, 6, (get_byte(v_hash, 6) & 15) | 128);
  v_hash := set_byte(v_hash, 8, (get_byte(v_hash, 8) & 63) | 128);
  return encode(v_hash, 'hex')::uuid;
end;
$$;

comment on function confab_private.foreign_id(text, text) is
  'D2 The id of a user of another issuer than the project''s own Auth: a hash of issuer and subject.';

create function confab_private.user_id(p_issuer text, p_subject text)
returns uuid
language plpgsql
stable
set search_path = ''
as $$
declare
  v_issuer constant text := coalesce(p_issuer, '');
  v_id constant uuid := confab_private.try_uuid(p_subject);
begin
  if coalesce(p_subject, '') = '' then
    return null;
  end if;
  -- Only the project itself can sign a token without an issuer.
  if v_id is not null
    and (v_issuer = '' or exists (select 1 from confab_private.own_issuers o where o.issuer = v_issuer))
  then
    return v_id;
  end if;
  return confab_private.foreign_id(v_issuer, p_subject);
end;
$$;

comment on function confab_private.user_id(text, text) is 'Body of confab.user_id.';

create function confab_private.has_session(p_session_id text, p_user_id uuid)
returns boolean
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return exists (
    select 1
    from auth.sessions s
    where s.id = confab_private.try_uuid(p_session_id) and s.user_id = p_user_id
  );
end;
$$;

comment on function confab_private.has_session(text, uuid) is
  'D2 Whether the project''s own Auth has given a user this session, which shows what its tokens name as their issuer.';

create function confab_private.me()
returns uuid
language plpgsql
stable
set search_path = ''
as $$
declare
  v_claims constant jsonb := confab_private.claims();
  v_me constant uuid := confab_private.user_id(v_claims ->> 'iss', v_claims ->> 'sub');
  v_own constant uuid := confab_private.try_uuid(v_claims ->> 'sub');
begin
  if v_me <> v_own and confab_private.has_session(v_claims ->> 'session_id', v_own) then
    return v_own;
  end if;
  return v_me;
end;
$$;

comment on function confab_private.me() is
  'D2 The signed-in user, from the claims of the verified JWT; null for anybody else. The subject itself where the project''s own Auth has issued the token, else foreign_id of issuer and subject. Policies use (select confab_private.me()).';

create function confab_private.require_me()
returns uuid
language plpgsql
stable
set search_path = ''
as $$
declare
  v_me uuid := confab_private.me();
begin
  if v_me is null then
    perform confab_private.fail('unauthenticated', 'unable to identify the caller; sign in first');
  end if;
  return v_me;
end;
$$;

comment on function confab_private.require_me() is 'D2 me(), or the error `unauthenticated`.';

create function confab_private.require_profile()
returns uuid
language plpgsql
set search_path = ''
as $$
declare
  v_me constant uuid := confab_private.require_me();
  v_claims constant jsonb := confab_private.claims();
  v_issuer constant text := nullif(v_claims ->> 'iss', '');
begin
  if v_issuer is not null
    and v_me = confab_private.try_uuid(v_claims ->> 'sub')
    and not exists (select 1 from confab_private.own_issuers o where o.issuer = v_issuer)
  then
    insert into confab_private.own_issuers (issuer) values (v_issuer) on conflict do nothing;
  end if;
  if not exists (select 1 from confab.profiles p where p.id = v_me) then
    insert into confab.profiles (id, display_name, avatar_url)
    values (v_me, confab_private.display_name_of(v_claims), confab_private.avatar_url_of(v_claims))
    on conflict (id) do nothing;
  end if;
  return v_me;
end;
$$;

comment on function confab_private.require_profile() is
  'D2 require_me(), with a profile: one who has none, because another issuer than Auth knows the user, gets it from the claims. For whatever a user may call first.';

create function confab_private.stamp_changed_xid()
returns trigger
language plpgsql
set search_path = ''
as $$
declare
  v_xid constant xid8 := pg_current_xact_id();
begin
  new.changed_xid := v_xid;
  -- Clients keep the state with the highest number, and a transaction that waited for the row may have a lower one than
  -- the one it waited for. Numbers still to come are left over from a restore, and do go down.
  if tg_op = 'UPDATE' and old.changed_xid > v_xid and old.changed_xid < pg_snapshot_xmax(pg_current_snapshot()) then
    new.changed_xid := old.changed_xid;
  end if;
  return new;
end;
$$;

comment on function confab_private.stamp_changed_xid() is
  'D4 Trigger of every synced table: remembers the transaction that last changed the row, which is what pull compares with. It never goes down while a row lives.';
