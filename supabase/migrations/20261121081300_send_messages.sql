-- Sending and forwarding.

create function confab_private.require_content(p_content text, p_is_needed boolean, p_doing text)
returns void
language plpgsql
stable
set search_path = ''
as $$
declare
  v_max integer;
begin
  if p_is_needed and confab_private.is_blank(p_content) then
    perform confab_private.fail('content_empty', format('unable to %s; it has no content', p_doing));
  end if;
  select s.max_content_length into v_max from confab_private.settings s;
  if char_length(p_content) > v_max then
    perform confab_private.fail(
      'content_too_long', format('unable to %s; the content exceeds %s characters', p_doing, v_max)
    );
  end if;
end;
$$;

comment on function confab_private.require_content(text, boolean, text) is
  'Refuses content that is blank where the kind needs some (`content_empty`) or too long (`content_too_long`).';

create function confab_private.sent_message(p_id uuid, p_conversation_id uuid, p_me uuid)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_message record;
begin
  select m.conversation_id, m.sender_id into v_message from confab.messages m where m.id = p_id;
  if not found then
    return null;
  end if;
  if v_message.sender_id is distinct from p_me or v_message.conversation_id is distinct from p_conversation_id then
    perform confab_private.fail('id_taken', 'unable to send the message; its id belongs to another message');
  end if;
  -- Who has left meanwhile still learns that it was sent, but not what others made of it.
  return coalesce(
    confab_private.message_for(p_me, p_id),
    (
      select w.wire::jsonb || '{"is_hidden": false, "reactions": [], "thread": null, "pinned_at": null, "pinned_by": null}'
      from confab_private.message_wire w
      where w.id = p_id
    )
  );
end;
$$;

comment on function confab_private.sent_message(uuid, uuid, uuid) is
  'The answer to a replayed send: the message as it is now; null when it is new; `id_taken` when the id belongs to something else.';

create function confab_private.members_among(p_conversation_id uuid, p_user_ids uuid[])
returns uuid[]
language plpgsql
stable
set search_path = ''
as $$
begin
  if coalesce(cardinality(p_user_ids), 0) = 0 then
    return null;
  end if;
  if cardinality(p_user_ids) > 100 then
    perform confab_private.fail('invalid', 'unable to mention; at most 100 users can be mentioned, or everyone');
  end if;
  return (
    select array_agg(m.user_id order by m.user_id)
    from confab.members m
    where m.conversation_id = p_conversation_id and m.user_id = any (p_user_ids) and m.state = 'joined'
  );
end;
$$;

comment on function confab_private.members_among(uuid, uuid[]) is
  'Those of the users who are joined members, null for nobody: whoever left before a message was delivered is not mentioned in it, which is no reason to lose the message.';

create function confab_private.mention_places(
  p_places jsonb,
  p_content text,
  p_user_ids uuid[],
  p_mentions_everyone boolean
)
returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_units integer;
  v_end integer := 0;
  v_place record;
  v_kept jsonb := '[]';
begin
  if p_places is null or jsonb_typeof(p_places) = 'null' then
    return null;
  end if;
  if jsonb_typeof(p_places) <> 'array' or p_places @? '$[*] ? (
    @.type() != "object" || !(@.start.type() == "number") || !(@.length.type() == "number")
    || !(@.user_id.type() == "null" || @.user_id.type() == "string")
  )' then
    perform confab_private.fail('invalid', 'unable to mention; mentions must be a list of user_id, start and length');
  end if;
  -- As strings count in JavaScript: what is beyond the first plane is two units.
  v_units := char_length(p_content) + char_length(regexp_replace(p_content, '[^\U00010000-\U0010FFFF]', '', 'g'));
  for v_place in
    select
      confab_private.try_uuid(e.value ->> 'user_id') as user_id,
      e.value ->> 'user_id' is null as is_everyone,
      (e.value ->> 'start')::numeric as start,
      (e.value ->> 'length')::numeric as length
    from jsonb_array_elements(p_places) with ordinality e (value, place)
    where e.place <= 1000
    order by (e.value ->> 'start')::numeric, e.place
  loop
    if v_place.start >= v_end
      and v_place.start = trunc(v_place.start)
      and v_place.length >= 1
      and v_place.length = trunc(v_place.length)
      and v_place.start + v_place.length <= v_units
      and (v_place.user_id = any (p_user_ids) or (v_place.is_everyone and p_mentions_everyone))
    then
      v_end := v_place.start + v_place.length;
      v_kept := v_kept || jsonb_build_object(
        'user_id', v_place.user_id, 'start', v_place.start::integer, 'length', v_place.length::integer
      );
    end if;
  end loop;
  return nullif(v_kept, '[]');
