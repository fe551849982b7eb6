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

create function confab_private.unquoted_for(p_conversation_id uuid, p_seq bigint, p_quoted_id uuid)
returns uuid[]
language plpgsql
stable
set search_path = ''
as $$
begin
  return array(
    select m.user_id
    from confab.messages r
    join confab.members m on m.conversation_id = p_conversation_id
    where r.id = p_quoted_id
      and m.state = 'joined'
      and m.visible_from_seq <= p_seq
      and (
        m.visible_from_seq > r.seq
        or m.last_hidden_seq >= r.seq and exists (
          select 1 from confab.hidden_messages h
          where h.user_id = m.user_id and h.message_id = r.id and h.is_hidden
        )
      )
    order by m.user_id
  );
end;
$$;

comment on function confab_private.unquoted_for(uuid, bigint, uuid) is
  'The joined members who see the message at p_seq, but not the one it quotes: they may not look back so far, or have deleted it for themselves.';

create function confab_private.emit_message(
  p_message_id uuid,
  p_actor uuid default null,
  p_before confab.messages default null
)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_message jsonb;
  v_payload jsonb;
  v_quoted jsonb;
  v_quoted_id uuid;
  v_is_quoted_for_all boolean;
  v_is_large boolean;
  v_unquoted uuid[] := '{}';
  v_mentioned jsonb;
  v_conversation_id uuid;
  v_seq bigint;
begin
  -- Written as json and read as jsonb once: making each part jsonb first costs twice as much.
  select
    w.conversation_id,
    w.seq,
    json_build_object(
      'type', 'message',
      'conversation_id', w.conversation_id,
      'version', w.version,
      'message', w.wire,
      'profile', p.wire,
      'conversation', json_build_object(
        'last_seq', c.last_seq,
        'last_timeline_seq', c.last_timeline_seq,
        'version', c.version,
        'last_activity_at', c.last_activity_at
      )
    ),
    w.reply_to_id,
    c.member_count > s.fanout_max_members
  into v_conversation_id, v_seq, v_payload, v_quoted_id, v_is_large
  from confab_private.message_wire w
  join confab.conversations c on c.id = w.conversation_id
  left join confab_private.profile_wire p on p.id = w.sender_id
  cross join confab_private.settings s
  where w.id = p_message_id;
  if v_quoted_id is not null then
    select
      r.wire,
      r.seq >= c.last_start_seq
        and not exists (select 1 from confab.hidden_messages h where h.message_id = r.id and h.is_hidden)
    into v_quoted, v_is_quoted_for_all
    from confab_private.reply_preview r
    cross join confab.conversations c
    where r.id = v_quoted_id and c.id = v_conversation_id;
    -- A feed is one for all: who is not told what it quotes knows it, or asks.
    if v_is_quoted_for_all or not v_is_large then
      v_payload := jsonb_set(v_payload, '{message,reply_to}', v_quoted);
    end if;
    if not v_is_quoted_for_all and not v_is_large then
      v_unquoted := confab_private.unquoted_for(v_conversation_id, v_seq, v_quoted_id);
    end if;
  end if;
  v_mentioned := jsonb_build_object(
    'user_ids', coalesce(p_before.mentioned_user_ids, '{}'), 'everyone', p_before.mentions_everyone
  );
  if p_before.id is not null and v_mentioned <> jsonb_build_object(
    'user_ids', v_payload -> 'message' -> 'mentioned_user_ids',
    'everyone', v_payload -> 'message' -> 'mentions_everyone'
  ) then
    v_payload := v_payload || jsonb_build_object('mentioned', v_mentioned);
  end if;
  v_message := v_payload -> 'message';

  if p_actor is null then
    perform confab_private.emit_to_members(v_conversation_id, v_payload, p_seq => v_seq, p_unquoted => v_unquoted);
    return v_message;
  end if;
  v_message := confab_private.message_for(p_actor, p_message_id);
  perform confab_private.emit_to_members(
    v_conversation_id, v_payload, p_actor, v_payload || jsonb_build_object('message', v_message), v_seq, v_unquoted
  );
  return v_message;
end;
$$;

comment on function confab_private.emit_message(uuid, uuid, confab.messages) is
  'D10 Tells the members of a message sent or changed, and returns it. With p_actor the answer and what goes to p_actor''s own inbox say which reactions are p_actor''s own. p_before: what it was before an edit or deletion; where the mentions change, whom it mentioned is told too, so that who counts mentions counts right.';

