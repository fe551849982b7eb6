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

create function confab_private.me()
returns uuid
language plpgsql
stable
set search_path = ''
as $$
begin
  return confab_private.try_uuid(nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub');
end;
$$;

comment on function confab_private.me() is
  'D2 The signed-in user, from the claims of the verified JWT; null for anybody else. Policies use (select confab_private.me()).';

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
