-- The list of messages that mention one, over all conversations.

create function confab_private.mentions_among(
  p_me uuid,
  p_conversation_ids uuid[],
  p_before_time timestamptz,
  p_before_id uuid,
  p_each integer
)
returns table (conversation_id uuid, message_id uuid, created_at timestamptz)
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
  select v.conversation_id, f.id, f.created_at
  from confab.members v
  cross join lateral (
    (
      select m.id, m.created_at
      from confab.mentions x
      join confab.messages m on m.conversation_id = x.conversation_id and m.seq = x.seq
      where x.user_id = p_me
        and x.conversation_id = v.conversation_id
        and x.seq >= v.visible_from_seq
        and m.sender_id is distinct from p_me
        and (p_before_time is null or (m.created_at, m.id) < (p_before_time, p_before_id))
        and not (v.last_hidden_seq >= m.seq and exists (
          select 1 from confab.hidden_messages h where h.user_id = p_me and h.message_id = m.id and h.is_hidden
        ))
      order by x.seq desc
      limit p_each
    )
    union all
    (
      select m.id, m.created_at
      from confab.messages m
      where m.conversation_id = v.conversation_id
        and m.mentions_everyone
        and m.seq >= v.visible_from_seq
        -- Found above already.
        and not coalesce(p_me = any (m.mentioned_user_ids), false)
        and m.sender_id is distinct from p_me
        and (p_before_time is null or (m.created_at, m.id) < (p_before_time, p_before_id))
        and not (v.last_hidden_seq >= m.seq and exists (
          select 1 from confab.hidden_messages h where h.user_id = p_me and h.message_id = m.id and h.is_hidden
        ))
      order by m.seq desc
      limit p_each
    )
  ) f
  where v.user_id = p_me and v.state = 'joined' and v.conversation_id = any (p_conversation_ids)
  order by f.created_at desc, f.id desc;
end;
$$;

comment on function confab_private.mentions_among(uuid, uuid[], timestamptz, uuid, integer) is
  'Messages that mention p_me before a place, newest first: of each conversation the last p_each that name p_me, and as many that mention everyone. Inside a conversation times grow with seq.';

create function confab_private.mention_ids(p_me uuid, p_before_time timestamptz, p_before_id uuid, p_rows integer)
returns uuid[]
language plpgsql
stable
set search_path = ''
as $$
declare
  v_conversation_ids uuid[];
begin
  v_conversation_ids := array(
    select v.conversation_id
    from confab.members v
    join confab.conversations c on c.id = v.conversation_id
    where v.user_id = p_me
      and v.state = 'joined'
      -- Elsewhere is nothing to look for. A mention in a thread moves last_thread_seq only.
      and greatest(c.last_mention_seq, c.last_thread_seq) >= v.visible_from_seq
  );
  if cardinality(v_conversation_ids) > p_rows then
    -- A page of so many rows has messages of at most so many conversations: those with the newest ones.
    v_conversation_ids := array(
      select f.conversation_id
      from confab_private.mentions_among(p_me, v_conversation_ids, p_before_time, p_before_id, 1) f
      group by f.conversation_id
      order by max(f.created_at) desc
      limit p_rows
    );
  end if;
  return array(
    select f.message_id
    from confab_private.mentions_among(p_me, v_conversation_ids, p_before_time, p_before_id, p_rows) f
    order by f.created_at desc, f.message_id desc
    limit p_rows
  );
end;
$$;

comment on function confab_private.mention_ids(uuid, timestamptz, uuid, integer) is
  'The newest messages that mention p_me, before the given place.';

create function confab_private.mentions(p_before text, p_max_rows integer)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_me constant uuid := confab_private.require_me();
  v_rows constant integer := confab_private.page_size(p_max_rows, 50);
  v_place constant text[] := confab_private.page_place(p_before, '^\d{1,17}$', 'list mentions');
  v_ids uuid[];
  v_next text;
begin
  -- One row more than asked for shows whether there is a next page.
  v_ids := confab_private.mention_ids(v_me, confab_private.from_micros(v_place[1]), v_place[2]::uuid, v_rows + 1);
  if cardinality(v_ids) > v_rows then
    v_ids := v_ids[1:v_rows];
    select confab_private.to_micros(m.created_at) || '_' || m.id into v_next
    from confab.messages m
    where m.id = v_ids[v_rows];
  end if;
  return confab_private.show_messages(v_me, v_ids, v_next);
end;
$$;

comment on function confab_private.mentions(text, integer) is 'Body of confab.mentions.';

-- What an app calls.

create function confab.mentions(before text default null, max_rows integer default 50)
returns jsonb language plpgsql stable set search_path = ''
as $$ begin return confab_private.mentions($1, $2); end $$;

comment on function confab.mentions(text, integer) is
'Messages of others that mention the caller, by name or as one of everyone, in all conversations and threads, newest first: {messages, profiles, next}. Deleted ones are left out, those deleted for oneself too.

before: the `next` of the previous page. max_rows: 1 to 200.
Errors: `unauthenticated`, `invalid`. Rule D13.';

grant execute on function
  confab.mentions(text, integer),
  confab_private.mentions(text, integer)
to authenticated, service_role;
