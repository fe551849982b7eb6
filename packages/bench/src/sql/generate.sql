-- The data set of `pnpm bench sql`. Read from the settings bench.users, bench.conversations; the same for every run,
-- because everything random comes from one seed. User 1 is the one with 1,000 conversations, the others have a few.
--
-- A message lies in the table where its time puts it, among those of all other conversations: as in production, and not
-- as one conversation after the other, which would make every page a single read.

create schema bench;
set local work_mem = '256MB';
-- One worker only, or the same seed gives other numbers.
set local max_parallel_workers_per_gather = 0;
select setseed(0.42);

-- Words: the commonest of English first, then content words, then a long tail; a word of rank r is drawn about 1/r as
-- often as the first.
create unlogged table bench.words as
select row_number() over () as rank, w.word
from (
  select word
  from string_to_table(
    'the to a and is i you of in it good time meeting today for we please know work think thanks need on this that be have '
    || 'with report not are can question answer will at do but project my or week so tomorrow was if they as file what just '
    || 'there me all out about up when no your how would get from one more see maybe team course lesson morning '
    || 'update review plan check start group student class teacher homework office lunch coffee weather phone photo trip '
    || 'train station dinner birthday party movie music budget invoice client design button server release branch error '
    || 'deadline agenda notes summary draft version feedback idea problem solution example chapter exercise result score '
    || 'garden kitchen window bicycle ticket holiday summer winter doctor hospital market street neighbour friend family',
    ' '
  ) word
  union all
  select a || b || c
  from unnest(array['ba','ce','di','fo','gu','ha','ke','li','mo','nu','pa','re','si','to','vu']) a,
       unnest(array['lan','mer','tin','sor','dun','rak','vel','nim','pol','gus']) b,
       unnest(array['a','er','ing','o','ix','ed','um','y','al','ist','or','en','ette','ism','eur','up','on','ia','es','ic']) c
) w;
create unique index on bench.words (rank);

-- Sentences of 2 to 8 words, of which a message has one to three.
create unlogged table bench.sentences as
select s.n, string_agg(w.word, ' ' order by s.k) as text
from (
  select s.n, k, floor(exp(random() * ln(s.words)))::int as rank
  from (select n, (select max(rank) from bench.words) as words, 2 + floor(random() * 7)::int as length from generate_series(1, 30000) n) s,
       generate_series(1, s.length) k
) s
join bench.words w on w.rank = s.rank
group by s.n;
create unique index on bench.sentences (n);

create table bench.users as
select n, md5('user ' || n)::uuid as id, initcap(f.word) || ' ' || initcap(l.word) as name
from generate_series(1, current_setting('bench.users')::int) n
join bench.words f on f.rank = 200 + n % 997
join bench.words l on l.rank = 1200 + n % 1499;

insert into auth.users (id, email, raw_user_meta_data, created_at)
select u.id, 'user' || u.n || '@bench.example', jsonb_build_object('display_name', u.name), timestamptz '2025-01-01'
from bench.users u;
update confab.profiles p
set avatar_url = 'https://bench.example/avatars/' || p.id || '.png', last_seen_at = timestamptz '2026-01-01';

