-- D9 What a conversation is called and how it may be used.

create function confab_private.changed_conversation(p_old confab.conversations, p_changes jsonb, p_doing text)
returns confab.conversations
language plpgsql
stable
set search_path = ''
as $$
declare
  v_new confab.conversations := p_old;
begin
  if p_changes ? 'title' then
    v_new.title := confab_private.require_text(
      confab_private.json_arg(p_changes, 'title', 'text', p_doing), 'title', 200, p_doing
    );
  end if;
  if p_changes ? 'description' then
    v_new.description := confab_private.require_text(
      confab_private.json_arg(p_changes, 'description', 'text', p_doing), 'description', 2000, p_doing
    );
  end if;
  if p_changes ? 'avatar_url' then
    v_new.avatar_url := confab_private.require_text(
      confab_private.json_arg(p_changes, 'avatar_url', 'text', p_doing), 'avatar_url', 2000, p_doing
    );
  end if;
  if p_changes ? 'data' then
    v_new.data := confab_private.require_data(nullif(p_changes -> 'data', 'null'), p_doing);
  end if;
  v_new.is_locked := confab_private.changed_flag(p_changes, 'is_locked', p_old.is_locked, p_doing);
  if p_changes ? 'slow_mode_seconds' then
    v_new.slow_mode_seconds := confab_private.json_arg(p_changes, 'slow_mode_seconds', 'integer', p_doing);
    if v_new.slow_mode_seconds is null or v_new.slow_mode_seconds not between 0 and 86400 then
      perform confab_private.fail('invalid', format('unable to %s; slow_mode_seconds must be 0 to 86400', p_doing));
    end if;
  end if;
  return v_new;
end;
$$;

comment on function confab_private.changed_conversation(confab.conversations, jsonb, text) is
  'The conversation after the changes, or `invalid`.';

create function confab_private.update_conversation(p_conversation_id uuid, p_changes jsonb)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me constant uuid := confab_private.require_me();
  v_doing constant text := 'change the conversation';
  v_old confab.conversations;
  v_new confab.conversations;
begin
  if p_changes is null then
    perform confab_private.fail('invalid', format('unable to %s; changes is missing', v_doing));
  end if;
  perform confab_private.require_keys(
    p_changes, '{title,description,avatar_url,data,is_locked,slow_mode_seconds}', v_doing
  );
  perform confab_private.lock_group(p_conversation_id, v_me, 'update', v_doing);
  select c.* into v_old from confab.conversations c where c.id = p_conversation_id;
  v_new := confab_private.changed_conversation(v_old, p_changes, v_doing);
  if v_new is distinct from v_old then
    update confab.conversations c
    set title = v_new.title,
        description = v_new.description,
        avatar_url = v_new.avatar_url,
        data = v_new.data,
        is_locked = v_new.is_locked,
        slow_mode_seconds = v_new.slow_mode_seconds
    where c.id = p_conversation_id;
    perform confab_private.emit_hint(p_conversation_id);
    if v_new.title is distinct from v_old.title then
      perform confab_private.append_system_message(
        p_conversation_id, v_me, jsonb_build_object('event', 'title_changed', 'title', v_new.title)
      );
    end if;
  end if;
  return confab_private.conversation_for(v_me, p_conversation_id);
end;
$$;

comment on function confab_private.update_conversation(uuid, jsonb) is 'Body of confab.update_conversation.';

-- What an app calls.

create function confab.update_conversation(conversation_id uuid, changes jsonb)
returns jsonb language plpgsql volatile set search_path = ''
as $$ begin return confab_private.update_conversation($1, $2); end $$;

comment on function confab.update_conversation(uuid, jsonb) is
'Changes what a conversation is called, shows and allows, and answers it. Needs the role that its kind asks for; a direct conversation stays as it is.

changes: any of title (up to 200 characters), description and avatar_url (up to 2000), each null for none; data, an object up to settings.max_data_bytes that replaces the old one; is_locked, whether only admins and owners may send, edit, react and pin; slow_mode_seconds, 0 to 86400.
Errors: `unauthenticated`, `not_member`, `not_found`, `forbidden`, `locked`, `invalid`. Rules D9, D10.';

grant execute on function
  confab.update_conversation(uuid, jsonb),
  confab_private.update_conversation(uuid, jsonb)
to authenticated, service_role;
