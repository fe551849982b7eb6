-- A batch of mutations: each in its own subtransaction, lanes in one global order.

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
