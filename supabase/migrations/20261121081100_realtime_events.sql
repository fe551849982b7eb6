-- D10 Realtime events are written in the transaction that makes the change, by emit() and nothing else. What one
-- transaction tells one topic is gathered and goes out as one event when it commits: Realtime counts events, and drops
-- those above a limit.

create unlogged table confab_private.outgoing_changes (
  xid xid8 not null default pg_current_xact_id(),
  place bigint generated always as identity,
  topics text[] not null,
  change jsonb not null,
  bytes integer not null,
  is_first boolean not null,
  primary key (xid, place)
);

-- Rows live as long as their transaction: compressing them would be work for nothing.
alter table confab_private.outgoing_changes alter column change set storage external;

comment on table confab_private.outgoing_changes is
  'D10 What the running transactions have to tell. Each sends and deletes its own rows when it commits, so that nobody else ever sees one.';
comment on column confab_private.outgoing_changes.is_first is
  'Whether its transaction had nothing to tell before: this row sends for all of them.';

create function confab_private.emit(p_topics text[], p_change jsonb)
returns void
language plpgsql
set search_path = ''
as $$
begin
  if cardinality(p_topics) > 0 then
    insert into confab_private.outgoing_changes (topics, change, bytes, is_first)
    values (
      p_topics,
      p_change,
      -- As stored, which is about as long as the text and costs nothing to ask.
      pg_column_size(p_change),
      not exists (select from confab_private.outgoing_changes o where o.xid = pg_current_xact_id())
    );
  end if;
end;
$$;

comment on function confab_private.emit(text[], jsonb) is
  'D10 Tells topics of a change when the transaction commits: all that it tells one topic is one private event `changes`, in the order of the calls. Taken back with the savepoint or transaction in which it was called.';

create function confab_private.send_outgoing_changes()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_max_bytes constant integer := 200000;
  v_xid constant bigint := new.xid::text;
  v_event record;
begin
  begin
    for v_event in
      select
        c.topic,
        coalesce(jsonb_agg(c.change order by c.place) filter (where c.bytes <= v_max_bytes), '[]') as changes,
        bool_or(c.bytes > v_max_bytes) as is_cut
      from (
        select t.topic, o.place, o.change, sum(o.bytes) over (partition by t.topic order by o.place) as bytes
        from confab_private.outgoing_changes o
        cross join unnest(o.topics) t (topic)
        where o.xid = new.xid
      ) c
      group by c.topic
      order by min(c.place), c.topic
    loop
      perform realtime.send(
        jsonb_build_object('xid', v_xid, 'changes', v_event.changes)
          || case when v_event.is_cut then '{"is_cut": true}' else '{}'::jsonb end,
        'changes',
        v_event.topic,
        true
      );
    end loop;
  exception when others then
    -- Losing an event costs seconds, the next pull brings the row; losing the write would cost the row.
    raise warning 'confab: unable to write realtime events; %', sqlerrm;
  end;
  delete from confab_private.outgoing_changes o where o.xid = new.xid;
  return null;
end;
$$;

comment on function confab_private.send_outgoing_changes() is
  'D10 Writes one event {xid, changes} per topic. What is beyond 200 kB is left out, and is_cut says that clients have to pull. Never fails.';

create constraint trigger send_outgoing_changes after insert on confab_private.outgoing_changes
  deferrable initially deferred
  for each row when (new.is_first)
  execute function confab_private.send_outgoing_changes();

create function confab_private.told_to(p_user_id uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'xid', min(o.xid::text::bigint),
    'told', coalesce(jsonb_agg(distinct split_part(t.topic, ':', 2)), '[]')
  )
  from confab_private.outgoing_changes o
  cross join unnest(o.topics) t (topic)
  where o.xid = pg_current_xact_id_if_assigned()
    and (t.topic = 'inbox:' || p_user_id or starts_with(t.topic, 'feed:'));
$$;

comment on function confab_private.told_to(uuid) is
  'D10 Answers {xid, told}: where this transaction has something to tell that p_user_id may hear, as the id of the user for its inbox and those of conversations for their feeds. xid is null where there is nothing. Who does not hear it knows that events are lost.';

create function confab_private.emit_to_members(
  p_conversation_id uuid,
  p_payload jsonb,
  p_own_user uuid default null,
  p_own_payload jsonb default null,
  p_seq bigint default null,
  p_unquoted uuid[] default '{}'
)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_is_large boolean;
  v_sees_all text[];
  v_sees_less text[];
begin
  select
    c.member_count > s.fanout_max_members,
    case when c.member_count > s.fanout_max_members then array['feed:' || c.id || ':' || c.feed_key] else array(
      select 'inbox:' || m.user_id
      from confab.members m
      where m.conversation_id = p_conversation_id
        and m.state = 'joined'
        and m.user_id is distinct from p_own_user
        and m.user_id <> all (p_unquoted)
        and m.visible_from_seq <= coalesce(p_seq, m.visible_from_seq)
    ) end,
    case when p_seq < c.last_start_seq and c.member_count <= s.fanout_max_members then array(
      select 'inbox:' || m.user_id
      from confab.members m
      where m.conversation_id = p_conversation_id
        and m.state = 'joined'
        and m.user_id is distinct from p_own_user
        and m.visible_from_seq > p_seq
    ) when p_seq < c.last_start_seq then '{}' end
  into v_is_large, v_sees_all, v_sees_less
  from confab.conversations c cross join confab_private.settings s
  where c.id = p_conversation_id;

  if v_sees_less is null then
    perform confab_private.emit(v_sees_all, p_payload);
  elsif v_is_large then
    perform confab_private.emit(v_sees_all, p_payload - 'message' - 'profile' - 'mentioned');
  else
    perform confab_private.emit(v_sees_all, p_payload);
    perform confab_private.emit(v_sees_less, p_payload - 'message' - 'profile' - 'mentioned');
  end if;
  if cardinality(p_unquoted) > 0 then
    perform confab_private.emit(
      array(select 'inbox:' || u.id from unnest(p_unquoted) u (id) where u.id is distinct from p_own_user),
      jsonb_set(p_payload, '{message,reply_to}', 'null')
    );
  end if;
  if p_own_user is not null then
    perform confab_private.emit(array['inbox:' || p_own_user], coalesce(p_own_payload, p_payload));
  end if;
end;
$$;

comment on function confab_private.emit_to_members(uuid, jsonb, uuid, jsonb, bigint, uuid[]) is
  'D10 To the inbox of every joined member up to settings.fanout_max_members, else once to the feed. With p_own_user that user''s inbox gets p_own_payload (by default the same) in any case. p_seq is that of the message it carries: members who may not look back that far get only its version. p_unquoted: members who see that message, but not what it quotes.';
