-- A batch of mutations: each in its own subtransaction, lanes in one global order.

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

create function confab_private.plan_push(p_me uuid, p_mutations jsonb)
returns table (
  place bigint, mutation jsonb, lane text, needs_lock uuid, reads_id uuid, reads_place bigint, reads_seq bigint
)
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
  with parsed as (
    select
      e.place,
      e.mutation,
      t.type,
      t.target,
      coalesce(t.takes_conversation, false) as takes_conversation,
      confab_private.try_uuid(e.mutation ->> 'id') as id,
      confab_private.try_uuid(e.mutation ->> 'conversation_id') as conversation_id,
      confab_private.try_uuid(
        e.mutation -> 'args' ->> case t.target when 'message' then 'message_id' when 'thread' then 'thread_root_id' end
      ) as message_id,
      confab_private.try_uuid(e.mutation -> 'args' ->> 'user_id') as user_id
    from jsonb_array_elements(p_mutations) with ordinality e (mutation, place)
    left join confab_private.mutation_types t on t.type = e.mutation ->> 'type'
  ),
  placed as (
    select
      p.*,
      case when p.type is distinct from 'mark_all_read' then coalesce(
        -- What is about a message locks the conversation the message is in, whatever the mutation says.
        m.conversation_id,
        p.conversation_id,
        case when p.type = 'create_conversation' then p.id end
      ) end as lane_id,
      coalesce(p.type = 'get_or_create_direct', false) as is_direct
    from parsed p
    left join confab.messages m on m.id = p.message_id
  ),
  steps as (
    select
      p.place,
      p.mutation,
      coalesce(p.conversation_id::text, p.lane_id::text, 'direct:' || p.user_id, 'alone:' || p.place) as lane,
      p.lane_id,
      p.takes_conversation,
      p.is_direct,
      p.user_id,
      null::uuid as reads_id,
      null::bigint as reads_place,
      null::bigint as reads_seq
    from placed p
    union all
    -- It changes rows in any conversation: done in their lanes, it waits for nothing out of order.
    select
      p.place, p.mutation, t.conversation_id::text, t.conversation_id, false, false, null, t.conversation_id, t.place, t.seq
    from placed p
    cross join confab_private.to_read_all(
      p_me,
      nullif(p.mutation -> 'args' -> 'seen', 'null'),
      p.mutation -> 'args' ->> 'rest_after',
      array(select l.lane_id from placed l)
    ) t
    where p.type = 'mark_all_read'
      and p.id is not null
      and (p.conversation_id is not null or p.mutation ->> 'conversation_id' is null)
      and coalesce(jsonb_typeof(p.mutation -> 'args') in ('object', 'null'), true)
      and coalesce(jsonb_typeof(p.mutation -> 'args' -> 'seen') in ('object', 'null'), true)
      and coalesce(p.mutation -> 'args' ->> 'rest_after' ~ '^\d{1,17}_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$', true)
  )
  select
    s.place,
    s.mutation,
    s.lane,
    -- One such mutation is enough for all of its lane: a mark_read before it locks the member row already.
    case when bool_or(s.takes_conversation) over (partition by s.lane_id) then s.lane_id end,
    s.reads_id,
    s.reads_place,
    s.reads_seq
  from steps s
  order by
    s.is_direct desc,
    case when s.is_direct then least(p_me, s.user_id) end,
    case when s.is_direct then greatest(p_me, s.user_id) end,
    s.lane_id,
    s.place;
end;
$$;

comment on function confab_private.plan_push(uuid, jsonb) is
  'D3 The order in which a push is applied, the same for everybody, so that two pushes cannot deadlock: direct conversations by their pair, then lanes by conversation id, inside a lane as given; mark_all_read in each lane it concerns.';

create function confab_private.describe_failure(p_sqlstate text, p_message text, p_code text, p_hint text)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_code text := p_code;
  v_message text := p_message;
  v_retry_after jsonb;
begin
  if p_sqlstate ~ '^PT' and exists (select 1 from confab_private.error_codes e where e.code = p_code) then
    v_retry_after := case when p_hint <> '' then p_hint::jsonb -> 'retry_after' end;
  elsif p_sqlstate ~ '^(22|23)' then
    v_code := 'invalid';
    v_message := format('unable to apply the mutation; a value was refused (%s)', p_sqlstate);
  else
    v_code := 'internal';
    v_message := format('unable to apply the mutation; the database failed (%s)', p_sqlstate);
  end if;
  return jsonb_build_object(
    'code', v_code,
    'message', v_message,
    'retryable', (select e.retryable from confab_private.error_codes e where e.code = v_code),
    'retry_after', v_retry_after
  );
