-- Search over messages. One index over the folded words of all messages; which of them the caller may see is decided
-- by joining the caller's memberships, once per call.

-- New messages wait in a list that every search reads: a quarter of the usual size keeps that below a millisecond, and
-- adding a message costs no more.
create index messages_search_idx on confab.messages using gin (confab_private.search_words(content))
  with (gin_pending_list_limit = 1024);

create type confab_private.search_query as (
  needed text[],
  excluded text[],
  words tsquery,
  is_exact boolean,
  marks text
);

comment on type confab_private.search_query is
  'A search text taken apart. needed, excluded: patterns for `confab_private.plain(content) like`; words: what the index is asked for; is_exact: whether what the index finds needs no comparison with needed and excluded; marks: regular expression for what to mark in folded content.';

create function confab_private.parse_search(p_query text)
returns confab_private.search_query
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_gap constant text := confab_private.gap_class();
  v_unspaced constant text := confab_private.unspaced_class();
  v_before constant text := '(?<![^' || v_gap || v_unspaced || '])';
  v_after constant text := '(?![^' || v_gap || v_unspaced || '])';
  v_query confab_private.search_query := row('{}', '{}', null, true, null);
  v_words text[] := '{}';
  v_marks text[] := '{}';
  v_piece text[];
  v_is_last_prefix boolean := false;
  v_plain text;
  v_part text;
  v_parts text[];
  v_is_unspaced boolean;
  v_mark text;
begin
  if char_length(p_query) > 200 then
    perform confab_private.fail('invalid', 'unable to search; the query exceeds 200 characters');
  end if;
  for v_piece in
    select regexp_matches(translate(coalesce(p_query, ''), '“”„‟«»', '""""""'), '(-?)"([^"]*)"?|(-?)([^\s"]+)', 'g')
  loop
    v_plain := btrim(confab_private.plain(coalesce(v_piece[2], v_piece[4])));
    continue when v_plain = '';
    v_is_last_prefix := false;
    if v_piece[1] = '-' or v_piece[3] = '-' then
      v_query.excluded := v_query.excluded || confab_private.word_pattern(v_plain);
      v_query.is_exact := false;
      continue;
    end if;
    -- Without quotes every word is looked for by itself, wherever it stands.
    v_parts := case when v_piece[2] is not null then array[v_plain] else string_to_array(v_plain, ' ') end;
    foreach v_part in array v_parts loop
      v_is_unspaced := v_part ~ ('^[' || v_unspaced || ']');
      v_query.needed := v_query.needed || confab_private.word_pattern(v_part);
      v_words := v_words || array(
        select left(w.word, 64)
        from unnest(confab_private.words_of(' ' || v_part || ' ')) w (word)
        -- The pairs of a run say all about it.
        where char_length(v_part) = 1 or not (char_length(w.word) = 1 and w.word ~ ('[' || v_unspaced || ']'))
      );
      v_is_last_prefix := v_piece[2] is null and not v_is_unspaced and char_length(v_part) >= 3;
      v_query.is_exact := v_query.is_exact and v_part !~ ' ' and char_length(v_part) <= 64
        and (not v_is_unspaced or char_length(v_part) <= 2);
      v_mark := replace(v_part, ' ', '[' || v_gap || ']*');
      v_marks := v_marks || case
        when v_is_unspaced then v_mark
        when v_part ~ ('[' || v_unspaced || ']$') then v_before || v_mark
        else v_before || v_mark || v_after
      end;
    end loop;
  end loop;
  if cardinality(v_words) = 0 then
    return null;
  end if;
  if v_is_last_prefix then
    v_query.needed[cardinality(v_query.needed)] := '% ' || v_part || '%';
    v_marks[cardinality(v_marks)] := v_before || v_part || '[^' || v_gap || v_unspaced || ']*';
  end if;
  -- Words hold no sign that means something in a tsquery. One character of a run begins every pair it
  -- is in; a word cut at 64 characters is compared in full later.
  v_query.words := (
    select string_agg(
      '''' || w.word || '''' || case
        when w.place = cardinality(v_words) and v_is_last_prefix then ':*'
        when char_length(w.word) = 1 and w.word ~ ('[' || v_unspaced || ']') or char_length(w.word) = 64 then ':*'
        else ''
      end,
      ' & '
    )
    from unnest(v_words) with ordinality w (word, place)
  )::tsquery;
  v_query.marks := array_to_string(array(select m from unnest(v_marks) m order by char_length(m) desc), '|');
  return v_query;
end;
$$;