create function confab_private.emit_member(p_conversation_id uuid, p_user_id uuid, p_is_receipt boolean)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_counts jsonb;
  v_own jsonb;
  v_payload jsonb;
  v_is_shared boolean;
begin
  select
    jsonb_build_object(
      'version', case when v.state = 'joined' then v.version else 0 end,
      'unread', v.unread, 'unread_mentions', v.unread_mentions, 'unread_threads', v.unread_threads
    ),
    v.own_wire,
    jsonb_build_object(
      'type', 'member',
      'conversation_id', p_conversation_id,
      -- Who has not reached it has missed an event.
      'version', case when v.state = 'joined' then v.version else 0 end,
      'member', v.wire,
      'profile', p.wire
    ),
    not p_is_receipt or (k.has_receipts and v.member_count <= s.receipts_max_members)
  into v_counts, v_own, v_payload, v_is_shared
  from confab_private.memberships v
  join confab_private.profile_wire p on p.id = v.user_id
  join confab.conversation_kinds k on k.kind = v.kind
  cross join confab_private.settings s
  where v.conversation_id = p_conversation_id and v.user_id = p_user_id;

  if v_is_shared then
    perform confab_private.emit_to_members(
      p_conversation_id, v_payload, p_user_id, v_payload || v_counts || jsonb_build_object('member', v_own)
    );
  else
    perform confab_private.emit(
      array['inbox:' || p_user_id], v_payload || v_counts || jsonb_build_object('member', v_own)
    );
  end if;
  return v_counts || jsonb_build_object('member', v_own);
end;
$$;

comment on function confab_private.emit_member(uuid, uuid, boolean) is
  'D6 D10 Tells of a member that changed: its own devices always, with its settings and unread counts; the others too, but of a cursor (p_is_receipt) only up to settings.receipts_max_members and where the kind has receipts. Returns {member, version, unread, unread_mentions, unread_threads}.';

create function confab_private.emit_own_member(p_conversation_id uuid, p_user_id uuid)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_state constant jsonb := confab_private.own_state(p_conversation_id, p_user_id);
begin
  perform confab_private.emit(
    array['inbox:' || p_user_id],
    v_state || jsonb_build_object('type', 'member', 'conversation_id', p_conversation_id)
  );
  return v_state;
end;
$$;

comment on function confab_private.emit_own_member(uuid, uuid) is
  'D10 Tells a member''s own devices of what concerns nobody else: its settings and unread cursor. Returns {member, version, unread, unread_mentions, unread_threads}.';

create function confab_private.emit_conversation(p_conversation_id uuid, p_user_ids uuid[])
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform confab_private.emit(
    (select array_agg('inbox:' || u.id) from unnest(p_user_ids) u (id)),
    jsonb_build_object('type', 'conversation', 'conversation_id', p_conversation_id)
  );
end;
$$;

comment on function confab_private.emit_conversation(uuid, uuid[]) is
  'D10 Tells users that a conversation of theirs was made or changed, or that they were removed: a hint to pull.';

create function confab_private.emit_hint(p_conversation_id uuid)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform confab_private.emit_to_members(
    p_conversation_id, jsonb_build_object('type', 'conversation', 'conversation_id', p_conversation_id)
  );
end;
$$;

comment on function confab_private.emit_hint(uuid) is
  'D10 Tells all joined members that the conversation or who is in it changes: a hint to pull.';

create function confab_private.renew_feed_key(p_conversation_id uuid)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_old_feed text;
begin
  select 'feed:' || c.id || ':' || c.feed_key into v_old_feed
  from confab.conversations c
  where c.id = p_conversation_id
  for no key update;
  update confab.conversations c set feed_key = default where c.id = p_conversation_id;
  -- The last event of the old feed: whoever still belongs here learns the new topic by pulling.
  perform confab_private.emit(
    array[v_old_feed], jsonb_build_object('type', 'conversation', 'conversation_id', p_conversation_id)
  );
end;
$$;

comment on function confab_private.renew_feed_key(uuid) is
  'D10 To be called when a member goes, whose open feed then is silent, and when one joins who may not look back, to whom Realtime would replay it.';
