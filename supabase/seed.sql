-- Demo data: three people, four conversations. The words are always the same; the times end a few minutes ago.
-- alice@example.com, bob@example.com, carol@example.com, password `password123`. Not for production.

begin;

insert into auth.users (
  instance_id, id, aud, role, email, encrypted_password, email_confirmed_at, raw_app_meta_data, raw_user_meta_data,
  created_at, updated_at
)
select
  '00000000-0000-0000-0000-000000000000', u.id, 'authenticated', 'authenticated', lower(u.name) || '@example.com',
  extensions.crypt('password123', extensions.gen_salt('bf', 6)), now() - interval '30 days',
  '{"provider": "email", "providers": ["email"]}', jsonb_build_object('display_name', u.name),
  now() - interval '30 days', now() - interval '30 days'
from (values
  ('a11ce000-0000-4000-8000-000000000001'::uuid, 'Alice'),
  ('b0b00000-0000-4000-8000-000000000002'::uuid, 'Bob'),
  ('ca401000-0000-4000-8000-000000000003'::uuid, 'Carol')
) u (id, name)
on conflict (id) do nothing;

insert into auth.identities (provider_id, user_id, identity_data, provider, last_sign_in_at, created_at, updated_at)
select u.id::text, u.id, jsonb_build_object('sub', u.id, 'email', u.email, 'email_verified', true), 'email',
       u.created_at, u.created_at, u.created_at
from auth.users u
where u.email in ('alice@example.com', 'bob@example.com', 'carol@example.com')
on conflict do nothing;

-- A conversation is told in exchanges. Each line begins with who speaks: x, y or z, handed out anew per exchange.
-- {1} and {2} are filled from the lists below, so that a later round of the same exchange is about something else.
create temporary table seed_exchanges (topic text, n integer, lines text[]) on commit drop;
insert into seed_exchanges (topic, n, lines) values
('friends', 0, array[
  'x: Good morning! Did you sleep well?',
  'y: Like a stone. And the sun is out, so I have no complaints at all.',
  'x: I am on my way to {1}. Want me to bring you something?',
  'y: If they still have {2}, I would be very happy.',
  'x: They do. Consider it done.',
  'y: You are the best neighbour one could wish for.']),
('friends', 1, array[
  'y: I finally tried that recipe for {2}.',
  'x: And? Do not keep me waiting.',
  'y: It was far better than I expected. The second batch even looked like the picture.',
  'x: I hope you kept me a piece.',
  'y: Two pieces. They are in the blue tin.',
  'x: Coming over right after work then.']),
('friends', 2, array[
  'x: Have you been to {1} lately? They changed everything around.',
  'y: Not since spring. Is it nicer now?',
  'x: Much. There is a reading corner by the window and the chairs do not squeak any more.',
  'y: That alone is worth the walk.',
  'x: Saturday at ten?',
  'y: Saturday at ten it is.']),
('friends', 3, array[
  'y: Small victory: the bicycle runs again.',
  'x: Was it the chain after all?',
  'y: The chain, a brake pad and a good deal of patience.',
  'x: I would have given up at the brake pad.',
  'y: I nearly did. Then I had {2} and everything seemed possible.',
  'x: Noted. Tools first, then {2}.',
  'y: In that order, always.']),
('friends', 4, array[
  'x: Do you remember the name of that film we saw near {1}?',
  'y: The one with the lighthouse?',
  'x: Exactly. My sister is looking for something to watch tonight.',
  'y: I will look at the ticket, I keep them all in a shoe box.',
  'x: Of course you do.',
  'y: Found it, I will send you a photo.']),
('friends', 5, array[
  'y: The tomatoes on the balcony are turning red!',
  'x: Already? Mine have not even made up their minds to flower.',
  'y: I talk to them every morning. That must be it.',
  'x: What do you tell them?',
  'y: Mostly about {2}. They seem interested.']),
('friends', 6, array[
  'x: I am stuck in the train just before {1}. They say ten minutes.',
  'y: No hurry, I have tea and a good book.',
  'x: Which one?',
  'y: The one about the two explorers. I am at the part with the storm.',
  'x: Do not tell me how it ends!',
  'y: I would never. See you soon.']),
('friends', 7, array[
  'y: Could you look over my letter before I send it?',
  'x: Gladly. By when do you need it?',
  'y: Tomorrow noon would be perfect.',
  'x: Then you have it tonight.',
  'y: Thank you! I owe you {2}.',
  'x: I will hold you to that.']),