comment on function confab_private.parse_search(text) is
  'Takes a search text apart: words, "phrases", -excluded. Null when there is nothing in it to look for; `invalid` above 200 characters.';

create function confab_private.word_pattern(p_plain text)
returns text
language plpgsql
immutable
set search_path = ''
as $$
begin
  -- Where writing has no spaces, a word is found inside a longer run.
  return '%' || case when p_plain ~ ('^[' || confab_private.unspaced_class() || ']') then '' else ' ' end
    || p_plain
    || case when p_plain ~ ('[' || confab_private.unspaced_class() || ']$') then '' else ' ' end || '%';
end;
$$;

comment on function confab_private.word_pattern(text) is
  'For `confab_private.plain(x) like …`: whether x holds the word or phrase.';

create function confab_private.search_rank(p_plain text, p_needed text[])
returns numeric
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_sum double precision := 0;
  v_pattern text;
  v_word text;
  v_found double precision;
begin
  foreach v_pattern in array p_needed loop
    v_word := substr(v_pattern, 2, char_length(v_pattern) - 2);
    v_found := (char_length(p_plain) - char_length(replace(p_plain, v_word, ' '))) / greatest(1, char_length(v_word) - 1)::double precision;
    -- The prefix as a whole word is worth more than the beginning of another one.
    v_sum := v_sum + (1 + ln(greatest(1, v_found)))
      * case when p_plain like '%' || rtrim(v_word) || ' %' then 1 else 0.7 end;
  end loop;
  return round((v_sum / cardinality(p_needed) / (1 + ln(1 + char_length(p_plain) / 100.0)))::numeric, 4);
end;
$$;

comment on function confab_private.search_rank(text, text[]) is
  'How well a plain text that fits a search fits it: how often the words occur, whether the last one is whole, how short the text is.';

create function confab_private.search_snippet(p_content text, p_marks text)
returns text
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_length constant integer := 200;
  v_text text := regexp_replace(translate(p_content, U&'\E000\E001', ''), '\s+', ' ', 'g');
  v_folded text;
  v_parts text[];
  v_units text[];
  v_starts integer[];
  v_at integer := 0;
  v_from integer := 1;
  v_to integer;
  v_low integer := 1;
  v_high integer;
  v_piece text;
  v_snippet text := '';
begin
  if octet_length(v_text) <> char_length(v_text) then
    v_text := normalize(v_text, nfc);
  end if;
  v_folded := confab_private.fold(v_text);
  v_parts := regexp_split_to_array(regexp_replace(v_folded, p_marks, U&'\E000\\&\E001', 'g'), U&'[\E000\E001]');
  -- Where folding changes the length, each folded character has to be traced back to the one it came from.
  if char_length(v_folded) <> char_length(v_text) or v_text ~ '[ßẞæÆœŒþÞ]' then
    v_units := case when char_length(v_text) <= 2000 then string_to_array(v_text, null)
      else regexp_split_to_array(v_text, '(?= )|(?<= )') end;
    v_starts := array(
      select u.start
      from (
        select w.unit, w.place, 1 + sum(char_length(w.unit)) over (order by w.place) - char_length(w.unit) as start
        from unnest(v_units) with ordinality w (unit, place)
      ) u
      cross join generate_series(1, char_length(confab_private.fold(u.unit)))
      order by u.place
    );
  end if;

  for i in 1..cardinality(v_parts) loop
    v_at := v_at + char_length(v_parts[i]);
    v_to := case when v_starts is null then v_at + 1 else coalesce(v_starts[v_at + 1], char_length(v_text) + 1) end;
    if i = 1 then
      -- The excerpt begins shortly before the first match.
      if char_length(v_text) > v_length and v_to > 60 then
        v_low := least(v_to - 40, char_length(v_text) - v_length + 1);
        v_low := v_low + coalesce(nullif(position(' ' in substr(v_text, v_low, 20)), 0), 0);
        v_snippet := '…';
      end if;
      v_high := least(char_length(v_text) + 1, v_low + v_length);
    end if;
    v_piece := substr(v_text, greatest(v_from, v_low), greatest(0, least(v_to, v_high) - greatest(v_from, v_low)));
    if v_piece <> '' then
      v_snippet := v_snippet || case when i % 2 = 0 then U&'\E000' || v_piece || U&'\E001' else v_piece end;
    end if;
    v_from := v_to;
  end loop;
  return v_snippet || case when v_high <= char_length(v_text) then '…' else '' end;
end;
$$;

