-- D10 Who may listen and who may speak on a topic. Inbox and feed are written by the database alone; a room belongs to
-- its joined members. A policy that raises would refuse every channel, so topics are taken apart without casts.

create function confab_private.may_use_topic(p_topic text, p_extension text, p_is_write boolean)
returns boolean
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_me uuid := confab_private.me();
  v_id uuid := confab_private.try_uuid(split_part(p_topic, ':', 2));
begin
  if v_me is null or v_id is null then
    return false;
  end if;
  case split_part(p_topic, ':', 1)
    when 'inbox' then
      return not p_is_write and p_extension = 'broadcast' and p_topic = 'inbox:' || v_me;
    when 'feed' then
      return not p_is_write and p_extension = 'broadcast' and exists (
        select 1
        from confab.members m
        join confab.conversations c on c.id = m.conversation_id
        where m.conversation_id = v_id
          and m.user_id = v_me
          and m.state = 'joined'
          and p_topic = 'feed:' || c.id || ':' || c.feed_key
      );
    when 'room' then
      return p_extension in ('broadcast', 'presence') and exists (
        select 1
        from confab.members m
        where m.conversation_id = v_id
          and m.user_id = v_me
          and m.state = 'joined'
          and p_topic = 'room:' || m.conversation_id
      );
    else
      return false;
  end case;
end;
$$;

comment on function confab_private.may_use_topic(text, text, boolean) is
  'D10 Whether the caller may receive (or, with p_is_write, send) on a topic. False for topics that are not Confab''s.';

revoke all on function confab_private.may_use_topic(text, text, boolean) from public, anon;
grant execute on function confab_private.may_use_topic(text, text, boolean) to authenticated, service_role;

create policy "confab: listen to inbox, feed and room" on realtime.messages
  for select to authenticated
  using (
    (extension = 'broadcast' and (select confab_private.may_use_topic((select realtime.topic()), 'broadcast', false)))
    or (extension = 'presence' and (select confab_private.may_use_topic((select realtime.topic()), 'presence', false)))
  );

create policy "confab: speak in rooms" on realtime.messages
  for insert to authenticated
  with check (
    (extension = 'broadcast' and (select confab_private.may_use_topic((select realtime.topic()), 'broadcast', true)))
    or (extension = 'presence' and (select confab_private.may_use_topic((select realtime.topic()), 'presence', true)))
  );
