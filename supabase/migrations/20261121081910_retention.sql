-- How long messages are kept, and what else grows old.

create function confab_private.purge_messages(
  p_older_than_days integer,
  p_message_kind text,
  p_conversation_kind text,
  p_max_rows integer
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_doing constant text := 'purge messages';
  v_before timestamptz;
  v_step record;
  v_ids uuid[];
  v_purged integer := 0;
begin
  perform confab_private.require_max_rows(p_max_rows, v_doing);
  if p_older_than_days is null or p_older_than_days not between 1 and 36500 then
    perform confab_private.fail('invalid', format('unable to %s; older_than_days must be between 1 and 36500', v_doing));
  end if;
  if not exists (select 1 from confab.message_kinds k where k.kind = p_message_kind) and p_message_kind is not null then
    perform confab_private.fail('unknown_kind', format('unable to %s; no such kind of message', v_doing));
  end if;
  if not exists (
    select 1 from confab.conversation_kinds k where k.kind = p_conversation_kind
  ) and p_conversation_kind is not null then
    perform confab_private.fail('unknown_kind', format('unable to %s; no such kind of conversation', v_doing));
  end if;
  v_before := clock_timestamp() - make_interval(days => p_older_than_days);
  -- One more than a portion shows whether there is more.
  v_ids := array(
    select m.id
    from confab.messages m
    where m.created_at < v_before
      and m.deleted_at is null
      and (p_message_kind is null or m.kind = p_message_kind)
      and (p_conversation_kind is null or exists (
        select 1 from confab.conversations c where c.id = m.conversation_id and c.kind = p_conversation_kind
      ))
    limit p_max_rows + 1
  );
  for v_step in
    select m.conversation_id, array_agg(m.id) as ids
    from confab.messages m
    where m.id = any (v_ids[1:p_max_rows])
    group by m.conversation_id
    order by m.conversation_id
  loop
    v_purged := v_purged + confab_private.bury_messages(v_step.conversation_id, v_step.ids);
  end loop;
  delete from confab_private.applied_mutations a where a.applied_at < clock_timestamp() - interval '30 days';
  delete from confab.drafts d where d.content is null and d.saved_at < clock_timestamp() - interval '30 days';
  return jsonb_build_object('purged', v_purged, 'has_more', cardinality(v_ids) > p_max_rows);
end;
$$;

comment on function confab_private.purge_messages(integer, text, text, integer) is 'Body of confab.purge_messages.';

-- What a server calls.

create function confab.purge_messages(
  older_than_days integer,
  message_kind text default null,
  conversation_kind text default null,
  max_rows integer default 10000
)
returns jsonb language plpgsql volatile set search_path = ''
as $$ begin return confab_private.purge_messages($1, $2, $3, $4); end $$;

comment on function confab.purge_messages(integer, text, text, integer) is
'Service role only. Empties messages older than so many days, as a deletion does: tombstones stay. Answers {purged, has_more}: call it again while has_more. Also forgets mutations applied, and drafts emptied, more than 30 days ago.

older_than_days: 1 to 36,500. message_kind, conversation_kind: only these; null = all. max_rows: messages per call, 1 to 100,000; their conversations are locked until it ends. With pg_cron, every night at three:

  select cron.schedule(''confab-retention'', ''0 3 * * *'', $job$ select confab.purge_messages(365) $job$);

Errors: `unknown_kind`, `invalid`. Rule D5.';

grant execute on function
  confab.purge_messages(integer, text, text, integer),
  confab_private.purge_messages(integer, text, text, integer)
to service_role;
