-- What members do with messages besides reacting: deleting for oneself, pinning, looking up earlier versions.

create function confab_private.hidden_answer(p_me uuid, p_message_id uuid)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return confab_private.message_for(p_me, p_message_id) || jsonb_build_object('changed', coalesce((
    select h.changed_xid::text::bigint
    from confab.hidden_messages h
    where h.user_id = p_me and h.message_id = p_message_id
  ), 0));
end;
$$;

comment on function confab_private.hidden_answer(uuid, uuid) is
  'The message as p_me sees it, with the transaction in which p_me hid it or showed it again last, so that a client knows which of two answers is the later one.';

create function confab_private.set_hidden(p_message_id uuid, p_is_hidden boolean)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_me constant uuid := confab_private.require_me();
  v_doing constant text := case
    when p_is_hidden then 'delete the message for yourself' else 'take back its deletion for yourself' end;
  v_message constant confab.messages := confab_private.require_message(p_message_id, v_me, v_doing);
  v_unread_after bigint;
begin
  -- The member row is the lock: two devices hide the same message once.
  update confab.members m
  set last_hidden_seq = case when p_is_hidden then greatest(m.last_hidden_seq, v_message.seq) else m.last_hidden_seq end
  where m.conversation_id = v_message.conversation_id
    and m.user_id = v_me
    and m.state = 'joined'
    and p_is_hidden <> exists (
      select 1 from confab.hidden_messages h
      where h.user_id = v_me and h.message_id = p_message_id and h.is_hidden
    )
  returning m.unread_after_seq into v_unread_after;
  if found then
    insert into confab.hidden_messages as h (user_id, message_id, conversation_id, seq, is_hidden)
    values (v_me, p_message_id, v_message.conversation_id, v_message.seq, p_is_hidden)
    on conflict (user_id, message_id) do update set is_hidden = p_is_hidden where h.is_hidden <> p_is_hidden;
    if found then
      perform confab_private.emit(
        array['inbox:' || v_me],
        jsonb_build_object(
          'type', 'hidden', 'conversation_id', v_message.conversation_id, 'message_id', p_message_id,
          'is_hidden', p_is_hidden, 'changed', pg_current_xact_id()::text::bigint
        )
      );
      if v_message.counts
        and v_message.seq > v_unread_after
        and v_message.sender_id is distinct from v_me
        and v_message.deleted_at is null
      then
        perform confab_private.emit_own_member(v_message.conversation_id, v_me);
      end if;
    end if;
  end if;
  return confab_private.hidden_answer(v_me, p_message_id);
end;
$$;

comment on function confab_private.set_hidden(uuid, boolean) is
  'D5 Deletes a message for the caller alone, or takes that back; changes nothing when it is that way already.';

