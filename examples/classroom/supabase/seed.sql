-- Demo data: an instructor, five students, six goals. Times end today, whenever it is run.
-- maya@example.com (the instructor), leo@…, ines@…, tom@…, yuki@…, amara@…, password `password123`. Not for production.

begin;

create temporary table seed_people (name text primary key, full_name text, id uuid) on commit drop;
insert into seed_people values
  ('maya', 'Maya Okafor', '3a7a0000-0000-4000-8000-000000000001'),
  ('leo', 'Leo Brandt', '1e000000-0000-4000-8000-000000000002'),
  ('ines', 'Ines Duarte', '19e50000-0000-4000-8000-000000000003'),
  ('tom', 'Tom Ashby', '70300000-0000-4000-8000-000000000004'),
  ('yuki', 'Yuki Tanaka', '70c10000-0000-4000-8000-000000000005'),
  ('amara', 'Amara Nwosu', 'a3a4a000-0000-4000-8000-000000000006');

insert into auth.users (
  instance_id, id, aud, role, email, encrypted_password, email_confirmed_at, raw_app_meta_data, raw_user_meta_data,
  created_at, updated_at
)
select
  '00000000-0000-0000-0000-000000000000', p.id, 'authenticated', 'authenticated', p.name || '@example.com',
  extensions.crypt('password123', extensions.gen_salt('bf', 6)), now() - interval '60 days',
  '{"provider": "email", "providers": ["email"]}', jsonb_build_object('display_name', p.full_name),
  now() - interval '60 days', now() - interval '60 days'
from seed_people p;

insert into auth.identities (provider_id, user_id, identity_data, provider, last_sign_in_at, created_at, updated_at)
select u.id::text, u.id, jsonb_build_object('sub', u.id, 'email', u.email, 'email_verified', true), 'email',
       u.created_at, u.created_at, u.created_at
from auth.users u
join seed_people p on p.id = u.id;

create function pg_temp.seed_uuid(p_key text) returns uuid language sql immutable as $$
  select overlay(overlay(md5(p_key) placing '7' from 13) placing '8' from 17)::uuid
$$;

-- Everything below is said by somebody, through the functions an app calls.
create function pg_temp.seed_as(p_name text) returns void language sql as $$
  select set_config('request.jwt.claims', jsonb_build_object('sub', p.id, 'role', 'authenticated')::text, true)
  from seed_people p where p.name = p_name
$$;

create temporary table seed_goals (
  key text primary key, student text, title text, minutes integer, began integer, lasts integer, steps text[],
  -- How many of the last messages Maya has not read.
  unread integer
) on commit drop;
insert into seed_goals values
  ('guitar', 'leo', 'Play a twelve-bar blues set', 2400, 33, 90,
    array['Clean chord changes at 80 bpm', 'First solo by heart', 'Play along with a full track', 'Record three songs', 'Play for friends'], 2),
  ('theory', 'leo', 'Read sheet music without help', 900, 12, 60,
    array['All notes on the staff', 'Rhythms with rests', 'Sight-read one page'], 0),
  ('french', 'ines', 'French B2 exam in February', 3600, 40, 110,
    array['Finish the grammar book', 'First mock exam', 'Talk for ten minutes', 'Second mock exam'], 1),
  ('half', 'tom', 'Run a half marathon', 3000, 45, 120,
    array['Run 5 km without a break', 'Run 10 km', 'Run 15 km', 'Race day'], 0),
  ('data', 'yuki', 'Publish a first data project', 1800, 3, 75,
    array['Choose a question', 'Clean the data', 'Three honest charts', 'Write it up'], 0),
  ('thesis', 'amara', 'Finish chapter two of the thesis', 4200, 38, 100,
    array['Outline agreed', 'Literature part', 'Methods part', 'Full draft'], 0);

insert into public.goals (id, student_id, instructor_id, title, target_minutes, starts_on, ends_on)
select pg_temp.seed_uuid(g.key), s.id, m.id, g.title, g.minutes, current_date - g.began, current_date - g.began + g.lasts
from seed_goals g
join seed_people s on s.name = g.student
join seed_people m on m.name = 'maya';

insert into public.goal_steps (id, goal_id, place, title)
select pg_temp.seed_uuid(g.key || '/' || s.place), pg_temp.seed_uuid(g.key), s.place, s.title
from seed_goals g
cross join unnest(g.steps) with ordinality s (title, place);

-- who says what, how many days ago it was about, at what time; `answers` counts back to what it is about.
create temporary table seed_entries (
  n integer generated always as identity, goal text, who text, days integer, at time, kind text, content text, data jsonb,
  answers integer, is_reviewed boolean
) on commit drop;