end;
$$;

comment on function confab_private.mention_places(jsonb, text, uuid[], boolean) is
  'Those of the first 1,000 places at which a content mentions somebody that lie in it, do not overlap, and are of who is mentioned, in their order; null for none. Others are left out, which is no reason to lose the message; what has another shape is refused (`invalid`).';

create function confab_private.require_neighbour(p_message_id uuid, p_member confab.members, p_is_root boolean)
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  if not exists (
    select 1
    from confab.messages m
    where m.id = p_message_id
      and m.conversation_id = p_member.conversation_id
      and m.seq >= p_member.visible_from_seq
      and (m.thread_root_id is null or not p_is_root)
  ) then
    perform confab_private.fail('not_found', format(
      'unable to send the message; %s does not exist',
      case when p_is_root then 'the root of the thread' else 'the message it replies to' end
    ));
  end if;
end;
$$;

comment on function confab_private.require_neighbour(uuid, confab.members, boolean) is
  'Refuses (`not_found`) to reply to a message that the member cannot see in its conversation, or to one in a thread as if it were a root.';

create function confab_private.require_slowness(p_member confab.members, p_seconds integer)
returns void
language plpgsql
stable
set search_path = ''
as $$
declare
  v_wait numeric;
begin
  select p_seconds - extract(epoch from clock_timestamp() - m.created_at) into v_wait
  from confab.messages m
  where m.conversation_id = p_member.conversation_id and m.seq = p_member.last_sent_seq;
  if v_wait > 0 then
    perform confab_private.fail('slow_mode', 'unable to send the message; the conversation is in slow mode', ceil(v_wait));
  end if;
end;
$$;

comment on function confab_private.require_slowness(confab.members, integer) is
  'D12 Refuses (`slow_mode`) a member whose last message is not that many seconds old.';

create function confab_private.send_new(p_message confab.messages, p_mentioned_user_ids uuid[], p_seen_seq bigint)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_me constant uuid := p_message.sender_id;
  v_doing constant text := 'send the message';
  v_new confab.messages := p_message;
  v_rules record;
  v_member confab.members;
  v_sent jsonb;
