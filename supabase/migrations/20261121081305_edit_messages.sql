-- Editing and deleting.

create function confab_private.is_older_than(p_created_at timestamptz, p_window integer)
returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
  return coalesce(p_created_at < clock_timestamp() - make_interval(secs => p_window), false);
end;
$$;

comment on function confab_private.is_older_than(timestamptz, integer) is
  'Whether a window of so many seconds has closed; one without an end (null) never does.';

create function confab_private.applied_to(p_me uuid, p_id uuid, p_target_id uuid, p_doing text)
returns boolean
language plpgsql
stable
set search_path = ''
as $$
declare
  v_target_id uuid;
begin
  select a.target_id into v_target_id
  from confab_private.applied_mutations a
  where a.user_id = p_me and a.id = p_id;
  if not found then
    return false;
  end if;
  if v_target_id is distinct from p_target_id then
    perform confab_private.fail('id_taken', format('unable to %s; the id of the mutation was used before', p_doing));
  end if;
  return true;
end;
$$;

comment on function confab_private.applied_to(uuid, uuid, uuid, text) is
  'E2 Whether this mutation was applied before, or `id_taken` when it was another one.';

create function confab_private.edit_message(
  p_id uuid,
  p_message_id uuid,
  p_content text,
  p_data jsonb,
  p_mentioned_user_ids uuid[],
  p_mentions_everyone boolean,
  p_mentions jsonb
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me constant uuid := confab_private.require_me();
  v_doing constant text := 'edit the message';
  v_message confab.messages;
  v_kind confab.message_kinds;
  v_window integer;
  v_version bigint;
  v_mentioned uuid[];
  v_mentions_everyone boolean;
begin
  if p_id is null then
    perform confab_private.fail('invalid', format('unable to %s; id is missing', v_doing));
  end if;
  v_message := confab_private.require_message(p_message_id, v_me, v_doing);
  if v_message.sender_id is distinct from v_me then
    perform confab_private.fail('forbidden', format('unable to %s; it is not yours', v_doing));
  end if;
  perform confab_private.lock_conversation(v_message.conversation_id, v_me, v_doing);
  if confab_private.applied_to(v_me, p_id, p_message_id, v_doing) then
    return confab_private.message_for(v_me, p_message_id);
  end if;
  select m.* into v_message from confab.messages m where m.id = p_message_id;
  if v_message.deleted_at is not null then
    perform confab_private.fail('message_deleted', format('unable to %s; it has been deleted', v_doing));
  end if;
  select k.* into v_kind from confab.message_kinds k where k.kind = v_message.kind;
  select coalesce(v_kind.edit_window_seconds, s.edit_window_seconds) into v_window from confab_private.settings s;
  if confab_private.is_older_than(v_message.created_at, v_window) then
    perform confab_private.fail('edit_window_closed', format('unable to %s; it is older than %s seconds', v_doing, v_window));
  end if;
  perform confab_private.require_content(p_content, v_kind.needs_content, v_doing);
  v_mentioned := case when p_mentioned_user_ids is null then v_message.mentioned_user_ids
    else confab_private.members_among(v_message.conversation_id, p_mentioned_user_ids) end;
  v_mentions_everyone := coalesce(p_mentions_everyone, v_message.mentions_everyone);

  insert into confab.message_versions (message_id, number, content, data)
  select p_message_id, coalesce(max(n.number), 0) + 1, v_message.content, v_message.data
  from confab.message_versions n
  where n.message_id = p_message_id;
  update confab.conversations c
  set version = c.version + 1,
      last_mention_seq = case
        when v_message.thread_root_id is null and (v_mentioned is not null or v_mentions_everyone)
        then greatest(c.last_mention_seq, v_message.seq)
        else c.last_mention_seq
      end
  where c.id = v_message.conversation_id
  returning c.version into v_version;
  update confab.messages m
  set content = p_content,
      data = case when p_data is null then m.data else confab_private.require_data(p_data, v_doing) end,
      mentioned_user_ids = v_mentioned,
      mentions_everyone = v_mentions_everyone,
      -- Those that are stored are places in the content that was.
      mentions = confab_private.mention_places(
        coalesce(p_mentions, case when p_content is not distinct from m.content then m.mentions end),
        p_content, v_mentioned, v_mentions_everyone
      ),
      edited_at = clock_timestamp(),
      version = v_version
  where m.id = p_message_id;
  if v_mentioned is distinct from v_message.mentioned_user_ids then
    delete from confab.mentions x
    where x.conversation_id = v_message.conversation_id and x.seq = v_message.seq;
    insert into confab.mentions (user_id, conversation_id, seq)
    select u.id, v_message.conversation_id, v_message.seq from unnest(v_mentioned) u (id);
  end if;
  insert into confab_private.applied_mutations (user_id, id, target_id) values (v_me, p_id, p_message_id);
  return confab_private.emit_message(p_message_id, v_me, v_message);
end;
$$;

comment on function confab_private.edit_message(uuid, uuid, text, jsonb, uuid[], boolean, jsonb) is 'Body of confab.edit_message.';

create function confab_private.bury_message(p_message confab.messages, p_by uuid)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_version bigint;
begin
  update confab.conversations c
  set version = c.version + 1,
      last_deleted_seq = case when p_message.counts then greatest(c.last_deleted_seq, p_message.seq) else c.last_deleted_seq end
  where c.id = p_message.conversation_id
  returning c.version into v_version;
  update confab.messages m
  set content = null, data = '{}', mentioned_user_ids = null, mentions_everyone = false,
      mentions = null, reactions = null, pinned_at = null, pinned_by = null, deleted_at = clock_timestamp(),
      deleted_by = p_by, version = v_version
  where m.id = p_message.id;
  delete from confab.reactions r where r.message_id = p_message.id;
  delete from confab.message_versions n where n.message_id = p_message.id;
  delete from confab.mentions x where x.conversation_id = p_message.conversation_id and x.seq = p_message.seq;
end;
$$;

comment on function confab_private.bury_message(confab.messages, uuid) is
  'D5 Empties a message and everything added to it; a tombstone with a new version stays. The caller holds the conversation row.';

create function confab_private.delete_message(p_message_id uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me constant uuid := confab_private.require_me();
  v_doing constant text := 'delete the message';
  v_message confab.messages;
  v_member confab.members;
  v_window integer;
  v_answer jsonb;
begin
  v_message := confab_private.require_message(p_message_id, v_me, v_doing);
  v_member := confab_private.require_member(v_message.conversation_id, v_me, v_doing);
  if v_message.sender_id is distinct from v_me and v_member.role = 'member' then
    perform confab_private.fail('forbidden', format('unable to %s; it is not yours', v_doing));
  end if;
  v_member := confab_private.lock_conversation(v_message.conversation_id, v_me, v_doing, true);
  select m.* into v_message from confab.messages m where m.id = p_message_id;
  if v_message.deleted_at is not null then
    return confab_private.message_for(v_me, p_message_id);
  end if;
  if v_member.role = 'member' then
    select coalesce(k.delete_window_seconds, s.delete_window_seconds) into v_window
    from confab_private.settings s
    left join confab.message_kinds k on k.kind = v_message.kind;
    if confab_private.is_older_than(v_message.created_at, v_window) then
      perform confab_private.fail(
        'delete_window_closed', format('unable to %s; it is older than %s seconds', v_doing, v_window)
      );
    end if;
  end if;
  perform confab_private.bury_message(v_message, v_me);
  v_answer := confab_private.emit_message(p_message_id, v_me, v_message);
  if v_message.thread_root_id is not null then
    perform confab_private.recount_thread(v_message.thread_root_id);
  end if;
  return v_answer;
end;
$$;

comment on function confab_private.delete_message(uuid) is 'Body of confab.delete_message.';

-- What an app calls.

create function confab.edit_message(
  id uuid,
  message_id uuid,
  content text,
  data jsonb default null,
  mentioned_user_ids uuid[] default null,
  mentions_everyone boolean default null,
  mentions jsonb default null
)
returns jsonb language plpgsql volatile set search_path = ''
as $$ begin return confab_private.edit_message($1, $2, $3, $4, $5, $6, $7); end $$;

comment on function confab.edit_message(uuid, uuid, text, jsonb, uuid[], boolean, jsonb) is
'Changes the content of one''s own message, and its data and mentions where they are given. What it was before stays to be read with message_versions.

id: of this edit, minted once; repeating the edit later does not undo a newer one. data, mentioned_user_ids, mentions_everyone: null leaves them, {} and the empty list take them away. mentions: the places in the new content, as send_message takes them; null leaves them where the content stays the same.
Errors: `unauthenticated`, `not_member`, `not_found`, `forbidden`, `locked`, `user_deleted`, `message_deleted`, `edit_window_closed`, `content_empty`, `content_too_long`, `id_taken`, `invalid`. Rules D3, D9.';

create function confab.delete_message(message_id uuid)
returns jsonb language plpgsql volatile set search_path = ''
as $$ begin return confab_private.delete_message($1); end $$;

comment on function confab.delete_message(uuid) is
'Empties a message for everybody and leaves a tombstone: one''s own within the delete window, anybody''s as an admin or owner. Its reactions, mentions and earlier versions go too. Repeating it changes nothing.
Errors: `unauthenticated`, `not_member`, `not_found`, `forbidden`, `locked`, `delete_window_closed`, `invalid`. Rules D3, D5.';

grant execute on function
  confab.edit_message(uuid, uuid, text, jsonb, uuid[], boolean, jsonb),
  confab.delete_message(uuid),
  confab_private.edit_message(uuid, uuid, text, jsonb, uuid[], boolean, jsonb),
  confab_private.delete_message(uuid)
to authenticated, service_role;