('friends', 8, array[
  'x: Listen to this: the choir sings at {1} next week, and the entry is free.',
  'y: The big programme or the short one?',
  'x: The big one, with the piece you like.',
  'y: Then there is nothing to think about. I will get us seats on the left, the sound is better there.',
  'x: You and your left side.',
  'y: Trust me once more.']),
('friends', 9, array[
  'y: How did the presentation go?',
  'x: Surprisingly well. Nobody fell asleep and two people asked questions.',
  'y: I knew it. You explained it to me in three minutes and even I understood.',
  'x: That rehearsal helped more than all the slides.',
  'y: Then we celebrate with {2}.']),
('friends', 10, array[
  'x: It is raining so hard that I can hear it over the music.',
  'y: Same here. The street in front of {1} is a small river.',
  'x: A perfect evening for a board game.',
  'y: The one with the trains?',
  'x: The one with the trains. You may be green this time.',
  'y: Now I cannot say no.']),
('friends', 11, array[
  'y: I walked past {1} and thought of you.',
  'x: Because of the terrible sign or because of the lovely window?',
  'y: The window. They have painted little boats all around it.',
  'x: I have to see that. Is the light good in the morning?',
  'y: Best around nine. Take the camera.']),
('family', 0, array[
  'x: Are you still looking for a desk? They are giving one away in my street.',
  'y: Yes! Is it the wide one with the drawers?',
  'x: The very same. Solid wood, one small scratch.',
  'y: I can come with the van at six.',
  'x: I will stand next to it and look determined.',
  'y: Ha, thank you. Save it for me!']),
('family', 1, array[
  'y: The photos from the garden party are ready.',
  'x: Oh lovely. Am I making a face in all of them?',
  'y: Only in half. In the other half you are eating {2}.',
  'x: That sounds about right.',
  'y: There is a really nice one of the three of us, I will have it printed.']),
('family', 2, array[
  'x: Which colour for the hallway, the warm white or the pale green?',
  'y: Pale green. It will look like morning all day.',
  'x: That is exactly what the man at {1} said.',
  'y: A wise man.',
  'x: Green it is. Painting starts on Sunday, there will be {2}.',
  'y: Then you can count me in.']),
('family', 3, array[
  'y: I am learning the song for your birthday. Pretend you never read this.',
  'x: Read what?',
  'y: Perfect.',
  'x: Is it the one with the high note, though?',
  'y: I am no longer sure I should tell you.']),
('family', 4, array[
  'x: My flight is booked! I land on the fourteenth in the afternoon.',
  'y: I will pick you up. Which terminal?',
  'x: Two, I think. I will check and tell you.',
  'y: And the guest room has a new lamp, you will like it.',
  'x: I cannot wait. Shall we go to {1} on the first evening?',
  'y: I have already reserved a table.']),
('family', 5, array[
  'y: Your parcel arrived. It is heavier than I am.',
  'x: Those must be the jars. Could you put them somewhere cool?',
  'y: Already done. One of them winked at me.',
  'x: Then open it and have some with {2}. You earned it.',
  'y: You do not have to say that twice.']),
('hike', 0, array[
  'x: The forecast for Saturday looks good: dry, and not too hot.',
  'y: Finally. Shall we take the route along {1}?',
  'z: I vote for that one. It has shade until noon.',
  'x: How long is it?',
  'z: About fourteen kilometres, four hours with a proper break.',
  'y: A proper break means {2}, I take it.']),
('hike', 1, array[
  'y: Who has a map of the area? My phone has no signal up there.',
  'z: I do, the good one with the contour lines.',
  'x: And I still have the compass from last year.',
  'y: Then we cannot get lost.',
  'z: We said that last year as well.',
  'x: And we discovered a lovely valley that way.']),
('hike', 2, array[
  'z: Packing list: water, hat, sun cream, a jumper for the top.',
  'x: And {2}. Who is in charge of that?',
  'y: Me. There will be enough for everybody and one passing dog.',
  'z: I bring the first-aid kit and the thermos.',
  'x: Then I take the big blanket and the camera.']),
('hike', 3, array[
  'x: The bus to {1} leaves at 7:42. Can everybody make that?',
  'y: If somebody rings me at half past six, yes.',
  'z: I am awake at six anyway, I will ring you both.',
  'x: Be gentle.',
  'z: No promises.']),
('hike', 4, array[
  'y: My new boots arrived. I wear them at home to break them in.',
  'x: How do they feel?',
  'y: Like two friendly bricks. It gets better every day.',
  'z: Take plasters just in case.',
  'y: I have a whole box. Blue ones with stars.',
  'z: Very alpine.']),
