-- D10 Realtime events are written in the transaction that makes the change, by emit() and nothing else.

create function confab_private.emit(p_topics text[], p_payload jsonb)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_payload jsonb := p_payload;
begin
  if octet_length(v_payload::text) > 200000 then
    v_payload := v_payload - 'message' - 'profile';
  end if;
  perform realtime.send(v_payload, 'change', t.topic, true) from unnest(p_topics) t (topic);
exception when others then
  -- Losing an event costs seconds, the next pull brings the row; losing the write would cost the row.
  raise warning 'confab: unable to write realtime events; %', sqlerrm;
end;
$$;

comment on function confab_private.emit(text[], jsonb) is
  'D10 Writes one private event `change` per topic. Above 200 kB the row is left out and the client pulls. Never fails.';

create function confab_private.emit_to_members(
  p_conversation_id uuid,
  p_payload jsonb,
  p_own_user uuid default null,
  p_own_payload jsonb default null
)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_member_count integer;
  v_feed_key text;
  v_fanout_max integer;
begin
  select c.member_count, c.feed_key, s.fanout_max_members
  into v_member_count, v_feed_key, v_fanout_max
  from confab.conversations c cross join confab_private.settings s
  where c.id = p_conversation_id;

  if v_member_count > v_fanout_max then
    perform confab_private.emit(array['feed:' || p_conversation_id || ':' || v_feed_key], p_payload);
  else
    perform confab_private.emit(
      (
        select array_agg('inbox:' || m.user_id)
        from confab.members m
        where m.conversation_id = p_conversation_id
          and m.state = 'joined'
          and m.user_id is distinct from p_own_user
      ),
      p_payload
    );
  end if;
  if p_own_user is not null then
    perform confab_private.emit(array['inbox:' || p_own_user], coalesce(p_own_payload, p_payload));
  end if;
end;
$$;

comment on function confab_private.emit_to_members(uuid, jsonb, uuid, jsonb) is
  'D10 To the inbox of every joined member up to settings.fanout_max_members, else once to the feed. With p_own_user that user''s inbox gets p_own_payload (by default the same) in any case.';

create function confab_private.emit_message(p_message_id uuid)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_message jsonb;
  v_payload jsonb;
  v_conversation_id uuid;
begin
  select
    w.wire,
    w.conversation_id,
    jsonb_build_object(
      'type', 'message',
      'conversation_id', w.conversation_id,
      'version', w.version,
      'message', w.wire,
      'profile', p.wire,
      'conversation', jsonb_build_object(
        'last_seq', c.last_seq, 'version', c.version, 'last_activity_at', c.last_activity_at
      )
    )
  into v_message, v_conversation_id, v_payload
  from confab_private.message_wire w
  join confab.conversations c on c.id = w.conversation_id
  left join confab_private.profile_wire p on p.id = w.sender_id
  where w.id = p_message_id;
  perform confab_private.emit_to_members(v_conversation_id, v_payload);
  return v_message;
end;
$$;

comment on function confab_private.emit_message(uuid) is
  'D10 Tells the members of a message sent, edited or deleted, and returns the message as it is on the wire.';

create function confab_private.emit_cursor(p_conversation_id uuid, p_user_id uuid)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_result jsonb;
  v_payload jsonb;
  v_is_shared boolean;
begin
  select
    jsonb_build_object('member', w.wire, 'unread', v.unread),
    jsonb_build_object('type', 'member', 'conversation_id', p_conversation_id, 'member', w.wire, 'profile', p.wire),
    k.has_receipts and v.member_count <= s.receipts_max_members
  into v_result, v_payload, v_is_shared
  from confab_private.memberships v
  join confab_private.member_wire w on w.conversation_id = v.conversation_id and w.user_id = v.user_id
  join confab_private.profile_wire p on p.id = v.user_id
  join confab.conversation_kinds k on k.kind = v.kind
  cross join confab_private.settings s
  where v.conversation_id = p_conversation_id and v.user_id = p_user_id;

  if v_is_shared then
    perform confab_private.emit_to_members(
      p_conversation_id, v_payload, p_user_id, v_payload || jsonb_build_object('unread', v_result -> 'unread')
    );
  else
    perform confab_private.emit(
      array['inbox:' || p_user_id], v_payload || jsonb_build_object('unread', v_result -> 'unread')
    );
  end if;
  return v_result;
end;
$$;

comment on function confab_private.emit_cursor(uuid, uuid) is
  'D6 D10 Tells of a cursor that moved: the member''s own devices always, with the unread count; the others only up to settings.receipts_max_members and where the kind has receipts. Returns {member, unread}.';

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
  'D10 To be called when a member is removed: a feed the removed member has open goes silent.';
