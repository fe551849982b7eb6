-- One mutation: what it calls, and what is answered when it comes again.

create function confab_private.mutation_arg(p_args jsonb, p_name text, p_type text)
returns text
language plpgsql
immutable
set search_path = ''
as $$
begin
  return confab_private.json_arg(p_args, p_name, p_type, 'apply the mutation');
end;
$$;

comment on function confab_private.mutation_arg(jsonb, text, text) is
  'One argument of a mutation as text, null when absent, `invalid` when it is not of the type.';

create function confab_private.call_mutation(p_type text, p_id uuid, p_conversation_id uuid, p_args jsonb)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_message_id constant uuid := confab_private.mutation_arg(p_args, 'message_id', 'uuid');
  v_root_id constant uuid := confab_private.mutation_arg(p_args, 'thread_root_id', 'uuid');
  v_user_id constant uuid := confab_private.mutation_arg(p_args, 'user_id', 'uuid');
  v_seq constant bigint := confab_private.mutation_arg(p_args, 'seq', 'bigint');
  v_content constant text := confab_private.mutation_arg(p_args, 'content', 'text');
  v_emoji constant text := confab_private.mutation_arg(p_args, 'emoji', 'text');
  v_data constant jsonb := confab_private.mutation_arg(p_args, 'data', 'object');
  v_changes constant jsonb := confab_private.mutation_arg(p_args, 'changes', 'object');
  v_reply_to_id constant uuid := confab_private.mutation_arg(p_args, 'reply_to_id', 'uuid');
  v_mentioned constant uuid[] := confab_private.uuid_array(confab_private.mutation_arg(p_args, 'mentioned_user_ids', 'uuids'));
  v_everyone constant boolean := confab_private.mutation_arg(p_args, 'mentions_everyone', 'boolean');
  v_user_ids constant uuid[] := confab_private.uuid_array(confab_private.mutation_arg(p_args, 'user_ids', 'uuids'));
  v_seen_seq constant bigint := confab_private.mutation_arg(p_args, 'seen_seq', 'bigint');
  v_shows_history constant boolean := confab_private.mutation_arg(p_args, 'shows_history', 'boolean');
begin
  case p_type
    when 'send_message' then
      return confab_private.send_message(
        p_id, p_conversation_id, v_content, confab_private.mutation_arg(p_args, 'kind', 'text'), v_data, v_reply_to_id,
        v_root_id, confab_private.mutation_arg(p_args, 'occurs_on', 'date')::date, v_mentioned, v_everyone,
        confab_private.mutation_arg(p_args, 'mentions', 'list')::jsonb,
        v_seen_seq
      );
    when 'forward_message' then
      return confab_private.forward_message(p_id, v_message_id, p_conversation_id, v_seen_seq);
    when 'edit_message' then
      return confab_private.edit_message(
        p_id, v_message_id, v_content, v_data,
        -- An empty list takes all mentions away, none leaves them.
        case when p_args ? 'mentioned_user_ids' then coalesce(v_mentioned, '{}') end, v_everyone,
        confab_private.mutation_arg(p_args, 'mentions', 'list')::jsonb
      );
    when 'delete_message' then return confab_private.delete_message(v_message_id);
    when 'hide_message' then return confab_private.hide_message(v_message_id);
    when 'unhide_message' then return confab_private.unhide_message(v_message_id);
    when 'pin_message' then return confab_private.pin_message(v_message_id);
    when 'unpin_message' then return confab_private.unpin_message(v_message_id);
    when 'add_reaction' then return confab_private.add_reaction(v_message_id, v_emoji);
    when 'remove_reaction' then return confab_private.remove_reaction(v_message_id, v_emoji);
    when 'mark_read' then return confab_private.mark_read(p_conversation_id, v_seq);
    when 'mark_delivered' then return confab_private.mark_delivered(p_conversation_id, v_seq);
    when 'mark_unread' then return confab_private.mark_unread(p_conversation_id, v_seq);
    when 'mark_all_read' then
      -- Its conversations have been read each in its lane.
      perform confab_private.mutation_arg(p_args, 'seen', 'object');
      perform confab_private.page_place(
        confab_private.mutation_arg(p_args, 'rest_after', 'text'), '^\d{1,17}$', 'mark everything as read'
      );
      return jsonb_build_object('unread_total', confab_private.unread_total_of(confab_private.require_me()));
    when 'mark_thread_read' then return confab_private.mark_thread_read(v_root_id, v_seq);
    when 'follow_thread' then
      return confab_private.follow_thread(
        v_root_id, confab_private.mutation_arg(p_args, 'is_following', 'boolean')::boolean, v_seen_seq
      );
    when 'create_conversation' then
      return confab_private.create_conversation(
        p_id,
        confab_private.mutation_arg(p_args, 'kind', 'text'),
        coalesce(confab_private.uuid_array(confab_private.mutation_arg(p_args, 'member_ids', 'uuids')), '{}'),
        confab_private.mutation_arg(p_args, 'title', 'text'),
        v_data,
        confab_private.mutation_arg(p_args, 'context_type', 'text'),
        confab_private.mutation_arg(p_args, 'context_id', 'text'),
        confab_private.mutation_arg(p_args, 'description', 'text'),
        confab_private.mutation_arg(p_args, 'avatar_url', 'text')
      );
    when 'get_or_create_direct' then return confab_private.get_or_create_direct(v_user_id);
    when 'update_conversation' then return confab_private.update_conversation(p_conversation_id, v_changes);
    when 'add_members' then return confab_private.add_members(p_conversation_id, v_user_ids, v_shows_history);
    when 'invite_members' then return confab_private.invite_members(p_conversation_id, v_user_ids, v_shows_history);
    when 'accept_invite' then return confab_private.accept_invite(p_conversation_id);
    when 'decline_invite' then return confab_private.decline_invite(p_conversation_id);
    when 'remove_member' then return confab_private.remove_member(p_conversation_id, v_user_id);
    when 'leave_conversation' then return confab_private.leave_conversation(p_conversation_id);
    when 'set_role' then
      return confab_private.set_role(p_conversation_id, v_user_id, confab_private.mutation_arg(p_args, 'role', 'text'));
    when 'transfer_ownership' then return confab_private.transfer_ownership(p_conversation_id, v_user_id);
    when 'set_membership' then return confab_private.set_membership(p_conversation_id, v_changes);
    when 'save_draft' then
      return confab_private.save_draft(
        p_conversation_id, v_content, confab_private.mutation_arg(p_args, 'saved_at', 'timestamp')::timestamptz, v_data,
        v_root_id, v_reply_to_id
      );
  end case;
