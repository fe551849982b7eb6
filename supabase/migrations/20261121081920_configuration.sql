-- The limits of the installation, for whoever runs it.

create function confab_private.settings_wire()
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  -- The id of the installation is part of every cursor (D4) and is no setting.
  return (select to_jsonb(s) - 'is_only_row' - 'install_id' from confab_private.settings s);
end;
$$;

comment on function confab_private.settings_wire() is 'The settings as the functions show them.';

create function confab_private.settings()
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return confab_private.settings_wire();
end;
$$;

comment on function confab_private.settings() is 'Body of confab.settings.';

create function confab_private.update_settings(p_changes jsonb)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_doing constant text := 'change the settings';
  v_known text[];
  v_key text;
  v_value jsonb;
  v_old confab_private.settings;
  v_new confab_private.settings;
begin
  select array_agg(k.key order by k.key) into v_known from jsonb_object_keys(confab_private.settings_wire()) k (key);
  if p_changes is null then
    perform confab_private.fail('invalid', format('unable to %s; changes is missing', v_doing));
  end if;
  perform confab_private.require_keys(p_changes, v_known, v_doing);
  for v_key, v_value in select c.key, c.value from jsonb_each(p_changes) c loop
    if jsonb_typeof(v_value) not in ('number', 'null') then
      perform confab_private.fail('invalid', format('unable to %s; %s must be a number', v_doing, v_key));
    end if;
  end loop;
  select s.* into v_old from confab_private.settings s for update;
  begin
    v_new := jsonb_populate_record(v_old, p_changes);
    update confab_private.settings
    set fanout_max_members = v_new.fanout_max_members,
        receipts_max_members = v_new.receipts_max_members,
        rate_limit_burst = v_new.rate_limit_burst,
        rate_limit_per_second = v_new.rate_limit_per_second,
        max_content_length = v_new.max_content_length,
        max_data_bytes = v_new.max_data_bytes,
        max_group_members = v_new.max_group_members,
        max_reactions_per_user = v_new.max_reactions_per_user,
        edit_window_seconds = v_new.edit_window_seconds,
        delete_window_seconds = v_new.delete_window_seconds;
  exception when data_exception or integrity_constraint_violation then
    -- What is in range is said by the checks of the table alone.
    perform confab_private.fail('invalid', format('unable to %s; a value is out of range', v_doing));
  end;
  return confab_private.settings_wire();
end;
$$;

comment on function confab_private.update_settings(jsonb) is 'Body of confab.update_settings.';

-- What a server calls.

create function confab.settings()
returns jsonb language plpgsql stable set search_path = ''
as $$ begin return confab_private.settings(); end $$;

comment on function confab.settings() is
'Service role only. The limits of the installation: {fanout_max_members, receipts_max_members, rate_limit_burst, rate_limit_per_second, max_content_length, max_data_bytes, max_group_members, max_reactions_per_user, edit_window_seconds, delete_window_seconds}. Rules D6, D10, D12.';

create function confab.update_settings(changes jsonb)
returns jsonb language plpgsql volatile set search_path = ''
as $$ begin return confab_private.update_settings($1); end $$;

comment on function confab.update_settings(jsonb) is
'Service role only. Changes the settings named in changes, all or none, and answers all of them as `settings` does. They hold from the next call on.

changes: an object with keys of `settings` and numbers; null takes a window away, 0 the rate limit.
Errors: `invalid` (an unknown key, a wrong type, a value out of range). Rules D6, D10, D12.';

grant execute on function
  confab.settings(),
  confab.update_settings(jsonb),
  confab_private.settings(),
  confab_private.update_settings(jsonb)
to service_role;