comment on function confab_private.search_snippet(text, text) is
  'An excerpt of at most 200 characters from around the first match, each match between U+E000 and U+E001, which no other text then contains.';

create function confab_private.estimated_rows(p_words tsquery)
returns double precision
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_plan json;
begin
  execute format(
    'explain (format json) select from confab.messages m where confab_private.search_words(m.content) @@ %L::tsquery', p_words
  ) into v_plan;
  return (v_plan -> 0 -> 'Plan' ->> 'Plan Rows')::double precision;
end;
$$;

comment on function confab_private.estimated_rows(tsquery) is
  'How many messages the planner believes have the words, from the statistics of the index. Volatile only because it explains.';

create type confab_private.search_filter as (
  conversation_id uuid,
  sender_id uuid,
  kind text,
  from_time timestamptz,
  to_time timestamptz,
  has_attachment boolean,
  attachment_kinds text[],
  thread_root_id uuid,
  before_time timestamptz,
  before_id uuid
);

comment on type confab_private.search_filter is
  'What a message has to be besides having the words; null = anything. before_*: the place of the last result of the previous page.';

create type confab_private.search_hits as (ids uuid[], times timestamptz[]);

comment on type confab_private.search_hits is 'Messages found, newest first, with their times.';

create function confab_private.search_index(
  p_me uuid,
  p_query confab_private.search_query,
  p_filter confab_private.search_filter,
  p_conversations uuid[],
  p_limit integer
)
returns confab_private.search_hits
language plpgsql
stable
set search_path = ''
as $$
declare
  v_hits confab_private.search_hits;
begin
  -- Planned with the values, of which those that are null drop out. The words are asked for once and by themselves:
  -- the planner would rather ask again for each conversation. Of very many conversations the list only keeps it busy.
  execute
    'with worded as materialized (
       select
         m.id, m.conversation_id, m.seq, m.created_at, case when not $2.is_exact then m.content end as content
       from confab.messages m
       where confab_private.search_words(m.content) @@ ' || quote_literal(p_query.words) || '::tsquery
         ' || case when cardinality(p_conversations) <= 64 then 'and m.conversation_id = any ($4)' else '' end || '
         and ($3.sender_id is null or m.sender_id = $3.sender_id)
         and ($3.kind is null or m.kind = $3.kind)
         and ($3.from_time is null or m.created_at >= $3.from_time)
         and ($3.to_time is null or m.created_at < $3.to_time)
         and ($3.thread_root_id is null or m.thread_root_id = $3.thread_root_id or m.id = $3.thread_root_id)
         and ($3.before_time is null or (m.created_at, m.id) < ($3.before_time, $3.before_id))
         and ($3.attachment_kinds is null or (m.kind = any ($3.attachment_kinds)) = $3.has_attachment)
     )
     select array_agg(x.id), array_agg(x.created_at)
     from (
       select w.id, w.created_at
       from (
         select w.*
         from worded w
         join confab.members v on v.conversation_id = w.conversation_id
         where v.user_id = $1
           and v.state = ''joined''
           and w.seq >= v.visible_from_seq
           and ($3.conversation_id is null or v.conversation_id = $3.conversation_id)
           and not (v.last_hidden_seq >= w.seq and exists (
             select 1 from confab.hidden_messages h where h.user_id = $1 and h.message_id = w.id
           ))
         -- Only what is the caller''s is worth comparing.
         offset 0
       ) w
       where $2.is_exact or (
         confab_private.plain(w.content) like all ($2.needed)
         and not confab_private.plain(w.content) like any ($2.excluded)
       )
       order by w.created_at desc, w.id desc
       limit $5
     ) x'
  into v_hits
  using p_me, p_query, p_filter, p_conversations, p_limit;
  return v_hits;
end;
$$;

comment on function confab_private.search_index(
  uuid, confab_private.search_query, confab_private.search_filter, uuid[], integer
) is 'The newest p_limit messages that fit, by the index: what is rare is found at once.';

create function confab_private.search_walk(
  p_me uuid,
  p_query confab_private.search_query,
  p_filter confab_private.search_filter,
  p_limit integer,
  p_conversations uuid[],
  p_tops bigint[],
  p_lows bigint[],
  p_bounds timestamptz[],
  p_step integer,
  p_width integer,
  p_budget bigint
)
returns confab_private.search_hits
language plpgsql
stable
set search_path = ''
as $$
declare
  v_tops bigint[] := p_tops;
  v_bounds timestamptz[] := p_bounds;
  v_step integer := p_step;
  v_hits confab_private.search_hits := row('{}', '{}');
  v_cutoff timestamptz := coalesce(p_filter.from_time, '-infinity');
  -- What plain ASCII must contain: a cheap question before the dear one.
  v_needles constant text[] := array(select '%' || btrim(n.pattern, '% ') || '%' from unnest(p_query.needed) n (pattern)
    where n.pattern !~ '[^ %] [^ %]');
  v_walked bigint := 0;
  v_round record;