insert into seed_entries (goal, who, days, at, kind, content, data, answers, is_reviewed) values
('thesis', 'amara', 30, '17:10', 'daily_note', 'Outline sent. I moved the case study to the end, the argument is easier to follow that way.', '{"mood": "good"}', null, true),
('thesis', 'maya', 30, '18:02', 'instructor_response', 'I agree with the new order. Keep it.', '{"tone": "praise"}', 1, false),
('thesis', 'amara', 28, '16:00', 'milestone', null, '{"stepId": "thesis/1", "title": "Outline agreed"}', null, true),
('thesis', 'amara', 14, '19:40', 'activity', 'Read and noted eleven papers.', '{"title": "Literature search", "type": "reading", "minutes": 310}', null, true),
('thesis', 'amara', 9, '18:15', 'daily_note', 'The literature part is long but honest. I cut two pages that only showed how much I have read.', '{"mood": "good"}', null, true),
('thesis', 'amara', 9, '18:20', 'milestone', null, '{"stepId": "thesis/2", "title": "Literature part"}', null, true),
('thesis', 'amara', 1, '17:45', 'activity', 'Interview guide, third version.', '{"title": "Methods", "type": "project", "minutes": 150}', null, true),
('thesis', 'maya', 1, '19:00', 'instructor_response', 'Much tighter. Try it on one person before you change it again.', '{"tone": "suggestion"}', 1, false),

('half', 'tom', 21, '07:50', 'activity', 'Flat loop by the canal.', '{"title": "5 km run", "type": "practice", "minutes": 34}', null, true),
('half', 'tom', 21, '08:00', 'milestone', null, '{"stepId": "half/1", "title": "Run 5 km without a break"}', null, true),
('half', 'maya', 21, '12:30', 'instructor_response', 'First one done. Easy pace for the rest of the week, please.', '{"tone": "praise"}', 2, false),
('half', 'tom', 12, '08:05', 'activity', 'Hills. Never again, until Thursday.', '{"title": "Hill repeats", "type": "practice", "minutes": 48}', null, true),
('half', 'tom', 9, '20:15', 'daily_note', 'My knee complains when I go downstairs. I skip tomorrow and see.', '{"mood": "hard", "blockers": "Left knee"}', null, true),
('half', 'maya', 9, '21:00', 'instructor_response', 'Good decision. If it still hurts on Monday, have somebody look at it.', '{"tone": "suggestion"}', 1, false),

('theory', 'leo', 8, '17:30', 'activity', 'Flash cards, both clefs.', '{"title": "Note names", "type": "practice", "minutes": 40}', null, true),
('theory', 'leo', 6, '17:45', 'milestone', null, '{"stepId": "theory/1", "title": "All notes on the staff"}', null, true),
('theory', 'maya', 6, '19:10', 'instructor_response', 'That was quick. Rhythms next: clap before you play.', '{"tone": "praise"}', 1, false),

('french', 'ines', 16, '18:10', 'activity', 'Chapters nine and ten.', '{"title": "Grammar book", "type": "reading", "minutes": 95}', null, true),
('french', 'ines', 15, '18:40', 'milestone', null, '{"stepId": "french/1", "title": "Finish the grammar book"}', null, true),
('french', 'ines', 7, '19:05', 'activity', 'Listening was fine, writing took too long.', '{"title": "Mock exam", "type": "project", "minutes": 180}', null, true),
('french', 'maya', 7, '20:20', 'instructor_response', 'Sixty-eight points is a solid start. Where did the time go in the writing part?', '{"tone": "question"}', 1, false),
('french', 'ines', 4, '18:25', 'daily_note', 'I plan too long before I write. From now on: five minutes for the plan, then go.', '{"mood": "okay"}', null, true),
('french', 'ines', 0, '07:40', 'daily_note', 'Twenty minutes of radio on the train. I understood the weather and most of the strike.', '{"mood": "good"}', null, false),

