-- Arguments that come as JSON, and the places at which pages go on.

create function confab_private.require_keys(p_object jsonb, p_known text[], p_doing text)
returns void
language plpgsql
immutable
set search_path = ''
as $$
begin
  if jsonb_typeof(p_object) <> 'object' then
    perform confab_private.fail('invalid', format('unable to %s; an object is needed', p_doing));
  end if;
  if exists (select 1 from jsonb_object_keys(p_object) k (key) where k.key <> all (p_known)) then
    perform confab_private.fail('invalid', format('unable to %s; the keys are %s', p_doing, array_to_string(p_known, ', ')));
  end if;
end;
$$;

comment on function confab_private.require_keys(jsonb, text[], text) is
  'Refuses (`invalid`) what is no object or has a key that is not known: a misspelt one must not go unnoticed. Null is fine.';

create function confab_private.json_arg(p_args jsonb, p_name text, p_type text, p_doing text)
returns text
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_arg constant jsonb := p_args -> p_name;
  v_text constant text := p_args ->> p_name;
  v_is_good boolean;
begin
  if v_arg is null or jsonb_typeof(v_arg) = 'null' then
    return null;
  end if;
  v_is_good := case p_type
    when 'text' then jsonb_typeof(v_arg) = 'string'
    when 'uuid' then jsonb_typeof(v_arg) = 'string' and confab_private.try_uuid(v_text) is not null
    when 'date' then jsonb_typeof(v_arg) = 'string' and v_text ~ '^\d{4}-\d{2}-\d{2}$'
    when 'timestamp' then jsonb_typeof(v_arg) = 'string'
      and v_text ~ '^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:?\d{2})|infinity)$'
    when 'bigint' then jsonb_typeof(v_arg) = 'number' and v_text ~ '^-?\d{1,18}$'
    when 'integer' then jsonb_typeof(v_arg) = 'number' and v_text ~ '^-?\d{1,9}$'
    when 'boolean' then jsonb_typeof(v_arg) = 'boolean'
    when 'object' then jsonb_typeof(v_arg) = 'object'
    when 'uuids' then jsonb_typeof(v_arg) = 'array'
    when 'list' then jsonb_typeof(v_arg) = 'array'
  end;
  if p_type = 'uuids' and v_is_good then
    v_is_good := not exists (
      select 1
      from jsonb_array_elements(v_arg) e (value)
      where jsonb_typeof(e.value) <> 'string' or confab_private.try_uuid(e.value #>> '{}') is null
    );
  end if;
  if not v_is_good then
    perform confab_private.fail('invalid', format('unable to %s; %s must be of type %s', p_doing, p_name, p_type));
  end if;
  return v_text;
end;
$$;

comment on function confab_private.json_arg(jsonb, text, text, text) is
  'One argument out of an object as text, null when absent, `invalid` when it is not of the type.';

create function confab_private.uuid_array(p_array text)
returns uuid[]
language plpgsql
immutable
set search_path = ''
as $$
begin
  if p_array is null then
    return null;
  end if;
  return array(select e.value::uuid from jsonb_array_elements_text(p_array::jsonb) e (value));
end;
$$;

comment on function confab_private.uuid_array(text) is 'An argument of type uuids as an array; null when there is none.';

create function confab_private.page_place(p_place text, p_first text, p_doing text)
returns text[]
language plpgsql
immutable
set search_path = ''
as $$
declare
  -- The id comes last and holds no _, what stands before may.
  v_parts constant text[] := regexp_match(p_place, '^(.*)_([^_]*)$');
begin
  if p_place is null then
    return null;
  end if;
  if v_parts is null or v_parts[1] !~ p_first or confab_private.try_uuid(v_parts[2]) is null then
    perform confab_private.fail('invalid', format('unable to %s; the place is not the `next` of a previous page', p_doing));
  end if;
  return v_parts;
end;
$$;

comment on function confab_private.page_place(text, text, text) is
  'Takes apart the `next` of a previous page, <sort key>_<id>; p_first is what the sort key has to look like. Null for the first page.';

create function confab_private.to_micros(p_time timestamptz)
returns text
language sql
immutable
set search_path = ''
as $$
  select (extract(epoch from p_time) * 1000000)::bigint::text
$$;

comment on function confab_private.to_micros(timestamptz) is 'A time as a sort key: microseconds since 1970.';

create function confab_private.from_micros(p_micros text)
returns timestamptz
language sql
immutable
set search_path = ''
as $$
  select timestamptz 'epoch' + p_micros::bigint * interval '1 microsecond'
$$;

comment on function confab_private.from_micros(text) is 'The time of a sort key.';
