-- What this app adds to its project, after the migrations of Confab: its kinds, and tables of its own.

-- The kinds. Whoever opens a goal is its owner in Confab: that is the instructor. The student is a member.
insert into confab.conversation_kinds
  (kind, needs_context, post_role, pin_role, add_members_role, update_role, has_system_messages, max_members)
values
  ('goal', true, 'member', 'admin', 'owner', 'owner', false, 10);

insert into confab.message_kinds (kind, post_role, needs_content, needs_occurs_on)
values
  ('daily_note', 'member', true, true),
  ('activity', 'member', false, true),
  ('milestone', 'member', false, true),
  ('instructor_response', 'admin', true, false);

-- What is to be reached, by when. A conversation of the kind `goal` names its row: context_type `goal`, context_id.
create table public.goals (
  id uuid primary key default gen_random_uuid(),
  student_id uuid not null references confab.profiles (id),
  instructor_id uuid not null references confab.profiles (id) default confab_private.me(),
  title text not null check (char_length(title) between 1 and 120),
  target_minutes integer not null check (target_minutes between 1 and 100000),
  starts_on date not null,
  ends_on date not null,
  created_at timestamptz not null default now(),
  -- What Confab reads by date at once.
  constraint goals_within_a_year check (ends_on - starts_on between 0 and 366)
);

create index goals_student_id_idx on public.goals (student_id);
create index goals_instructor_id_idx on public.goals (instructor_id);

create table public.goal_steps (
  id uuid primary key default gen_random_uuid(),
  goal_id uuid not null references public.goals (id) on delete cascade,
  place integer not null check (place > 0),
  title text not null check (char_length(title) between 1 and 120),
  unique (goal_id, place)
);

comment on table public.goals is 'What a student and an instructor work towards.';
comment on table public.goal_steps is 'The milestones planned for a goal; a message of the kind milestone says that one is reached.';

alter table public.goals enable row level security;
alter table public.goal_steps enable row level security;

create policy "read one's own goals" on public.goals
  for select to authenticated
  using ((select confab_private.me()) in (student_id, instructor_id));

create policy "read the steps of one's own goals" on public.goal_steps
  for select to authenticated
  using (goal_id in (select g.id from public.goals g));

-- When the student last wrote, by the day it was about: who has been quiet is read from it. Rules of the tables it reads
-- hold for whoever asks.
create view public.goal_overview with (security_invoker = true) as
select
  g.id,
  g.student_id,
  g.instructor_id,
  g.title,
  g.target_minutes,
  g.starts_on,
  g.ends_on,
  coalesce(
    (select jsonb_agg(jsonb_build_object('id', s.id, 'title', s.title) order by s.place)
     from public.goal_steps s where s.goal_id = g.id),
    '[]'
  ) as steps,
  (
    select max(m.occurs_on)
    from confab.conversations c
    join confab.messages m on m.conversation_id = c.id
    where c.context_type = 'goal' and c.context_id = g.id::text
      and m.sender_id = g.student_id and m.deleted_at is null
  ) as last_entry_on
from public.goals g;

grant select on public.goals, public.goal_steps, public.goal_overview to authenticated, service_role;
grant insert, update, delete on public.goals, public.goal_steps to service_role;
