-- A batch of mutations: each in its own subtransaction, lanes in one global order.

create function confab_private.mutation_arg(p_args jsonb, p_name text, p_type text)
returns text
language plpgsql
stable
set search_path = ''
as $$
declare
  v_arg jsonb := p_args -> p_name;
  v_text text := p_args ->> p_name;
  v_is_good boolean;
begin
  if v_arg is null or jsonb_typeof(v_arg) = 'null' then
    return null;
  end if;
  v_is_good := case p_type
    when 'text' then jsonb_typeof(v_arg) = 'string'
    when 'uuid' then jsonb_typeof(v_arg) = 'string' and confab_private.try_uuid(v_text) is not null
    when 'date' then jsonb_typeof(v_arg) = 'string' and v_text ~ '^\d{4}-\d{2}-\d{2}$'
    when 'bigint' then jsonb_typeof(v_arg) = 'number' and v_text ~ '^-?\d{1,18}$'
    when 'object' then jsonb_typeof(v_arg) = 'object'
    when 'uuids' then jsonb_typeof(v_arg) = 'array'
  end;
  if p_type = 'uuids' and v_is_good then
    v_is_good := not exists (
      select 1
      from jsonb_array_elements(v_arg) e (value)
      where jsonb_typeof(e.value) <> 'string' or confab_private.try_uuid(e.value #>> '{}') is null
    );
  end if;
  if not v_is_good then
    perform confab_private.fail('invalid', format('unable to apply the mutation; %s must be of type %s', p_name, p_type));
  end if;
  return v_text;
end;
$$;

comment on function confab_private.mutation_arg(jsonb, text, text) is
  'One argument of a mutation as text, null when absent, `invalid` when it is not of the type.';

create function confab_private.apply_mutation(p_mutation jsonb)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_args jsonb := coalesce(nullif(p_mutation -> 'args', 'null'), '{}');
  v_id uuid;
  v_conversation_id uuid;
begin
  if jsonb_typeof(p_mutation) <> 'object' or jsonb_typeof(v_args) <> 'object' then
    perform confab_private.fail('invalid', 'unable to apply the mutation; it and its args must be objects');
  end if;
  v_id := confab_private.mutation_arg(p_mutation, 'id', 'uuid')::uuid;
  v_conversation_id := confab_private.mutation_arg(p_mutation, 'conversation_id', 'uuid')::uuid;
  if v_id is null then
    perform confab_private.fail('invalid', 'unable to apply the mutation; id is missing');
  end if;

  case confab_private.mutation_arg(p_mutation, 'type', 'text')
    when 'send_message' then
      return confab_private.send_message(
        v_id,
        v_conversation_id,
        confab_private.mutation_arg(v_args, 'content', 'text'),
        coalesce(confab_private.mutation_arg(v_args, 'kind', 'text'), 'text'),
        confab_private.mutation_arg(v_args, 'data', 'object')::jsonb,
        confab_private.mutation_arg(v_args, 'reply_to_id', 'uuid')::uuid,
        confab_private.mutation_arg(v_args, 'thread_root_id', 'uuid')::uuid,
        confab_private.mutation_arg(v_args, 'occurs_on', 'date')::date
      );
    when 'edit_message' then
      return confab_private.edit_message(
        v_id,
        confab_private.mutation_arg(v_args, 'message_id', 'uuid')::uuid,
        confab_private.mutation_arg(v_args, 'content', 'text'),
        confab_private.mutation_arg(v_args, 'data', 'object')::jsonb
      );
    when 'delete_message' then
      return confab_private.delete_message(confab_private.mutation_arg(v_args, 'message_id', 'uuid')::uuid);
    when 'mark_read' then
      return confab_private.mark_read(v_conversation_id, confab_private.mutation_arg(v_args, 'seq', 'bigint')::bigint);
    when 'mark_delivered' then
      return confab_private.mark_delivered(
        v_conversation_id, confab_private.mutation_arg(v_args, 'seq', 'bigint')::bigint
      );
    when 'create_conversation' then
      return confab_private.create_conversation(
        v_id,
        confab_private.mutation_arg(v_args, 'kind', 'text'),
        (
          select coalesce(array_agg(e.value::uuid), '{}')
          from jsonb_array_elements_text(confab_private.mutation_arg(v_args, 'member_ids', 'uuids')::jsonb) e (value)
        ),
        confab_private.mutation_arg(v_args, 'title', 'text'),
        confab_private.mutation_arg(v_args, 'data', 'object')::jsonb,
        confab_private.mutation_arg(v_args, 'context_type', 'text'),
        confab_private.mutation_arg(v_args, 'context_id', 'text')
      );
    when 'get_or_create_direct' then
      return confab_private.get_or_create_direct(confab_private.mutation_arg(v_args, 'user_id', 'uuid')::uuid);
    else
      perform confab_private.fail('invalid', 'unable to apply the mutation; its type is missing or unknown');
  end case;
end;
$$;

comment on function confab_private.apply_mutation(jsonb) is 'Checks the shape of one mutation and calls the function it names.';

create function confab_private.plan_push(p_me uuid, p_mutations jsonb)
returns table (place bigint, mutation jsonb, lane text, needs_lock uuid)
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
      e.mutation ->> 'type' as type,
      confab_private.try_uuid(e.mutation ->> 'id') as id,
      confab_private.try_uuid(e.mutation ->> 'conversation_id') as conversation_id,
      confab_private.try_uuid(e.mutation -> 'args' ->> 'message_id') as message_id,
      confab_private.try_uuid(e.mutation -> 'args' ->> 'user_id') as user_id
    from jsonb_array_elements(p_mutations) with ordinality e (mutation, place)
  ),
  placed as (
    select
      p.*,
      coalesce(
        -- An edit or deletion locks the conversation its message is in, whatever the mutation says.
        case when p.type in ('edit_message', 'delete_message') then m.conversation_id end,
        p.conversation_id,
        case when p.type = 'create_conversation' then p.id end
      ) as lane_id,
      p.type = 'get_or_create_direct' as is_direct
    from parsed p
    left join confab.messages m on m.id = p.message_id and p.type in ('edit_message', 'delete_message')
  )
  select
    p.place,
    p.mutation,
    coalesce(p.conversation_id::text, p.lane_id::text, 'direct:' || p.user_id, 'alone:' || p.place),
    -- One such mutation is enough for all of its lane: a mark_read before it locks the member row already.
    case
      when bool_or(p.type in ('send_message', 'edit_message', 'delete_message')) over (partition by p.lane_id)
      then p.lane_id
    end
  from placed p
  order by
    p.is_direct desc,
    case when p.is_direct then least(p_me, p.user_id) end,
    case when p.is_direct then greatest(p_me, p.user_id) end,
    p.lane_id,
    p.place;
end;
$$;

comment on function confab_private.plan_push(uuid, jsonb) is
  'D3 The order in which a push is applied, the same for everybody, so that two pushes cannot deadlock: direct conversations by their pair, then lanes by conversation id, inside a lane as given.';

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
  v_me uuid := confab_private.require_me();
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
  if p_mutations @? '$[*] ? (@.type == "send_message")' then
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
              where m.conversation_id = c.id and m.user_id = v_me and m.state = 'joined'
            )
          for no key update of c;
        end if;
        v_result := confab_private.apply_mutation(v_step.mutation);
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
    v_results[v_step.place::integer] := case
      when v_error is null then jsonb_build_object('id', v_step.mutation -> 'id', 'ok', true, 'result', v_result)
      else jsonb_build_object(
        'id', case when jsonb_typeof(v_step.mutation) = 'object' then v_step.mutation -> 'id' end,
        'ok', false,
        'error', v_error
      )
    end;
  end loop;
  return jsonb_build_object('results', to_jsonb(v_results));
end;
$$;

comment on function confab_private.push(jsonb) is 'Body of confab.push.';
