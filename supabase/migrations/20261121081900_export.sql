-- What Confab holds about a user, for the user.

create function confab_private.export_messages(p_me uuid, p_after timestamptz, p_after_id uuid, p_rows integer)
returns table (id uuid, created_at timestamptz, exported jsonb)
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
  select
    m.id,
    m.created_at,
    -- Only what the user has written: no quotes, reactions and threads of others.
    jsonb_build_object(
      'id', m.id,
      'conversation_id', m.conversation_id,
      'seq', m.seq,
      'kind', m.kind,
      'content', m.content,
      'data', m.data,
      'reply_to_id', m.reply_to_id,
      'thread_root_id', m.thread_root_id,
      'forwarded_from_id', m.forwarded_from_id,
      'occurs_on', m.occurs_on,
      'mentioned_user_ids', coalesce(to_jsonb(m.mentioned_user_ids), '[]'),
      'mentions_everyone', m.mentions_everyone,
      'mentions', m.mentions,
      'created_at', m.created_at,
      'edited_at', m.edited_at,
      'deleted_at', m.deleted_at,
      'versions', coalesce((
        select jsonb_agg(
          jsonb_build_object('number', n.number, 'content', n.content, 'data', n.data, 'replaced_at', n.replaced_at)
          order by n.number
        )
        from confab.message_versions n
        where n.message_id = m.id
      ), '[]')
    )
  from confab.messages m
  where m.sender_id = p_me and (p_after is null or (m.created_at, m.id) > (p_after, p_after_id))
  order by m.created_at, m.id
  limit p_rows;
end;
$$;

comment on function confab_private.export_messages(uuid, timestamptz, uuid, integer) is
  'The messages of p_me, oldest first, after the given place, with what they were before each edit.';

create function confab_private.export_about(p_me uuid)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return jsonb_build_object(
    'profile', (select w.wire from confab_private.profile_wire w where w.id = p_me),
    'memberships', coalesce((
      select jsonb_agg(
        v.own_wire::jsonb || jsonb_build_object(
          'kind', v.kind,
          -- What it is called now is nothing to those who have left.
          'title', case when v.state in ('joined', 'invited') then v.title end
        )
        order by v.conversation_id
      )
      from confab_private.memberships v
      where v.user_id = p_me
    ), '[]'),
    'conversations_created', coalesce((
      select jsonb_agg(jsonb_build_object('id', c.id, 'created_at', c.created_at) order by c.created_at, c.id)
      from confab.conversations c
      where c.created_by = p_me
    ), '[]'),
    'drafts', coalesce((
      select jsonb_agg(w.wire order by w.saved_at) from confab_private.draft_wire w where w.user_id = p_me
    ), '[]'),
    'reactions', coalesce((
      select jsonb_agg(
        jsonb_build_object('message_id', r.message_id, 'emoji', r.emoji, 'created_at', r.created_at)
        order by r.created_at, r.message_id, r.emoji
      )
      from confab.reactions r
      where r.user_id = p_me
    ), '[]'),
    'mentions', coalesce((
      select jsonb_agg(
        jsonb_build_object('conversation_id', x.conversation_id, 'seq', x.seq) order by x.conversation_id, x.seq
      )
      from confab.mentions x
      where x.user_id = p_me
    ), '[]'),
    'threads', coalesce((
      select jsonb_agg(
        jsonb_build_object(
          'root_id', t.root_id, 'conversation_id', t.conversation_id, 'last_read_seq', t.last_read_seq,
          'is_following', t.is_following
        )
        order by t.root_id
      )
      from confab.threads t
      where t.user_id = p_me
    ), '[]'),
    'hidden_messages', coalesce((
      select jsonb_agg(
        jsonb_build_object('conversation_id', h.conversation_id, 'message_id', h.message_id, 'is_hidden', h.is_hidden)
        order by h.message_id
      )
      from confab.hidden_messages h
      where h.user_id = p_me
    ), '[]'),
    'read_log', coalesce((
      select jsonb_agg(
        jsonb_build_object('conversation_id', l.conversation_id, 'seq', l.seq, 'read_at', l.read_at)
        order by l.conversation_id, l.seq
      )
      from confab.read_log l
      where l.user_id = p_me
    ), '[]')
  );
end;
$$;

comment on function confab_private.export_about(uuid) is
  'Everything about p_me but the messages. A new table with rows of users has to be added here and in forget_user.';

create function confab_private.export_my_data(p_after text)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_me constant uuid := confab_private.require_me();
  v_rows constant integer := 1000;
  v_place constant text[] := confab_private.page_place(p_after, '^\d{1,17}$', 'export your data');
  v_page jsonb;
begin
  -- One row more than a page shows whether there is another.
  with found as materialized (
    select m.*, row_number() over (order by m.created_at, m.id) as place
    from confab_private.export_messages(
      v_me, confab_private.from_micros(v_place[1]), v_place[2]::uuid, v_rows + 1
    ) m
  )
  select jsonb_build_object(
    'messages', coalesce(jsonb_agg(f.exported order by f.place) filter (where f.place <= v_rows), '[]'),
    'next', (
      select confab_private.to_micros(l.created_at) || '_' || l.id
      from found l
      where l.place = v_rows and exists (select 1 from found b where b.place > v_rows)
    )
  )
  into v_page
  from found f;
  if p_after is null then
    return confab_private.export_about(v_me) || v_page;
  end if;
  return v_page;
end;
$$;

comment on function confab_private.export_my_data(text) is 'Body of confab.export_my_data.';

-- What an app calls.

create function confab.export_my_data("after" text default null)
returns jsonb language plpgsql stable set search_path = ''
as $$ begin return confab_private.export_my_data($1); end $$;

comment on function confab.export_my_data(text) is
'Everything the caller has written and that is kept about the caller, in pages; nothing anybody else has written.

The first page is {profile, memberships, conversations_created, drafts, reactions, mentions, threads, hidden_messages, read_log, messages, next}, further ones {messages, next}. Memberships are those of conversations left as well, with the title of those that are not. messages: up to 1,000, oldest first, each with its earlier versions; deleted ones are empty.
after: the `next` of the previous page; null for the first. The last page has next null.
Errors: `unauthenticated`, `invalid`. Rule D5.';

grant execute on function
  confab.export_my_data(text),
  confab_private.export_my_data(text)
to authenticated, service_role;
