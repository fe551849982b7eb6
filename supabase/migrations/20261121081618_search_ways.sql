-- Search over messages. One index over the folded words of all messages; which of them the caller may see is decided
-- by joining the caller's memberships, once per call.

-- New messages wait in a list that every search reads: a quarter of the usual size keeps that below a millisecond, and
-- adding a message costs no more.
create index messages_search_idx on confab.messages using gin (confab_private.search_words(content))
  with (gin_pending_list_limit = 1024);

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
             select 1 from confab.hidden_messages h where h.user_id = $1 and h.message_id = w.id and h.is_hidden
           ))
         -- Only what is the caller''s is worth comparing.
         offset 0
       ) w
       where $2.is_exact or (
         confab_private.plain(w.content) like all ($2.needed)
         and (cardinality($2.written) = 0 or replace(confab_private.fold(w.content), '' '', '''') like all ($2.written))
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
  v_needles constant text[] := array(select '%' || btrim(substr(n.pattern, 2, char_length(n.pattern) - 2)) || '%' from unnest(p_query.needed) n (pattern)
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
            and (
              cardinality(p_query.written) = 0
              or replace(confab_private.fold(m.content), ' ', '') like all (p_query.written)
            )
            and not confab_private.plain(m.content) like any (p_query.excluded)
            and not exists (
              select 1 from confab.hidden_messages h where h.user_id = p_me and h.message_id = m.id and h.is_hidden
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
