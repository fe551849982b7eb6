-- D1 Every right is given here, by name. Clients read their own conversations and call functions; nothing else.

create function confab_private.my_conversation_ids()
returns setof uuid
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return query
  select m.conversation_id
  from confab.members m
  where m.user_id = confab_private.me() and m.state = 'joined';
end;
$$;

comment on function confab_private.my_conversation_ids() is
  'D13 The conversations the caller is a joined member of; evaluated once per statement.';

create function confab_private.my_contact_ids()
returns setof uuid
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return query
  select distinct o.user_id
  from confab.members m
  join confab.members o on o.conversation_id = m.conversation_id
  where m.user_id = confab_private.me() and m.state = 'joined';
end;
$$;

comment on function confab_private.my_contact_ids() is
  'Everybody who is or was in one of the caller''s conversations, the caller included: whose profiles may be read.';

create policy "read oneself and people one shares a conversation with" on confab.profiles
  for select to authenticated
  using (id = (select confab_private.me()) or id in (select confab_private.my_contact_ids()));

create policy "read one's own conversations" on confab.conversations
  for select to authenticated
  using (id in (select confab_private.my_conversation_ids()));

create policy "read members of one's own conversations" on confab.members
  for select to authenticated
  using (conversation_id in (select confab_private.my_conversation_ids()));

create policy "read messages of one's own conversations" on confab.messages
  for select to authenticated
  using (conversation_id in (select confab_private.my_conversation_ids()));

create policy "read the log of one's own conversations" on confab.read_log
  for select to authenticated
  using (conversation_id in (select confab_private.my_conversation_ids()));

create policy "everybody signed in may know the kinds" on confab.conversation_kinds
  for select to authenticated
  using (true);

create policy "everybody signed in may know the kinds" on confab.message_kinds
  for select to authenticated
  using (true);

revoke all on all tables in schema confab, confab_private from public, anon, authenticated, service_role;
revoke all on all functions in schema confab, confab_private from public, anon, authenticated, service_role;

grant select on
  confab.profiles, confab.conversations, confab.members, confab.messages, confab.read_log,
  confab.conversation_kinds, confab.message_kinds
to authenticated, service_role;
grant insert, update on confab.conversation_kinds, confab.message_kinds to service_role;

grant execute on function
  confab.push(jsonb),
  confab.pull(text, jsonb),
  confab.history(uuid, bigint, bigint, bigint, integer),
  confab.conversations(text, integer),
  confab.conversation(uuid),
  confab.unread_total(),
  confab.get_or_create_direct(uuid),
  confab.create_conversation(uuid, text, uuid[], text, jsonb, text, text),
  confab.send_message(uuid, uuid, text, text, jsonb, uuid, uuid, date),
  confab.edit_message(uuid, uuid, text, jsonb),
  confab.delete_message(uuid),
  confab.mark_read(uuid, bigint),
  confab.mark_delivered(uuid, bigint),
  confab_private.push(jsonb),
  confab_private.pull(text, jsonb),
  confab_private.history(uuid, bigint, bigint, bigint, integer),
  confab_private.conversations(text, integer),
  confab_private.conversation(uuid),
  confab_private.unread_total(),
  confab_private.get_or_create_direct(uuid),
  confab_private.create_conversation(uuid, text, uuid[], text, jsonb, text, text),
  confab_private.send_message(uuid, uuid, text, text, jsonb, uuid, uuid, date),
  confab_private.edit_message(uuid, uuid, text, jsonb),
  confab_private.delete_message(uuid),
  confab_private.mark_read(uuid, bigint),
  confab_private.mark_delivered(uuid, bigint)
to authenticated, service_role;

-- What policies call runs as the caller.
grant execute on function
  confab_private.try_uuid(text),
  confab_private.me(),
  confab_private.my_conversation_ids(),
  confab_private.my_contact_ids()
to authenticated, service_role;