begin
  if v_new.id is null then
    perform confab_private.fail('invalid', 'unable to send the message; id is missing');
  end if;
  v_sent := confab_private.sent_message(v_new.id, v_new.conversation_id, v_me);
  if v_sent is not null then
    return v_sent;
  end if;

  v_member := confab_private.require_member(v_new.conversation_id, v_me, v_doing);
  select
    c.slow_mode_seconds,
    k.post_role,
    m.kind,
    m.is_sendable,
    m.post_role as kind_post_role,
    m.needs_content,
    m.needs_occurs_on,
    m.counts_as_unread
  into v_rules
  from confab.conversations c
  join confab.conversation_kinds k on k.kind = c.kind
  left join confab.message_kinds m on m.kind = v_new.kind
  where c.id = v_new.conversation_id;
  if v_rules.kind is null then
    perform confab_private.fail('unknown_kind', format('unable to %s; no such kind of message', v_doing));
  end if;
  if not v_rules.is_sendable
    or not confab_private.has_role(v_member.role, v_rules.kind_post_role)
    or not confab_private.has_role(v_member.role, v_rules.post_role)
  then
    perform confab_private.fail('forbidden', format('unable to %s; you may not send this kind of message here', v_doing));
  end if;
  perform confab_private.require_content(v_new.content, v_rules.needs_content, v_doing);
  v_new.data := confab_private.require_data(v_new.data, v_doing);
  if v_rules.needs_occurs_on and v_new.occurs_on is null then
    perform confab_private.fail('invalid', format('unable to %s; this kind needs occurs_on', v_doing));
  end if;
  if v_new.reply_to_id is not null then
    perform confab_private.require_neighbour(v_new.reply_to_id, v_member, false);
  end if;
  if v_new.thread_root_id is not null then
    perform confab_private.require_neighbour(v_new.thread_root_id, v_member, true);
  end if;

  perform confab_private.charge(v_me);
  v_member := confab_private.lock_conversation(v_new.conversation_id, v_me, v_doing);
  -- Asked again under the lock: the same mutation may have been on its way twice.
  v_sent := confab_private.sent_message(v_new.id, v_new.conversation_id, v_me);
  if v_sent is not null then
    return v_sent;
  end if;
  if v_rules.slow_mode_seconds > 0 and v_member.role = 'member' then
    perform confab_private.require_slowness(v_member, v_rules.slow_mode_seconds);
  end if;
  v_new.mentioned_user_ids := confab_private.members_among(v_new.conversation_id, p_mentioned_user_ids);
  v_new.mentions := confab_private.mention_places(
    v_new.mentions, v_new.content, v_new.mentioned_user_ids, v_new.mentions_everyone
  );
  v_new.counts := v_rules.counts_as_unread and v_new.thread_root_id is null;
  return confab_private.append_message(v_new, p_seen_seq);
end;
$$;

comment on function confab_private.send_new(confab.messages, uuid[], bigint) is
  'Checks everything about a message from the caller and appends it. p_seen_seq: see append_message.';

