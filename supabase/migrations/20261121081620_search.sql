-- Searching messages: what an app calls.

create function confab_private.search_messages(
  p_query text,
  p_conversation_id uuid,
  p_from_user_id uuid,
  p_kind text,
  p_from_time timestamptz,
  p_to_time timestamptz,
  p_has_attachment boolean,
  p_thread_root_id uuid,
  p_sort text,
  p_before text,
  p_max_rows integer,
  p_excluding text
)
returns json
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_me constant uuid := confab_private.require_me();
  v_doing constant text := 'search';
  v_rows constant integer := confab_private.page_size(p_max_rows, 20);
  v_is_ranked constant boolean := coalesce(p_sort, 'newest') = 'relevance';
  v_place constant text[] := confab_private.page_place(
    p_before, case when v_is_ranked then '^\d{1,9}-\d{1,17}$' else '^\d{1,17}$' end, v_doing
  );
  v_query confab_private.search_query;
  v_filter confab_private.search_filter;
  v_root confab.messages;
  v_hits confab_private.search_hits;
begin
  if coalesce(p_sort, 'newest') not in ('newest', 'relevance') then
    perform confab_private.fail('invalid', format('unable to %s; sort must be newest or relevance', v_doing));
  end if;
  if p_kind is not null and not exists (select 1 from confab.message_kinds k where k.kind = p_kind) then
    perform confab_private.fail('unknown_kind', format('unable to %s; no such kind of message', v_doing));
  end if;
  if p_conversation_id is not null then
    perform confab_private.require_member(p_conversation_id, v_me, v_doing);
  end if;
  if p_thread_root_id is not null then
    v_root := confab_private.require_message(p_thread_root_id, v_me, v_doing);
    if v_root.conversation_id <> p_conversation_id then
      perform confab_private.fail('not_found', format('unable to %s; no such thread in the conversation', v_doing));
    end if;
  end if;
  v_query := confab_private.parse_search(p_query, p_excluding);

  v_filter.conversation_id := coalesce(p_conversation_id, v_root.conversation_id);
  v_filter.sender_id := p_from_user_id;
  v_filter.kind := p_kind;
  v_filter.from_time := p_from_time;
  v_filter.to_time := p_to_time;
  v_filter.has_attachment := p_has_attachment;
  if p_has_attachment is not null then
    v_filter.attachment_kinds := array(select k.kind from confab.message_kinds k where k.is_attachment);
  end if;
  v_filter.thread_root_id := p_thread_root_id;
  if not v_is_ranked then
    v_filter.before_time := confab_private.from_micros(v_place[1]);
    v_filter.before_id := v_place[2]::uuid;
  end if;
  if v_query.words is not null then
    -- One row more than asked for shows whether there is a next page.
    v_hits := confab_private.search_hits(v_me, v_query, v_filter, case when v_is_ranked then 1000 else v_rows + 1 end);
  end if;

  return (
    with ranked as materialized (
      select
        h.id, h.created_at, m.conversation_id, m.content,
        confab_private.search_rank(confab_private.plain(m.content), v_query.needed) as rank
      from unnest(v_hits.ids, v_hits.times) h (id, created_at)
      join confab.messages m on m.id = h.id
    ),
    placed as (
      select
        r.*,
        case when v_is_ranked then (r.rank * 10000)::bigint end as level
      from ranked r
    ),
    page as materialized (
      select p.*, row_number() over (order by p.level desc, p.created_at desc, p.id desc) as place
      from placed p
      where not v_is_ranked
        or v_place is null
        or (p.level, p.created_at, p.id) < (
          split_part(v_place[1], '-', 1)::bigint,
          confab_private.from_micros(split_part(v_place[1], '-', 2)),
          v_place[2]::uuid
        )
      order by p.level desc, p.created_at desc, p.id desc
      limit v_rows + 1
    ),
    shown as materialized (
      select p.place, p.rank, p.content, w.wire, w.sender_id
      from page p
      join confab_private.visible_message w
        on w.viewer_id = v_me and w.conversation_id = p.conversation_id and w.id = p.id
      where p.place <= v_rows
    )
    select json_build_object(
      'results', coalesce((
        select json_agg(json_build_object(
          'message', s.wire,
          'snippet', confab_private.search_snippet(s.content, v_query.marks),
          'rank', s.rank
        ) order by s.place)
        from shown s
      ), '[]'),
      'profiles', coalesce((
        select json_agg(f.wire) from confab_private.profile_wire f where f.id in (select s.sender_id from shown s)
      ), '[]'),
      'next', (
        select coalesce(p.level || '-', '') || confab_private.to_micros(p.created_at) || '_' || p.id
        from page p
        where p.place = v_rows and exists (select 1 from page n where n.place > v_rows)
      )
    )
  );
end;
$$;

comment on function confab_private.search_messages(
  text, uuid, uuid, text, timestamptz, timestamptz, boolean, uuid, text, text, integer, text
) is 'Body of confab.search_messages.';

-- What an app calls.

create function confab.search_messages(
  query text,
  conversation_id uuid default null,
  sender_id uuid default null,
  kind text default null,
  from_time timestamptz default null,
  to_time timestamptz default null,
  has_attachment boolean default null,
  thread_root_id uuid default null,
  sort text default 'newest',
  before text default null,
  max_rows integer default 20,
  excluding text default null
)
returns json language plpgsql stable set search_path = ''
as $$ begin return confab_private.search_messages($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12); end $$;

comment on function confab.search_messages(
  text, uuid, uuid, text, timestamptz, timestamptz, boolean, uuid, text, text, integer, text
) is
'Messages the caller can see that have all the words of a text: {results: [{message, snippet, rank}], profiles, next}.

query: of a longer one the first 200 characters count. Case and accents do not matter; every word has to occur, the last one, from three characters on, may be the beginning of a word; "in quotes" as a phrase. In writing without spaces between words (Chinese, Japanese, Thai, Korean, …), and of emoji, any part is found. A word with signs (C++, R&D, #tag, .env, --force) is looked for as it is written; other signs say nothing beside words, and by themselves find messages that consist of signs and have them. No sign has another meaning, so whatever is pasted finds itself.
excluding: words, or "phrases", of which none may occur; at most 200 characters. By itself it finds nothing.
conversation_id, thread_root_id (its replies and itself), sender_id, kind, from_time (inclusive), to_time (exclusive), has_attachment (by the kind of message): what the messages have to be besides; null = anything.
sort: `newest`, or `relevance`: the best of the newest 1,000 that fit. before: the `next` of the previous page, with the other arguments unchanged. max_rows: 1 to 200.
snippet: an excerpt as plain text, blanks drawn together, matches between U+E000 and U+E001. rank: how often the words occur in how short a text.
Not found are deleted messages, those the caller has deleted for itself, those from before the caller may look back to, and what comes after the first 50,000 characters of a message.
Errors: `unauthenticated`, `not_member`, `not_found` (conversation, thread), `unknown_kind`, `invalid`. Rule D13.';

grant execute on function
  confab.search_messages(text, uuid, uuid, text, timestamptz, timestamptz, boolean, uuid, text, text, integer, text),
  confab_private.search_messages(text, uuid, uuid, text, timestamptz, timestamptz, boolean, uuid, text, text, integer, text)
to authenticated, service_role;
