-- Messages, and what members add to them.

create table confab.messages (
  id uuid primary key,
  conversation_id uuid not null references confab.conversations (id) on delete cascade,
  seq bigint not null check (seq > 0),
  version bigint not null check (version > 0),
  counted bigint not null,
  sender_id uuid references confab.profiles (id),
  reply_to_id uuid references confab.messages (id) on delete set null,
  thread_root_id uuid references confab.messages (id) on delete cascade,
  forwarded_from_id uuid,
  created_at timestamptz not null,
  edited_at timestamptz,
  deleted_at timestamptz,
  deleted_by uuid,
  pinned_at timestamptz,
  pinned_by uuid,
  changed_xid xid8 not null default pg_current_xact_id(),
  occurs_on date,
  counts boolean not null,
  mentions_everyone boolean not null default false,
  kind text not null,
  content text,
  data jsonb not null default '{}' check (jsonb_typeof(data) = 'object'),
  mentioned_user_ids uuid[],
  mentions jsonb,
  reactions jsonb,
  thread jsonb,
  constraint messages_conversation_seq unique (conversation_id, seq),
  constraint messages_deleted_is_empty check (
    deleted_at is null
    or (
      content is null and data = '{}' and mentioned_user_ids is null and not mentions_everyone
      and mentions is null and reactions is null and pinned_at is null
    )
  )
);

-- Not unique: the versions of a conversation are handed out under its row lock (D3), and the row of a message moves
-- from one version to a higher one with every change.
create index messages_version_idx on confab.messages (conversation_id, version);
create index messages_sender_id_idx on confab.messages (sender_id);
create index messages_reply_to_id_idx on confab.messages (reply_to_id) where reply_to_id is not null;
create index messages_thread_idx on confab.messages (thread_root_id, seq) where thread_root_id is not null;
create index messages_occurs_on_idx on confab.messages (conversation_id, occurs_on, seq) where occurs_on is not null;
create index messages_pinned_idx on confab.messages (conversation_id, pinned_at) where pinned_at is not null;
create index messages_mentions_everyone_idx on confab.messages (conversation_id, seq) where mentions_everyone;
create index messages_deleted_idx on confab.messages (conversation_id, seq) where deleted_at is not null and counts;
-- A few bytes for the whole table: rows lie in the order of their time. For retention.
create index messages_created_at_idx on confab.messages using brin (created_at);

comment on table confab.messages is 'Messages; a deleted one stays as an empty tombstone (D5).';
comment on column confab.messages.id is 'E2 Minted by the client (UUID v7).';
comment on column confab.messages.seq is 'D3 Position in the conversation: 1, 2, 3, … without holes, replies in threads included.';
comment on column confab.messages.version is 'D3 Number of the change of the conversation that last touched this message.';
comment on column confab.messages.counted is 'D7 How many messages up to and including this one count as unread, deleted ones too.';
comment on column confab.messages.counts is 'D7 Whether it counts as unread for others; replies in threads do not.';
comment on column confab.messages.thread_root_id is 'The message whose thread it is in; null = it is in the timeline.';
comment on column confab.messages.forwarded_from_id is 'The message it was copied from, which readers of this one may not be able to read.';
comment on column confab.messages.mentioned_user_ids is 'Members it mentions; null = nobody.';
comment on column confab.messages.mentions is
  'Where in content they are mentioned: [{user_id (null = everyone), start, length}], in UTF-16 units, in their order; null = the message does not say. Shown only: who is mentioned is said by mentioned_user_ids and mentions_everyone.';
comment on column confab.messages.reactions is
  'Summary of the table reactions, in the order of the first of each: [{emoji, count, user_ids (first 10)}]; null = none.';
comment on column confab.messages.thread is
  'On the root of a thread: {reply_count, last_reply_seq, last_reply_at, participant_ids (last 10 to reply, newest first)}; null = no replies.';
comment on column confab.messages.kind is
  'D9 A row of message_kinds, checked when it is sent; no foreign key, which would cost an index over all messages.';

alter table confab.messages enable row level security;

create trigger stamp_changed_xid before insert or update on confab.messages
  for each row execute function confab_private.stamp_changed_xid();

create table confab.reactions (
  message_id uuid not null references confab.messages (id) on delete cascade,
  emoji text not null check (octet_length(emoji) <= 64),
  user_id uuid not null references confab.profiles (id),
  created_at timestamptz not null default clock_timestamp(),
  primary key (message_id, emoji, user_id)
);