create function confab_private.send_message(
  p_id uuid,
  p_conversation_id uuid,
  p_content text,
  p_kind text,
  p_data jsonb,
  p_reply_to_id uuid,
  p_thread_root_id uuid,
  p_occurs_on date,
  p_mentioned_user_ids uuid[],
  p_mentions_everyone boolean,
  p_mentions jsonb,
  p_seen_seq bigint
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_message confab.messages := confab_private.new_message(
    p_id, p_conversation_id, confab_private.require_me(), coalesce(p_kind, 'text'), p_content, p_data, false
  );
begin
  v_message.reply_to_id := p_reply_to_id;
  v_message.thread_root_id := p_thread_root_id;
  v_message.occurs_on := p_occurs_on;
  v_message.mentions_everyone := coalesce(p_mentions_everyone, false);
  v_message.mentions := p_mentions;
  return confab_private.send_new(v_message, p_mentioned_user_ids, p_seen_seq);
end;
$$;

comment on function confab_private.send_message(uuid, uuid, text, text, jsonb, uuid, uuid, date, uuid[], boolean, jsonb, bigint) is
  'Body of confab.send_message.';

create function confab_private.forward_message(p_id uuid, p_message_id uuid, p_conversation_id uuid, p_seen_seq bigint)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me constant uuid := confab_private.require_me();
  v_doing constant text := 'forward the message';
  v_original confab.messages;
  v_message confab.messages;
  v_sent jsonb;
begin
  if p_id is null or p_conversation_id is null then
    perform confab_private.fail('invalid', format('unable to %s; id or conversation_id is missing', v_doing));
  end if;
  -- Before the original is looked at: a copy that was made stays one when the original goes.
  v_sent := confab_private.sent_message(p_id, p_conversation_id, v_me);
  if v_sent is not null then
    return v_sent;
  end if;
  v_original := confab_private.require_message(p_message_id, v_me, v_doing);
  if v_original.deleted_at is not null then
    perform confab_private.fail('message_deleted', format('unable to %s; it has been deleted', v_doing));
  end if;
  v_message := confab_private.new_message(
    p_id, p_conversation_id, v_me, v_original.kind, v_original.content, v_original.data, false
  );
  v_message.occurs_on := v_original.occurs_on;
  v_message.forwarded_from_id := p_message_id;
  return confab_private.send_new(v_message, null, p_seen_seq);
end;
$$;

comment on function confab_private.forward_message(uuid, uuid, uuid, bigint) is 'Body of confab.forward_message.';

-- What an app calls.

create function confab.send_message(
  id uuid,
  conversation_id uuid,
  content text,
  kind text default 'text',
  data jsonb default '{}',
  reply_to_id uuid default null,
  thread_root_id uuid default null,
  occurs_on date default null,
  mentioned_user_ids uuid[] default '{}',
  mentions_everyone boolean default false,
  mentions jsonb default null,
  seen_seq bigint default null
)
returns jsonb language plpgsql volatile set search_path = ''
as $$ begin return confab_private.send_message($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12); end $$;

comment on function confab.send_message(uuid, uuid, text, text, jsonb, uuid, uuid, date, uuid[], boolean, jsonb, bigint) is
'Sends a message and answers it with its seq and version. Repeating it with the same id answers the message as it is now.

id: minted by the client. content: up to settings.max_content_length characters; kinds that need none may leave it out. data: an object up to settings.max_data_bytes. reply_to_id: a message it quotes. thread_root_id: the message in whose thread it is; then it is not in the timeline, does not count as unread, and its root changes too. occurs_on: the day it belongs to, for kinds that need one. mentioned_user_ids: up to 100; who is no joined member by then is left out. mentions: where in content they, and everyone, are mentioned: [{user_id (null = everyone), start, length}] in UTF-16 units; places outside of content, that overlap an earlier one, or of who is not mentioned are left out. seen_seq: up to where the sender had seen the timeline, or the thread, when it was written: so far the sender''s own cursors move, and past the message where nothing lies between; null = they stay where they are.
Errors: `unauthenticated`, `not_member`, `not_found`, `forbidden`, `locked`, `user_deleted`, `unknown_kind`, `content_empty`, `content_too_long`, `id_taken`, `rate_limited`, `slow_mode`, `invalid`. Rules D3, D6, D9, D10, D12.';

create function confab.forward_message(id uuid, message_id uuid, conversation_id uuid, seen_seq bigint default null)
returns jsonb language plpgsql volatile set search_path = ''
as $$ begin return confab_private.forward_message($1, $2, $3, $4); end $$;

comment on function confab.forward_message(uuid, uuid, uuid, bigint) is
'Sends a copy of a message the caller can read to a conversation, and answers the copy. Repeating it with the same id answers the copy as it is now.

id: of the copy, minted by the client. conversation_id: where it goes; the caller must be allowed to send that kind there. Kind, content, data and day are copied; quotes, mentions, reactions and threads are not. seen_seq: as of send_message.
Errors: `unauthenticated`, `not_member`, `not_found`, `forbidden`, `locked`, `user_deleted`, `message_deleted`, `id_taken`, `rate_limited`, `slow_mode`, `invalid`. Rules D3, D10, D12.';

grant execute on function
  confab.send_message(uuid, uuid, text, text, jsonb, uuid, uuid, date, uuid[], boolean, jsonb, bigint),
  confab.forward_message(uuid, uuid, uuid, bigint),
  confab_private.send_message(uuid, uuid, text, text, jsonb, uuid, uuid, date, uuid[], boolean, jsonb, bigint),
  confab_private.forward_message(uuid, uuid, uuid, bigint)
to authenticated, service_role;