('guitar', 'leo', 32, '18:20', 'daily_note', 'First day. My fingers hurt and I love it.', '{"mood": "great"}', null, true),
('guitar', 'maya', 32, '19:30', 'instructor_response', 'Welcome, Leo! Short sessions at first, your fingertips need a week.', '{"tone": "praise"}', 1, false),
('guitar', 'leo', 29, '18:05', 'activity', 'E7, A7 and B7 with the metronome.', '{"title": "Chord changes", "type": "practice", "minutes": 35}', null, true),
('guitar', 'leo', 25, '18:40', 'activity', 'Same again, ten clicks faster.', '{"title": "Chord changes", "type": "practice", "minutes": 45}', null, true),
('guitar', 'leo', 21, '19:00', 'milestone', 'With a buzz on the B7, but in time.', '{"stepId": "guitar/1", "title": "Clean chord changes at 80 bpm"}', null, true),
('guitar', 'maya', 21, '20:10', 'instructor_response', 'The buzz goes when you bring the thumb down behind the neck. On to the solo!', '{"tone": "praise"}', 1, false),
('guitar', 'leo', 14, '18:30', 'activity', 'The first eight bars.', '{"title": "Solo", "type": "practice", "minutes": 60}', null, true),
('guitar', 'leo', 11, '21:05', 'daily_note', 'Stuck at bar nine. The stretch is too wide for my hand.', '{"mood": "hard", "blockers": "Bar nine, fourth finger"}', null, true),
('guitar', 'maya', 10, '08:15', 'instructor_response', 'Play it one position higher with the second finger. It is the same note and half the stretch.', '{"tone": "suggestion"}', 1, false),
('guitar', 'leo', 8, '18:45', 'milestone', null, '{"stepId": "guitar/2", "title": "First solo by heart"}', null, true),
('guitar', 'leo', 5, '18:10', 'activity', 'Slow track from the book, twice through.', '{"title": "Play along", "type": "practice", "minutes": 50}', null, true),
('guitar', 'leo', 3, '18:20', 'activity', 'Lost the beat in the turnaround every single time.', '{"title": "Play along", "type": "practice", "minutes": 40}', null, true),
('guitar', 'leo', 3, '18:30', 'daily_note', 'The turnaround comes too early for me. I hear it, but my hand is late.', '{"mood": "okay", "blockers": "Turnaround"}', null, true),
('guitar', 'maya', 2, '08:40', 'instructor_response', 'Count the last two bars aloud, even if it feels silly. Does it happen at the slow tempo as well?', '{"tone": "question"}', 1, false),
('guitar', 'leo', 2, '17:55', 'text', 'Only at the fast one. Slow is fine!', '{}', 1, false),
('guitar', 'leo', 1, '18:35', 'activity', 'Counting aloud works, my neighbour now knows the song too.', '{"title": "Turnaround drills", "type": "practice", "minutes": 55}', null, false),
('guitar', 'leo', 0, '08:05', 'daily_note', 'Woke up with the turnaround in my head and played it right on the first try. Once. But still!', '{"mood": "great"}', null, false);

do $$
declare
  v_goal record;
  v_entry record;
  v_version bigint;
begin
  -- Faster than people write.
  perform confab.update_settings('{"rate_limit_burst": 0}');
  for v_goal in select g.*, s.id as student_id from seed_goals g join seed_people s on s.name = g.student loop
    perform pg_temp.seed_as('maya');
    perform confab.create_conversation(
      pg_temp.seed_uuid(v_goal.key || '/talk'), 'goal', array[v_goal.student_id], v_goal.title,
      context_type => 'goal', context_id => pg_temp.seed_uuid(v_goal.key)::text
    );
  end loop;
  for v_entry in
    select e.*, row_number() over (partition by e.goal order by e.n) as seq from seed_entries e order by e.n
  loop
    perform pg_temp.seed_as(v_entry.who);
    perform confab.send_message(
      pg_temp.seed_uuid(v_entry.goal || '/talk/' || v_entry.seq), pg_temp.seed_uuid(v_entry.goal || '/talk'),
      v_entry.content, v_entry.kind,
      case when v_entry.kind = 'milestone'
        then jsonb_set(v_entry.data, '{stepId}', to_jsonb(pg_temp.seed_uuid(v_entry.data ->> 'stepId')))
        else v_entry.data
      end,
      reply_to_id => case when v_entry.answers is not null
        then pg_temp.seed_uuid(v_entry.goal || '/talk/' || (v_entry.seq - v_entry.answers)) end,
      occurs_on => current_date - v_entry.days
    );
  end loop;
  update confab.messages m
  set created_at = least((m.occurs_on + e.at)::timestamptz, now() - interval '5 minutes')
  from (select *, row_number() over (partition by goal order by n) as seq from seed_entries) e
  where m.id = pg_temp.seed_uuid(e.goal || '/talk/' || e.seq);
  -- An answer belongs to the day of what it answers, and an answer to that too.
  for v_round in 1..2 loop
    update confab.messages m set occurs_on = a.occurs_on
    from confab.messages a
    where a.id = m.reply_to_id and a.occurs_on <> m.occurs_on;
  end loop;
  perform pg_temp.seed_as('maya');
  for v_entry in
    select e.*, row_number() over (partition by e.goal order by e.n) as seq from seed_entries e order by e.n
  loop
    if v_entry.is_reviewed then
      perform confab.add_reaction(pg_temp.seed_uuid(v_entry.goal || '/talk/' || v_entry.seq), '✅');
    end if;
  end loop;
  for v_goal in
    select g.*, c.id, c.last_seq from seed_goals g
    join confab.conversations c on c.id = pg_temp.seed_uuid(g.key || '/talk') where c.last_seq > 0
  loop
    perform confab.mark_read(v_goal.id, greatest(1, v_goal.last_seq - v_goal.unread));
    perform pg_temp.seed_as(v_goal.student);
    perform confab.mark_read(v_goal.id, v_goal.last_seq);
    perform pg_temp.seed_as('maya');
  end loop;
  -- Conversations were active when their last entry was written.
  update confab.conversations c
  set last_activity_at = m.created_at, last_message_at = m.created_at
  from confab.messages m
  where m.conversation_id = c.id and m.seq = c.last_seq;
  update confab.conversations c set last_activity_at = now() - interval '2 days' where c.last_seq = 0;
  perform confab.update_settings('{"rate_limit_burst": 60}');
  perform set_config('request.jwt.claims', '', true);
end
$$;

commit;
