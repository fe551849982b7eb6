-- D7 What is unread, counted over all conversations.

create view confab_private.unread_of_each with (security_invoker = on) as
select
  m.user_id,
  m.conversation_id,
  c.last_activity_at,
  -- What memberships says, asked of it only where there is something to subtract: this runs with every list and pull.
  case
    when greatest(c.last_deleted_seq, m.last_sent_seq, m.last_hidden_seq) > m.unread_after_seq then (
      select v.unread
      from confab_private.memberships v
      where v.conversation_id = m.conversation_id and v.user_id = m.user_id
    )
    else (c.counted - m.unread_after_counted)::integer
  end as unread
from confab.members m
join confab.conversations c on c.id = m.conversation_id
where m.state = 'joined';

comment on view confab_private.unread_of_each is 'D7 The conversations of a user with their unread messages, the cheap way.';

create function confab_private.unread_total_of(p_me uuid)
returns bigint
language plpgsql
stable
set search_path = ''
as $$
begin
  return (select coalesce(sum(u.unread), 0)::bigint from confab_private.unread_of_each u where u.user_id = p_me);
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

create function confab_private.unread_counts()
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_me constant uuid := confab_private.require_me();
begin
  return (
    select jsonb_build_object(
      'messages', coalesce(sum(v.unread), 0),
      'conversations', count(*) filter (where v.unread > 0),
      'mentions', coalesce(sum(v.unread_mentions), 0),
      'threads', coalesce(sum(v.unread_threads), 0)
    )
    from confab_private.memberships v
    where v.user_id = v_me and v.state = 'joined'
  );
end;
$$;

comment on function confab_private.unread_counts() is 'Body of confab.unread_counts.';

-- What an app calls.

create function confab.unread_total()
returns bigint language plpgsql stable set search_path = ''
as $$ begin return confab_private.unread_total(); end $$;

comment on function confab.unread_total() is
'How many unread messages the caller has in all conversations; equal to a recount at any time.
Errors: `unauthenticated`. Rule D7.';

create function confab.unread_counts()
returns jsonb language plpgsql stable set search_path = ''
as $$ begin return confab_private.unread_counts(); end $$;

comment on function confab.unread_counts() is
'What is unread in all of the caller''s conversations: {messages, conversations, mentions, threads}; each equal to a recount at any time.
Errors: `unauthenticated`. Rule D7.';

grant execute on function
  confab.unread_total(),
  confab.unread_counts(),
  confab_private.unread_total(),
  confab_private.unread_counts()
to authenticated, service_role;