('hike', 5, array[
  'z: Somebody told me there are kingfishers near {1} at this time of year.',
  'x: Really? I have never seen one.',
  'y: We would have to be quiet for ten minutes, though.',
  'z: All three of us at once?',
  'y: I admit it is ambitious.',
  'x: For a kingfisher I will manage.']),
('hike', 6, array[
  'x: What a day! Thank you both.',
  'z: The view from the top was worth every step.',
  'y: My legs disagree, but the rest of me is happy.',
  'x: I uploaded the pictures. The one with the cows is my favourite.',
  'z: The cow in the middle looks like it wants to join us.',
  'y: Next time we ask her.']),
('hike', 7, array[
  'y: Shall we make this a monthly thing?',
  'x: Yes please. First Saturday of the month?',
  'z: Works for me, except in December.',
  'y: In December we simply meet for {2}.',
  'x: Motion carried.']),
('hike', 8, array[
  'z: There is a hut above {1} where one can stay overnight.',
  'y: With real beds?',
  'z: With real beds, a wood stove and very good soup.',
  'x: You had me at soup.',
  'y: I will ask about the last weekend of the month.',
  'z: Six euros more with breakfast. We want breakfast.']),
('hike', 9, array[
  'x: I left my water bottle in somebody''s car. Green, with a dent.',
  'z: It is here, it has been riding along all week.',
  'x: Oh good, it has seen a lot of mountains.',
  'y: The dent is from {1}, is it not?',
  'x: It is. You dropped it, if I remember correctly.',
  'y: I remember it slipping. Those are different things.']),
('books', 0, array[
  'x: I finished the book last night and I have thoughts.',
  'y: Good thoughts?',
  'x: Mostly. The ending surprised me in the best way.',
  'z: No details please, I am only at chapter nine!',
  'x: My lips are sealed until Thursday.']),
('books', 1, array[
  'y: Where do we meet this time?',
  'z: At my place. There will be {2}.',
  'x: Then I bring the good tea.',
  'y: And I will bring three questions, as always.',
  'z: Make them easier than last time.',
  'y: No promises.']),
('books', 2, array[
  'z: Suggestions for next month? I liked the look of the one about the clockmaker.',
  'x: I have that one and can lend it.',
  'y: It is also in the library near {1}, two copies.',
  'z: Then we are well supplied.',
  'x: The clockmaker it is.']),
('books', 3, array[
  'x: Chapter twelve. That is all I am going to say.',
  'y: I had to put the book down and walk around the table.',
  'z: I am there tonight. Should I be worried?',
  'x: Have a blanket at hand.',
  'y: And something with chocolate.']);

create temporary table seed_plan (
  key text, topic text, kind text, title text, people uuid[], amount integer, days integer, unread integer[]
) on commit drop;
insert into seed_plan values
('alice-bob', 'friends', 'direct', null,
  array['a11ce000-0000-4000-8000-000000000001', 'b0b00000-0000-4000-8000-000000000002']::uuid[], 250, 9, array[3, 0]),
('alice-carol', 'family', 'direct', null,
  array['a11ce000-0000-4000-8000-000000000001', 'ca401000-0000-4000-8000-000000000003']::uuid[], 60, 6, array[0, 2]),
('weekend-hike', 'hike', 'group', 'Weekend hike',
  array['ca401000-0000-4000-8000-000000000003', 'a11ce000-0000-4000-8000-000000000001',
        'b0b00000-0000-4000-8000-000000000002']::uuid[], 120, 7, array[0, 0, 5]),
('book-club', 'books', 'group', 'Book club',
  array['b0b00000-0000-4000-8000-000000000002', 'ca401000-0000-4000-8000-000000000003',
        'a11ce000-0000-4000-8000-000000000001']::uuid[], 40, 5, array[0, 3, 4]);

create function pg_temp.seed_uuid(p_key text) returns uuid language sql immutable as $$
  select overlay(overlay(md5(p_key) placing '7' from 13) placing '8' from 17)::uuid
$$;