-- One conversation of ten has 20 members, the others two. The first 1,000 belong to user 1.
create table bench.conversations as
with pairs as (
  select row_number() over () as n, p.low, p.high
  from (
    select distinct least(a, b) as low, greatest(a, b) as high
    from (
      select 2 + floor(random() * (current_setting('bench.users')::int - 1))::int as a,
             2 + floor(random() * (current_setting('bench.users')::int - 1))::int as b
      from generate_series(1, current_setting('bench.conversations')::int)
    ) r
    where a <> b
  ) p
),
planned as (
  select n, case when n > 1000 and n % 10 = 0 then 20 else 2 end as size,
         20 + (-ln(1 - random()) * 70)::int + case when random() < 0.01 then 1000 else 0 end as messages,
         1 + floor(random() * 50)::int as step,
         floor(random() * 1000000)::int as base
  from generate_series(1, current_setting('bench.conversations')::int) n
)
select
  p.n,
  md5('conversation ' || p.n)::uuid as id,
  p.size,
  p.n <= 1000 as is_hub,
  -- A conversation of two in fifty has one member with exactly 50 unread messages.
  p.n > 1000 and p.size = 2 and p.n % 50 = 1 as is_backlog,
  case when p.n % 50 = 1 then greatest(p.messages, 200) else p.messages end as messages,
  case
    when p.n <= 1000 then array[1, p.n + 1]
    when p.size = 2 then array[pairs.low, pairs.high]
    else (
      select array_agg(2 + ((p.base + j * p.step) % (current_setting('bench.users')::int - 1)) order by j)
      from generate_series(0, 19) j
    )
  end as members
from planned p
left join pairs on pairs.n = p.n - 1000
where p.n <= 1000 or p.size > 2 or pairs.n is not null;
create unique index on bench.conversations (n);

-- What is decided about each message. Every 20th may get a thread, so none of these is in one itself.
create unlogged table bench.drawn as
select
  x.*,
  x.members[x.sender_index] as sender,
  not x.is_tail and x.seq % 20 <> 1 and x.r_thread < 0.04 as is_thread_reply,
  not x.is_tail and x.r_deleted < 0.005 as is_deleted,
  x.r_edited < 0.02 as is_edited,
  x.r_reaction < 0.15 as is_reacted,
  x.size > 2 and x.r_mention < 0.05 as is_mention,
  (
    lpad(to_hex(floor(extract(epoch from x.at) * 1000)::bigint), 12, '0')
    || '7' || substr(x.hash, 1, 3) || '8' || substr(x.hash, 4, 15)
  )::uuid as id
from (
  select
    m.*,
    -- The last messages of user 1's conversations, and of those with a backlog, are unread: all of the other member,
    -- in the timeline, not deleted.
    (m.is_hub and m.seq > m.messages - 5) or (m.is_backlog and m.seq > m.messages - 50) as is_tail,
    case
      when (m.is_hub and m.seq > m.messages - 5) or (m.is_backlog and m.seq > m.messages - 50) then 2
      else 1 + floor(m.r_sender * m.size)::int
    end as sender_index
  from (
    select
      c.n as conversation, c.id as conversation_id, c.size, c.messages, c.members, c.is_hub, c.is_backlog,
      row_number() over (partition by c.n order by t.at) as seq, t.*
    from bench.conversations c
    cross join lateral (
      select
        timestamptz '2025-01-01' + random() * interval '365 days' + (c.n + g) * interval '1 microsecond' as at,
        random() as r_sender, random() as r_thread, random() as r_deleted, random() as r_edited, random() as r_reaction,
        random() as r_mention, random() as r_reply,
        md5(random()::text) as hash,
        1 + floor(random() * 30000)::int as s1,
        case when random() < 0.6 then 1 + floor(random() * 30000)::int end as s2,
        case when random() < 0.3 then 1 + floor(random() * 30000)::int end as s3
      from generate_series(1, c.messages) g
    ) t
  ) m
) x;
create unique index on bench.drawn (conversation, seq);
analyze bench.drawn;

create unlogged table bench.reactions as
select d.id as message_id, e.emoji, u.id as user_id, d.at + (i * interval '1 minute') as created_at
from bench.drawn d
cross join generate_series(1, 3) i
cross join lateral (
  select (array['👍', '❤️', '😂', '🎉'])[1 + (('x' || substr(d.hash, 20 + i, 1))::bit(4)::int % 2) + (i - 1) % 2] as emoji,
         d.members[1 + (d.sender_index + i) % d.size] as member
) e
join bench.users u on u.n = e.member
where d.is_reacted and not d.is_deleted and i <= 1 + (('x' || substr(d.hash, 30, 1))::bit(4)::int % 3)
group by d.id, e.emoji, u.id, d.at + (i * interval '1 minute');
delete from bench.reactions r
using bench.reactions o
where o.message_id = r.message_id and o.emoji = r.emoji and o.user_id = r.user_id and o.created_at < r.created_at;