create index reactions_user_id_idx on confab.reactions (user_id);

comment on table confab.reactions is 'Who reacted to which message with what.';

alter table confab.reactions enable row level security;

create table confab.mentions (
  user_id uuid not null references confab.profiles (id),
  conversation_id uuid not null,
  seq bigint not null,
  primary key (user_id, conversation_id, seq),
  foreign key (conversation_id, seq) references confab.messages (conversation_id, seq) on delete cascade
);

create index mentions_message_idx on confab.mentions (conversation_id, seq);

comment on table confab.mentions is
  'Who is mentioned in which message, replies in threads included. A mention of everyone is a mark on the message instead, whose cost does not grow with the members.';

alter table confab.mentions enable row level security;

create table confab.message_versions (
  message_id uuid not null references confab.messages (id) on delete cascade,
  number integer not null check (number > 0),
  content text,
  data jsonb not null,
  replaced_at timestamptz not null default clock_timestamp(),
  primary key (message_id, number)
);

comment on table confab.message_versions is 'What a message was before each edit; gone with its deletion.';

alter table confab.message_versions enable row level security;

create table confab.hidden_messages (
  user_id uuid not null references confab.profiles (id),
  message_id uuid not null references confab.messages (id) on delete cascade,
  conversation_id uuid not null,
  seq bigint not null,
  is_hidden boolean not null default true,
  changed_xid xid8 not null default pg_current_xact_id(),
  primary key (user_id, message_id)
);

create index hidden_messages_message_id_idx on confab.hidden_messages (message_id);
create index hidden_messages_unread_idx on confab.hidden_messages (user_id, conversation_id, seq) where is_hidden;
-- Rows hardly ever change, so pull can look them up by their transaction.
create index hidden_messages_changed_idx on confab.hidden_messages (user_id, changed_xid);

comment on table confab.hidden_messages is 'What a member has deleted for itself alone.';
comment on column confab.hidden_messages.is_hidden is
  'False once the member has taken that back: the row stays, so that pull tells other devices.';

alter table confab.hidden_messages enable row level security;

create trigger stamp_changed_xid before insert or update on confab.hidden_messages
  for each row execute function confab_private.stamp_changed_xid();

create table confab.threads (
  user_id uuid not null references confab.profiles (id),
  root_id uuid not null references confab.messages (id) on delete cascade,
  conversation_id uuid not null,
  last_read_seq bigint not null default 0,
  is_following boolean not null default true,
  changed_xid xid8 not null default pg_current_xact_id(),
  primary key (user_id, root_id)
)
with (fillfactor = 80);

create index threads_root_id_idx on confab.threads (root_id);
create index threads_conversation_idx on confab.threads (user_id, conversation_id);

comment on table confab.threads is
  'Who follows which thread and has read it how far. Whoever wrote its root, replies, or is mentioned in it follows it.';
comment on column confab.threads.last_read_seq is 'D7 Highest seq read in the thread; only grows.';

alter table confab.threads enable row level security;

create trigger stamp_changed_xid before insert or update on confab.threads
  for each row execute function confab_private.stamp_changed_xid();

create table confab_private.read_log (
  member_number bigint not null references confab.members (number) on delete cascade,
  seq bigint not null,
  read_at timestamptz not null default clock_timestamp(),
  primary key (member_number, seq)
);

comment on table confab_private.read_log is
  'D6 When a member read up to which seq: one row per mark-read action that moved the cursor. The table that grows fastest, so it goes by the number of the member, which halves it.';

alter table confab_private.read_log enable row level security;

create view confab.read_log with (security_invoker = on) as
select m.conversation_id, m.user_id, l.seq, l.read_at
from confab.members m
join confab_private.read_log l on l.member_number = m.number;

comment on view confab.read_log is 'D6 When a member read up to which seq; clients see their own.';

create table confab_private.applied_mutations (
  user_id uuid not null references confab.profiles (id) on delete cascade,
  id uuid not null,
  target_id uuid,
  applied_at timestamptz not null default clock_timestamp(),
  primary key (user_id, id)
);

create index applied_mutations_applied_at_idx on confab_private.applied_mutations using brin (applied_at);

comment on table confab_private.applied_mutations is
  'E2 Mutations already applied whose repetition would undo a later one; all others change nothing when repeated by themselves.';
comment on column confab_private.applied_mutations.target_id is 'What it was about: the same id for another target is refused.';