begin
  loop
    with chosen as materialized (
      select s.place, s.conversation_id, s.top, greatest(s.low, s.top - v_step) as stop
      from unnest(p_conversations, v_tops, p_lows, v_bounds) with ordinality s (conversation_id, top, low, bound, place)
      where s.top > s.low and s.bound >= v_cutoff
      order by s.bound desc
      limit p_width
    ),
    walked as materialized (
      select c.place, m.id, m.created_at, m.fits
      from chosen c
      cross join lateral (
        select
          m.id,
          m.created_at,
          -- The cheapest question that most messages fail comes first.
          m.created_at >= v_cutoff
            and case
              when octet_length(m.content) = char_length(m.content) then lower(m.content) like all (v_needles)
              else m.content is not null
            end
            and (p_filter.before_time is null or (m.created_at, m.id) < (p_filter.before_time, p_filter.before_id))
            and (p_filter.to_time is null or m.created_at < p_filter.to_time)
            and (p_filter.sender_id is null or m.sender_id = p_filter.sender_id)
            and (p_filter.kind is null or m.kind = p_filter.kind)
            and (
              p_filter.thread_root_id is null
              or m.thread_root_id = p_filter.thread_root_id
              or m.id = p_filter.thread_root_id
            )
            and (
              p_filter.attachment_kinds is null
              or (m.kind = any (p_filter.attachment_kinds)) = p_filter.has_attachment
            )
            and confab_private.plain(m.content) like all (p_query.needed)
            and not confab_private.plain(m.content) like any (p_query.excluded)
            and not exists (
              select 1 from confab.hidden_messages h where h.user_id = p_me and h.message_id = m.id
            ) as fits
        from confab.messages m
        where m.conversation_id = c.conversation_id and m.seq < c.top and m.seq >= c.stop
        -- One conversation after the other by its own index, whatever the planner believes of ranges it cannot see.
        offset 0
      ) m
    ),
    walked_to as (
      select w.place, min(w.created_at) as bound, count(*) as walked from walked w group by w.place
    ),
    best as (
      select x.id, x.created_at
      from (
        select w.id, w.created_at from walked w where w.fits
        union all
        select h.id, h.created_at from unnest(v_hits.ids, v_hits.times) h (id, created_at)
      ) x
      order by x.created_at desc, x.id desc
      limit p_limit
    ),
    state as (
      select
        array_agg(coalesce(c.stop, s.top) order by s.place) as tops,
        array_agg(coalesce(w.bound, s.bound) order by s.place) as bounds,
        coalesce(sum(w.walked), 0) as walked,
        count(c.place) as chosen
      from unnest(v_tops, v_bounds) with ordinality s (top, bound, place)
      left join chosen c using (place)
      left join walked_to w using (place)
    )
    select s.*, h.ids, h.times
    into v_round
    from state s cross join (select array_agg(b.id) as ids, array_agg(b.created_at) as times from best b) h;

    exit when v_round.chosen = 0;
    v_tops := v_round.tops;
    v_bounds := v_round.bounds;
    v_hits := row(coalesce(v_round.ids, '{}'), coalesce(v_round.times, '{}'));
    v_walked := v_walked + v_round.walked;
    if cardinality(v_hits.times) = p_limit then
      -- The page is full; what may still be newer is little.
      v_cutoff := greatest(v_cutoff, v_hits.times[p_limit]);
    elsif v_walked > p_budget then
      return null;
    elsif v_round.chosen < p_width then
      -- While there are more conversations than a round takes, all of them come to their turn with the same step.
      v_step := least(v_step * 2, 4096);
    end if;
  end loop;
  return v_hits;
end;
$$;

comment on function confab_private.search_walk(
  uuid, confab_private.search_query, confab_private.search_filter, integer, uuid[], bigint[], bigint[], timestamptz[], integer, integer, bigint
) is
  'The newest p_limit messages that fit, by reading the newest messages of the caller''s conversations: what is common is found soon. In rounds of p_width conversations and p_step messages of each, those first in which the newest message not yet read may be; ended when none can be newer than what was found. Null when p_budget messages were read in vain.';