create function confab_private.hide_message(p_message_id uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
begin
  return confab_private.set_hidden(p_message_id, true);
end;
$$;

comment on function confab_private.hide_message(uuid) is 'Body of confab.hide_message.';

create function confab_private.unhide_message(p_message_id uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
begin
  return confab_private.set_hidden(p_message_id, false);
end;
$$;

comment on function confab_private.unhide_message(uuid) is 'Body of confab.unhide_message.';

create function confab_private.set_pinned(p_message_id uuid, p_is_pinned boolean)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_me constant uuid := confab_private.require_me();
  v_doing constant text := case when p_is_pinned then 'pin the message' else 'unpin the message' end;
  v_message constant confab.messages := confab_private.lock_message(p_message_id, v_me, v_doing);
  v_version bigint;
begin
  if not exists (
    select 1
    from confab.members m
    join confab.conversations c on c.id = m.conversation_id
    join confab.conversation_kinds k on k.kind = c.kind
    where m.conversation_id = v_message.conversation_id
      and m.user_id = v_me
      -- The two of a direct conversation are equals, whatever their roles are called.
      and (k.is_direct or confab_private.has_role(m.role, k.pin_role))
  ) then
    perform confab_private.fail('forbidden', format('unable to %s; you may not pin here', v_doing));
  end if;
  if (v_message.pinned_at is not null) = p_is_pinned then
    return confab_private.message_for(v_me, p_message_id);
  end if;
  v_version := confab_private.next_version(v_message.conversation_id);
  update confab.messages m
  set pinned_at = case when p_is_pinned then clock_timestamp() end,
      pinned_by = case when p_is_pinned then v_me end,
      version = v_version
  where m.id = p_message_id;
  return confab_private.emit_message(p_message_id, v_me);
end;
$$;

comment on function confab_private.set_pinned(uuid, boolean) is
  'D3 Pins a message for everybody, or unpins it; changes nothing when it is that way already.';

create function confab_private.pin_message(p_message_id uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
begin
  return confab_private.set_pinned(p_message_id, true);
end;
$$;

comment on function confab_private.pin_message(uuid) is 'Body of confab.pin_message.';

create function confab_private.unpin_message(p_message_id uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
begin
  return confab_private.set_pinned(p_message_id, false);
end;
$$;

comment on function confab_private.unpin_message(uuid) is 'Body of confab.unpin_message.';

create function confab_private.show_messages(p_me uuid, p_ids uuid[], p_next text)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    with shown as materialized (
      select i.place, m.pinned_by, m.sender_id || w.people as people, w.wire
      from unnest(p_ids) with ordinality i (id, place)
      join confab.messages m on m.id = i.id
      join confab_private.visible_message w
        on w.viewer_id = p_me and w.conversation_id = m.conversation_id and w.seq = m.seq
    ),
    people as (
      select s.pinned_by as id from shown s
      union
      select unnest(s.people) from shown s
    )
    select jsonb_build_object(
      'messages', coalesce((select jsonb_agg(s.wire order by s.place) from shown s), '[]'),
      'profiles', coalesce((
        select jsonb_agg(f.wire) from confab_private.profile_wire f where f.id in (select p.id from people p)
      ), '[]'),
      'next', p_next
    )
  );
end;
$$;

comment on function confab_private.show_messages(uuid, uuid[], text) is
  'Messages as p_me sees them, in the given order, with the profiles of who sent or pinned them and of whom they name: {messages, profiles, next}. What p_me cannot see is left out.';

create function confab_private.pinned_messages(p_conversation_id uuid, p_before text, p_max_rows integer)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_me constant uuid := confab_private.require_me();
  v_doing constant text := 'list pinned messages';
  v_rows constant integer := confab_private.page_size(p_max_rows, 50);
  v_place constant text[] := confab_private.page_place(p_before, '^\d{1,17}$', v_doing);
  v_before constant timestamptz := confab_private.from_micros(v_place[1]);
  v_member confab.members;
  v_ids uuid[];
  v_next text;
begin
  v_member := confab_private.require_member(p_conversation_id, v_me, v_doing);
  v_ids := array(
    select m.id
    from confab.messages m
    where m.conversation_id = p_conversation_id
      and m.pinned_at is not null
      and m.seq >= v_member.visible_from_seq
      and (v_place is null or (m.pinned_at, m.id) < (v_before, v_place[2]::uuid))
    order by m.pinned_at desc, m.id desc
    limit v_rows + 1
  );
  if cardinality(v_ids) > v_rows then
    v_ids := v_ids[1:v_rows];
    select confab_private.to_micros(m.pinned_at) || '_' || m.id into v_next
    from confab.messages m
    where m.id = v_ids[v_rows];
  end if;
  return confab_private.show_messages(v_me, v_ids, v_next);
end;
$$;

comment on function confab_private.pinned_messages(uuid, text, integer) is 'Body of confab.pinned_messages.';

create function confab_private.message_versions(p_message_id uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_me constant uuid := confab_private.require_me();
begin
  perform confab_private.require_message(p_message_id, v_me, 'read the versions of the message');
  return jsonb_build_object('versions', coalesce((
    select jsonb_agg(
      jsonb_build_object('number', n.number, 'content', n.content, 'data', n.data, 'replaced_at', n.replaced_at)
      order by n.number
    )
    from confab.message_versions n
    where n.message_id = p_message_id
      and not exists (
        select 1 from confab.hidden_messages h
        where h.user_id = v_me and h.message_id = p_message_id and h.is_hidden
      )
  ), '[]'));
end;
$$;

comment on function confab_private.message_versions(uuid) is 'Body of confab.message_versions.';

-- What an app calls.

create function confab.hide_message(message_id uuid)
returns jsonb language plpgsql volatile set search_path = ''
as $$ begin return confab_private.hide_message($1); end $$;

comment on function confab.hide_message(uuid) is
'Deletes a message for the caller alone, and answers what is left of it: no content, is_hidden true; and changed, the number of that change. It no longer counts as unread. Repeating it changes nothing; nobody else is told.
Errors: `unauthenticated`, `not_member`, `not_found`, `invalid`. Rules D5, D7, D10.';

create function confab.unhide_message(message_id uuid)
returns jsonb language plpgsql volatile set search_path = ''
as $$ begin return confab_private.unhide_message($1); end $$;

comment on function confab.unhide_message(uuid) is
'Takes back hide_message, and answers the message as it is now, is_hidden false, with changed as hide_message has it. It counts as unread again if it would without either. Of a message that is not hidden nothing changes; nobody else is told.
Errors: `unauthenticated`, `not_member`, `not_found`, `invalid`. Rules D5, D7, D10.';

create function confab.pin_message(message_id uuid)
returns jsonb language plpgsql volatile set search_path = ''
as $$ begin return confab_private.pin_message($1); end $$;

comment on function confab.pin_message(uuid) is
'Pins a message for everybody in the conversation, and answers it. One that is pinned stays as it is. The kind of the conversation says which role is needed.
Errors: `unauthenticated`, `not_member`, `not_found`, `forbidden`, `locked`, `user_deleted`, `message_deleted`, `invalid`. Rules D3, D9, D10.';

create function confab.unpin_message(message_id uuid)
returns jsonb language plpgsql volatile set search_path = ''
as $$ begin return confab_private.unpin_message($1); end $$;

comment on function confab.unpin_message(uuid) is
'Unpins a message, whoever pinned it, and answers it. One that is not pinned stays as it is.
Errors: `unauthenticated`, `not_member`, `not_found`, `forbidden`, `locked`, `user_deleted`, `message_deleted`, `invalid`. Rules D3, D9, D10.';

create function confab.pinned_messages(conversation_id uuid, before text default null, max_rows integer default 50)
returns jsonb language plpgsql stable set search_path = ''
as $$ begin return confab_private.pinned_messages($1, $2, $3); end $$;

comment on function confab.pinned_messages(uuid, text, integer) is
'The pinned messages of a conversation, the one pinned last first: {messages, profiles, next}.

before: the `next` of the previous page. max_rows: 1 to 200.
Errors: `unauthenticated`, `not_member`, `not_found`, `invalid`. Rule D13.';

create function confab.message_versions(message_id uuid)
returns jsonb language plpgsql stable set search_path = ''
as $$ begin return confab_private.message_versions($1); end $$;

comment on function confab.message_versions(uuid) is
'What a message was before each of its edits, oldest first: {versions: [{number, content, data, replaced_at}]}. Empty when it was never edited, is deleted, or the caller has deleted it for itself.
Errors: `unauthenticated`, `not_member`, `not_found`, `invalid`. Rules D5, D13.';

grant execute on function
  confab.hide_message(uuid),
  confab.unhide_message(uuid),
  confab.pin_message(uuid),
  confab.unpin_message(uuid),
  confab.pinned_messages(uuid, text, integer),
  confab.message_versions(uuid),
  confab_private.hide_message(uuid),
  confab_private.unhide_message(uuid),
  confab_private.pin_message(uuid),
  confab_private.unpin_message(uuid),
  confab_private.pinned_messages(uuid, text, integer),
  confab_private.message_versions(uuid)
to authenticated, service_role;
