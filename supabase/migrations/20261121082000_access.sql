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

-- The settings of other members are nobody else's business: they are told by functions, without them.
create policy "read one's own memberships" on confab.members
  for select to authenticated
  using (user_id = (select confab_private.me()));

-- The first condition is cheap for all rows, the second keeps back what was before the member may look.
create policy "read messages of one's own conversations" on confab.messages
  for select to authenticated
  using (
    conversation_id in (select confab_private.my_conversation_ids())
    and exists (
      select 1
      from confab.members m
      where m.conversation_id = messages.conversation_id
        and m.user_id = (select confab_private.me())
        and m.visible_from_seq <= messages.seq
    )
  );

create policy "read reactions to messages one can read" on confab.reactions
  for select to authenticated
  using (exists (select 1 from confab.messages m where m.id = message_id));

create policy "read mentions in messages one can read" on confab.mentions
  for select to authenticated
  using (exists (
    select 1
    from confab.messages m
    where m.conversation_id = mentions.conversation_id and m.seq = mentions.seq
  ));

create policy "read earlier versions of messages one can read" on confab.message_versions
  for select to authenticated
  using (exists (select 1 from confab.messages m where m.id = message_id));

create policy "read one's own log" on confab_private.read_log
  for select to authenticated
  using (member_number in (select m.number from confab.members m where m.user_id = (select confab_private.me())));

create policy "read one's own marks" on confab.hidden_messages
  for select to authenticated
  using (user_id = (select confab_private.me()));

create policy "read one's own threads" on confab.threads
  for select to authenticated
  using (user_id = (select confab_private.me()));

create policy "read one's own drafts" on confab.drafts
  for select to authenticated
  using (user_id = (select confab_private.me()));

create policy "everybody signed in may know the kinds" on confab.conversation_kinds
  for select to authenticated
  using (true);

create policy "everybody signed in may know the kinds" on confab.message_kinds
  for select to authenticated
  using (true);

revoke all on all tables in schema confab, confab_private from public, anon, authenticated, service_role;
-- What authenticated and service_role may call was granted next to each function.
revoke all on all functions in schema confab, confab_private from public, anon;

grant select on
  confab.profiles, confab.conversations, confab.members, confab.messages, confab.reactions, confab.mentions,
  confab.message_versions, confab.hidden_messages, confab.threads, confab.read_log, confab.drafts,
  confab.conversation_kinds, confab.message_kinds
to authenticated, service_role;
-- What the view confab.read_log reads as whoever asks.
grant select on confab_private.read_log to authenticated, service_role;
grant insert, update on confab.conversation_kinds, confab.message_kinds to service_role;

-- What policies call runs as the caller.
grant select on confab_private.own_issuers to authenticated, service_role;
grant execute on function
  confab_private.try_uuid(text),
  confab_private.claims(),
  confab_private.foreign_id(text, text),
  confab_private.user_id(text, text),
  confab_private.has_session(text, uuid),
  confab_private.me(),
  confab_private.my_conversation_ids(),
  confab_private.my_contact_ids()
to authenticated, service_role;