end;
$$;

comment on function confab_private.describe_failure(text, text, text, text) is
  'D11 The error of one mutation. Texts of unexpected errors stay in the database; their SQLSTATE is told.';

create function confab_private.push(p_mutations jsonb)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := confab_private.require_profile();
  v_step record;
  v_results jsonb[];
  v_result jsonb;
  v_error jsonb;
  v_blocked text[] := '{}';
  v_sqlstate text;
  v_message text;
  v_code text;
  v_hint text;
begin
  if p_mutations is null or jsonb_typeof(p_mutations) <> 'array' then
    perform confab_private.fail('invalid', 'unable to push; mutations must be an array');
  end if;
  if jsonb_array_length(p_mutations) > 100 then
    perform confab_private.fail('invalid', 'unable to push; at most 100 mutations are allowed at once');
  end if;
  if p_mutations @? '$[*] ? (@.type == "send_message" || @.type == "forward_message")' then
    perform confab_private.lock_rate_bucket(v_me);
  end if;

  v_results := array_fill(null::jsonb, array[jsonb_array_length(p_mutations)]);
  for v_step in select * from confab_private.plan_push(v_me, p_mutations) loop
    v_error := null;
    if v_step.lane = any (v_blocked) then
      v_error := jsonb_build_object(
        'code', 'blocked_by_previous',
        'message', 'unable to apply the mutation; an earlier one of the same conversation has to be retried first',
        'retryable', true,
        'retry_after', null
      );
    else
      begin
        -- The conversation before the member row, in a lane that needs both.
        if v_step.needs_lock is not null then
          perform 1
          from confab.conversations c
          where c.id = v_step.needs_lock
            and exists (
              select 1
              from confab.members m
              where m.conversation_id = c.id and m.user_id = v_me and m.state in ('joined', 'invited')
            )
          for no key update of c;
        end if;
        if v_step.reads_id is null then
          v_result := confab_private.apply_mutation(v_me, v_step.mutation);
        else
          perform confab_private.read_all_in(v_me, v_step.reads_id, v_step.reads_place, v_step.reads_seq);
        end if;
      exception when others then
        get stacked diagnostics
          v_sqlstate = returned_sqlstate,
          v_message = message_text,
          v_code = pg_exception_detail,
          v_hint = pg_exception_hint;
        v_error := confab_private.describe_failure(v_sqlstate, v_message, v_code, v_hint);
        if (v_error ->> 'retryable')::boolean then
          v_blocked := v_blocked || v_step.lane;
        end if;
      end;
    end if;
    -- A part of mark_all_read speaks for all of it where it failed.
    continue when v_error is null and v_step.reads_id is not null or v_results[v_step.place::integer] is not null;
    v_results[v_step.place::integer] := case
      when v_error is null then jsonb_build_object('id', v_step.mutation -> 'id', 'ok', true, 'result', v_result)
      else jsonb_build_object(
        'id', case when jsonb_typeof(v_step.mutation) = 'object' then v_step.mutation -> 'id' end,
        'ok', false,
        'error', v_error
      )
    end;
  end loop;
  return confab_private.told_to(v_me) || jsonb_build_object('results', to_jsonb(v_results));
end;
$$;

comment on function confab_private.push(jsonb) is 'Body of confab.push.';

-- What an app calls.

create function confab.push(mutations jsonb)
returns jsonb language plpgsql volatile set search_path = ''
as $$ begin return confab_private.push($1); end $$;

comment on function confab.push(jsonb) is
'Applies up to 100 mutations, each completely or not at all, and answers {results, xid, told}: results in the order given; xid, which the live events of this push carry; told, where the caller can hear one: the caller''s id for the inbox, the id of a conversation for its feed.

A mutation is {id, type, conversation_id, args}. Its answer is {id, ok: true, result} or {id, ok: false, error: {code, message, retryable, retry_after}}. After a retryable failure the rest of that conversation is answered `blocked_by_previous`; a permanent failure stops nothing else. Replaying a mutation changes nothing and answers the same.
Errors of the whole call: `unauthenticated`, `invalid` (no array, more than 100). Rules D3, D11.';

grant execute on function
  confab.push(jsonb),
  confab_private.push(jsonb)
to authenticated, service_role;