end;
$$;

comment on function confab_private.call_mutation(text, uuid, uuid, jsonb) is
  'Takes the arguments of a mutation out of its JSON and calls the function it names.';

create function confab_private.repeated_answer(p_type text, p_me uuid, p_target_id uuid)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return case
    when p_type = 'mark_unread' then confab_private.own_state(p_target_id, p_me)
    when p_type = 'follow_thread' then (
      select t.wire::jsonb from confab_private.thread_wire t where t.user_id = p_me and t.root_id = p_target_id
    )
    when p_type in ('hide_message', 'unhide_message') then confab_private.hidden_answer(p_me, p_target_id)
    when p_type in ('pin_message', 'unpin_message', 'add_reaction', 'remove_reaction')
      then confab_private.message_for(p_me, p_target_id)
    else confab_private.conversation_for(p_me, p_target_id)
  end;
end;
$$;

comment on function confab_private.repeated_answer(text, uuid, uuid) is
  'E2 What a recorded mutation that comes again is answered: how things are now.';

create function confab_private.apply_mutation(p_me uuid, p_mutation jsonb)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_doing constant text := 'apply the mutation';
  v_args constant jsonb := coalesce(nullif(p_mutation -> 'args', 'null'), '{}');
  v_id uuid;
  v_conversation_id uuid;
  v_type confab_private.mutation_types;
  v_target_id uuid;
  v_answer jsonb;
begin
  if jsonb_typeof(p_mutation) <> 'object' or jsonb_typeof(v_args) <> 'object' then
    perform confab_private.fail('invalid', format('unable to %s; it and its args must be objects', v_doing));
  end if;
  v_id := confab_private.mutation_arg(p_mutation, 'id', 'uuid')::uuid;
  v_conversation_id := confab_private.mutation_arg(p_mutation, 'conversation_id', 'uuid')::uuid;
  if v_id is null then
    perform confab_private.fail('invalid', format('unable to %s; id is missing', v_doing));
  end if;
  select t.* into v_type
  from confab_private.mutation_types t
  where t.type = confab_private.mutation_arg(p_mutation, 'type', 'text');
  if not found then
    perform confab_private.fail('invalid', format('unable to %s; its type is missing or unknown', v_doing));
  end if;
  if not v_type.is_recorded then
    return confab_private.call_mutation(v_type.type, v_id, v_conversation_id, v_args);
  end if;

  v_target_id := case v_type.target
    when 'message' then confab_private.mutation_arg(v_args, 'message_id', 'uuid')::uuid
    when 'thread' then confab_private.mutation_arg(v_args, 'thread_root_id', 'uuid')::uuid
    else v_conversation_id
  end;
  if confab_private.applied_to(p_me, v_id, v_target_id, v_doing) then
    return confab_private.repeated_answer(v_type.type, p_me, v_target_id);
  end if;
  v_answer := confab_private.call_mutation(v_type.type, v_id, v_conversation_id, v_args);
  insert into confab_private.applied_mutations (user_id, id, target_id) values (p_me, v_id, v_target_id)
  on conflict (user_id, id) do nothing;
  return v_answer;
end;
$$;

comment on function confab_private.apply_mutation(uuid, jsonb) is
  'Checks the shape of one mutation and applies it, unless it was applied before.';