create function confab_private.search_hits(
  p_me uuid,
  p_query confab_private.search_query,
  p_filter confab_private.search_filter,
  p_limit integer
)
returns confab_private.search_hits
language plpgsql
stable
set search_path = ''
as $$
declare
  v_conversations uuid[];
  v_tops bigint[];
  v_lows bigint[];
  v_bounds timestamptz[];
  v_visible double precision;
  v_all double precision;
  v_found double precision;
  v_expected double precision;
  v_needed double precision;
  v_hits confab_private.search_hits;
begin
  select
    array_agg(c.id), array_agg(c.last_seq + 1), array_agg(v.visible_from_seq), array_agg(c.last_message_at),
    sum(c.last_seq + 1 - v.visible_from_seq)
  into v_conversations, v_tops, v_lows, v_bounds, v_visible
  from confab.members v
  join confab.conversations c on c.id = v.conversation_id
  where v.user_id = p_me
    and v.state = 'joined'
    and c.last_seq >= v.visible_from_seq
    and (p_filter.conversation_id is null or v.conversation_id = p_filter.conversation_id);
  if v_conversations is null then
    return null;
  end if;

  v_found := greatest(1, confab_private.estimated_rows(p_query.words));
  v_all := greatest(1, (select c.reltuples from pg_catalog.pg_class c where c.oid = 'confab.messages'::regclass));
  -- How many of the caller's newest messages hold a page of what is looked for, if it is as common there as elsewhere.
  v_expected := p_limit * v_all / v_found;
  v_needed := least(v_visible, v_expected + cardinality(v_conversations));
  -- Reading a message costs about as much as one the index found, which then has to be somebody else's.
  if v_needed < v_found then
    v_hits := confab_private.search_walk(
      p_me, p_query, p_filter, p_limit, v_conversations, v_tops, v_lows, v_bounds,
      greatest(4, ceil(v_needed / cardinality(v_conversations)))::integer,
      greatest(64, least(1024, ceil(v_expected / 4)))::integer,
      ceil(3 * v_needed)::bigint
    );
    if v_hits is not null then
      return v_hits;
    end if;
  end if;
  return confab_private.search_index(p_me, p_query, p_filter, v_conversations, p_limit);
end;
$$;

comment on function confab_private.search_hits(
  uuid, confab_private.search_query, confab_private.search_filter, integer
) is
  'D13 The newest p_limit messages that fit. Words common enough to fill the page are looked for in the newest messages of the caller, others in the index; both give the same answer.';

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
  p_max_rows integer
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
  v_query := confab_private.parse_search(p_query);

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
  text, uuid, uuid, text, timestamptz, timestamptz, boolean, uuid, text, text, integer
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
  max_rows integer default 20
)
returns json language sql stable set search_path = ''
as $$ select confab_private.search_messages($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) $$;

comment on function confab.search_messages(
  text, uuid, uuid, text, timestamptz, timestamptz, boolean, uuid, text, text, integer
) is
'Messages the caller can see that have all the words of a text: {results: [{message, snippet, rank}], profiles, next}.

query: at most 200 characters. Case and accents do not matter; every word has to occur, the last one, from three characters on, may be the beginning of a word; "in quotes" as a phrase; -word or -"a phrase" must not occur. In writing without spaces between words (Chinese, Japanese, Thai, Korean, …), and of emoji, any part is found. Nothing else has a meaning, so any text is safe; one without anything to look for, as one with exclusions only, finds nothing.
conversation_id, thread_root_id (its replies and itself), sender_id, kind, from_time (inclusive), to_time (exclusive), has_attachment (by the kind of message): what the messages have to be besides; null = anything.
sort: `newest`, or `relevance`: the best of the newest 1,000 that fit. before: the `next` of the previous page, with the other arguments unchanged. max_rows: 1 to 200.
snippet: an excerpt as plain text, blanks drawn together, matches between U+E000 and U+E001. rank: how often the words occur in how short a text.
Not found are deleted messages, those the caller has deleted for itself, those from before the caller may look back to, and what comes after the first 50,000 characters of a message.
Errors: `unauthenticated`, `not_member`, `not_found` (conversation, thread), `unknown_kind`, `invalid`. Rule D13.';

grant execute on function
  confab.search_messages(text, uuid, uuid, text, timestamptz, timestamptz, boolean, uuid, text, text, integer),
  confab_private.search_messages(text, uuid, uuid, text, timestamptz, timestamptz, boolean, uuid, text, text, integer)
to authenticated, service_role;
