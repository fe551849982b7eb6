-- D10 What is told of each kind of change, to whom: emit() sends it.

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