create unlogged table bench.messages as
with
reacted as (
  select message_id, jsonb_agg(jsonb_build_object('emoji', emoji, 'count', n, 'user_ids', users) order by first) as summary
  from (
    select message_id, emoji, count(*) as n, min(created_at) as first, jsonb_agg(user_id order by created_at) as users
    from bench.reactions
    group by message_id, emoji
  ) r
  group by message_id
),
threads as (
  select conversation, root_seq, jsonb_build_object(
    'reply_count', sum(n), 'last_reply_seq', max(last_seq), 'last_reply_at', max(last_at),
    'participant_ids', jsonb_agg(user_id order by last_seq desc)
  ) as summary
  from (
    select d.conversation, d.seq - (d.seq - 1) % 20 as root_seq, u.id as user_id, count(*) as n, max(d.seq) as last_seq,
           max(d.at) as last_at
    from bench.drawn d join bench.users u on u.n = d.sender
    where d.is_thread_reply
    group by 1, 2, 3
  ) t
  group by conversation, root_seq
),
joined as (
  select
    d.*,
    u.id as sender_id,
    replied.id as reply_to_id,
    case when d.is_thread_reply then root.id end as thread_root_id,
    t.summary as thread,
    r.summary as reactions,
    case when d.is_mention and not d.is_deleted then array[mentioned.id] end as mentioned_user_ids,
    concat_ws('. ', s1.text, s2.text, s3.text) as content,
    d.is_edited or d.is_deleted or r.summary is not null or t.summary is not null as is_changed
  from bench.drawn d
  join bench.users u on u.n = d.sender
  left join bench.users mentioned on mentioned.n = d.members[1 + d.sender_index % d.size]
  left join bench.drawn replied
    on d.r_reply < 0.1 and not d.is_thread_reply and replied.conversation = d.conversation
    and replied.seq = d.seq - 1 - (d.seq % 7) and not replied.is_thread_reply
  left join bench.drawn root
    on d.is_thread_reply and root.conversation = d.conversation and root.seq = d.seq - (d.seq - 1) % 20
  left join threads t on t.conversation = d.conversation and t.root_seq = d.seq
  left join reacted r on r.message_id = d.id
  join bench.sentences s1 on s1.n = d.s1
  left join bench.sentences s2 on s2.n = d.s2
  left join bench.sentences s3 on s3.n = d.s3
)
select
  j.*,
  -- Every change took a version after the last message: in an order of its own, but without holes and doubles.
  case
    when j.is_changed then j.messages + sum(j.is_changed::int) over (partition by j.conversation order by j.seq)
    else j.seq
  end as version,
  sum((not j.is_thread_reply)::int) over (partition by j.conversation order by j.seq) as counted
from joined j;
create unique index on bench.messages (conversation, seq);
analyze bench.messages;

-- Two of five members are behind by up to 20 messages; nobody by what they wrote themselves.
create unlogged table bench.members as
select
  c.n as conversation, c.id as conversation_id, c.size, u.id as user_id, i = 1 as is_first,
  coalesce(sent.seq, 0) as last_sent_seq,
  greatest(coalesce(sent.seq, 0), case
    when c.is_hub and i = 1 then c.messages - 5
    when c.is_backlog and i = 1 then c.messages - 50
    when random() < 0.4 then c.messages - floor(random() * 20)
    else c.messages
  end)::bigint as last_read_seq
from bench.conversations c
cross join generate_series(1, c.size) i
join bench.users u on u.n = c.members[i]
left join (
  select conversation, sender_index, max(seq) as seq from bench.drawn group by conversation, sender_index
) sent on sent.conversation = c.n and sent.sender_index = i;
create unique index on bench.members (conversation, user_id);
analyze bench.members;