-- All lines of every conversation, in order.
create temporary table seed_lines on commit drop as
with
rounds as (
  select
    p.*,
    r.round,
    e.n,
    row_number() over (partition by p.key order by r.round, e.n) - 1 as exchange,
    e.lines,
    (case e.topic
      when 'hike' then array['the river', 'the old mill', 'the ridge', 'the waterfall', 'the lake', 'the chapel',
                             'the pine wood']
      else array['the harbour', 'the old mill', 'the station', 'the botanical garden', 'the corner bakery', 'the lake',
                 'the market hall']
    end)[1 + (e.n + 3 * r.round) % 7] as place,
    (array['apple cake', 'cinnamon rolls', 'lemon tart', 'fresh bread', 'plum dumplings', 'ginger biscuits',
           'a pot of coffee', 'cheese sandwiches'])[1 + (e.n * 3 + r.round) % 8] as treat
  from seed_plan p
  join seed_exchanges e on e.topic = p.topic
  cross join generate_series(0, 4) r (round)
),
spoken as (
  select
    s.key, s.people, s.amount, s.days, s.exchange,
    row_number() over (partition by s.key order by s.exchange, l.line) as seq,
    l.line,
    -- Who is x changes with every exchange.
    s.people[1 + (position(left(l.words, 1) in 'xyz') - 1 + s.exchange::integer) % cardinality(s.people)] as sender_id,
    replace(replace(substr(l.words, 4), '{1}', s.place), '{2}', s.treat) as content
  from rounds s
  cross join unnest(s.lines) with ordinality l (words, line)
),
kept as (
  select s.*, max(s.exchange) over (partition by s.key) + 1 as exchanges
  from spoken s
  where s.seq <= s.amount
)
select
  k.key,
  pg_temp.seed_uuid(k.key) as conversation_id,
  k.seq,
  k.sender_id,
  k.content,
  case
    -- The last exchange has just taken place, everything before it on the days until yesterday.
    when k.exchange = k.exchanges - 1 then
      now() - interval '40 minutes' + k.line * interval '3 minutes 20 seconds'
    else
      date_trunc('day', now())
      - (k.days - (k.exchange * k.days / k.exchanges)) * interval '1 day'
      + interval '7 hours 30 minutes'
      -- Spread over the day: the how-manieth exchange of its day this is.
      + (k.exchange - ceil((k.exchange * k.days / k.exchanges) * k.exchanges::numeric / k.days))::integer
        * (interval '12 hours' / ceil(k.exchanges::numeric / k.days)::integer)
      + k.line * interval '1 minute 47 seconds'
  end as wished_at
from kept k;

insert into confab.conversations (
  id, kind, title, direct_low, direct_high, created_by, created_at, last_activity_at, last_message_at, last_seq,
  last_timeline_seq, version, counted, member_count
)
select
  pg_temp.seed_uuid(p.key), p.kind, p.title,
  case when p.kind = 'direct' then least(p.people[1], p.people[2]) end,
  case when p.kind = 'direct' then greatest(p.people[1], p.people[2]) end,
  p.people[1],
  min(l.wished_at) - interval '5 minutes', max(l.wished_at), max(l.wished_at),
  count(*), count(*), count(*), count(*), cardinality(p.people)
from seed_plan p
join seed_lines l on l.key = p.key
group by p.key, p.kind, p.title, p.people;

insert into confab.messages (id, conversation_id, seq, version, counted, sender_id, kind, content, counts, created_at)
select
  pg_temp.seed_uuid(l.key || '/' || l.seq), l.conversation_id, l.seq, l.seq, l.seq, l.sender_id, 'text', l.content, true,
  -- Times never step back, whatever the arithmetic above makes of them.
  max(l.wished_at) over (partition by l.key order by l.seq)
from seed_lines l;

-- Everybody has read up to the last own message at least, and all but the unread messages of the plan.
insert into confab.members (
  conversation_id, user_id, role, joined_at, last_read_seq, unread_after_seq, unread_after_counted,
  last_delivered_seq, last_sent_seq
)
select
  c.id, u.id, case when p.kind = 'group' and u.place = 1 then 'owner' else 'member' end, c.created_at,
  r.seq, r.seq, r.seq, c.last_seq, o.seq
from seed_plan p
join confab.conversations c on c.id = pg_temp.seed_uuid(p.key)
cross join unnest(p.people) with ordinality u (id, place)
cross join lateral (
  select coalesce(max(l.seq), 0) as seq from seed_lines l where l.key = p.key and l.sender_id = u.id
) o
cross join lateral (select greatest(o.seq, c.last_seq - p.unread[u.place]) as seq) r;

update confab.profiles p
set last_seen_at = now() - s.ago
from (values
  ('a11ce000-0000-4000-8000-000000000001'::uuid, interval '12 minutes'),
  ('b0b00000-0000-4000-8000-000000000002'::uuid, interval '35 minutes'),
  ('ca401000-0000-4000-8000-000000000003'::uuid, interval '2 hours')
) s (id, ago)
where p.id = s.id;

commit;
