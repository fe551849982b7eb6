-- D6 Cursors. They lock the caller's own member row only, so readers never wait for senders of the conversation.

create function confab_private.mark_read(p_conversation_id uuid, p_seq bigint)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := confab_private.require_me();
  v_doing constant text := 'mark the conversation as read';
  v_seq bigint;
begin
  if p_seq is null or p_seq < 0 then
    perform confab_private.fail('invalid', format('unable to %s; seq must be 0 or more', v_doing));
  end if;
  perform confab_private.require_member(p_conversation_id, v_me, v_doing);

  update confab.members m
  set last_read_seq = target.seq,
      last_read_counted = target.counted,
      last_delivered_seq = greatest(m.last_delivered_seq, target.seq)
  from (
    select r.seq, r.counted
    from confab.conversations c
    join confab.messages r on r.conversation_id = c.id and r.seq = least(p_seq, c.last_seq)
    where c.id = p_conversation_id
  ) target
  where m.conversation_id = p_conversation_id
    and m.user_id = v_me
    and m.state = 'joined'
    and m.last_read_seq < target.seq
  returning m.last_read_seq into v_seq;

  if v_seq is null then
    return (
      select jsonb_build_object('member', w.wire, 'unread', v.unread)
      from confab_private.memberships v
      join confab_private.member_wire w on w.conversation_id = v.conversation_id and w.user_id = v.user_id
      where v.conversation_id = p_conversation_id and v.user_id = v_me
    );
  end if;
  insert into confab.read_log (conversation_id, user_id, seq) values (p_conversation_id, v_me, v_seq)
  on conflict (conversation_id, user_id, seq) do update set read_at = excluded.read_at;
  return confab_private.emit_cursor(p_conversation_id, v_me);
end;
$$;

comment on function confab_private.mark_read(uuid, bigint) is 'Body of confab.mark_read.';

create function confab_private.mark_delivered(p_conversation_id uuid, p_seq bigint)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me uuid := confab_private.require_me();
  v_doing constant text := 'mark messages as delivered';
begin
  if p_seq is null or p_seq < 0 then
    perform confab_private.fail('invalid', format('unable to %s; seq must be 0 or more', v_doing));
  end if;
  perform confab_private.require_member(p_conversation_id, v_me, v_doing);

  update confab.members m
  set last_delivered_seq = least(p_seq, c.last_seq)
  from confab.conversations c
  where c.id = p_conversation_id
    and m.conversation_id = p_conversation_id
    and m.user_id = v_me
    and m.state = 'joined'
    and m.last_delivered_seq < least(p_seq, c.last_seq);
  if found then
    return confab_private.emit_cursor(p_conversation_id, v_me) - 'unread';
  end if;
  return (
    select jsonb_build_object('member', w.wire)
    from confab_private.member_wire w
    where w.conversation_id = p_conversation_id and w.user_id = v_me
  );
end;
$$;

comment on function confab_private.mark_delivered(uuid, bigint) is 'Body of confab.mark_delivered.';

create function confab_private.unread_total_of(p_me uuid)
returns bigint
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select coalesce(sum(v.unread), 0)::bigint
    from confab_private.memberships v
    where v.user_id = p_me and v.state = 'joined'
  );
end;
$$;

comment on function confab_private.unread_total_of(uuid) is 'D7 Unread messages of a user in all conversations.';

create function confab_private.unread_total()
returns bigint
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return confab_private.unread_total_of(confab_private.require_me());
end;
$$;

comment on function confab_private.unread_total() is 'Body of confab.unread_total.';
