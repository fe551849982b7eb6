-- Messages, the log of mark-read actions, and the record of edits already applied.

create table confab.messages (
  id uuid primary key,
  conversation_id uuid not null references confab.conversations (id) on delete cascade,
  seq bigint not null check (seq > 0),
  version bigint not null check (version > 0),
  counted bigint not null,
  sender_id uuid references confab.profiles (id) on delete set null,
  reply_to_id uuid references confab.messages (id) on delete set null,
  thread_root_id uuid references confab.messages (id) on delete set null,
  kind text not null,
  content text,
  data jsonb not null default '{}' check (jsonb_typeof(data) = 'object'),
  occurs_on date,
  counts boolean not null,
  created_at timestamptz not null,
  edited_at timestamptz,
  deleted_at timestamptz,
  changed_xid xid8 not null default pg_current_xact_id(),
  constraint messages_conversation_seq unique (conversation_id, seq),
  constraint messages_deleted_is_empty check (deleted_at is null or (content is null and data = '{}'))
);

-- Not unique: the versions of a conversation are handed out under its row lock (D3), and the row of a message moves
-- from one version to a higher one with every change.
create index messages_version_idx on confab.messages (conversation_id, version);
create index messages_sender_id_idx on confab.messages (sender_id);
create index messages_reply_to_id_idx on confab.messages (reply_to_id) where reply_to_id is not null;
create index messages_thread_root_id_idx on confab.messages (thread_root_id) where thread_root_id is not null;
create index messages_deleted_idx on confab.messages (conversation_id, seq) where deleted_at is not null and counts;

comment on table confab.messages is 'Messages; a deleted one stays as an empty tombstone (D5).';
comment on column confab.messages.id is 'E2 Minted by the client (UUID v7).';
comment on column confab.messages.seq is 'D3 Position in the conversation: 1, 2, 3, … without holes.';
comment on column confab.messages.version is 'D3 Number of the change of the conversation that last touched this message.';
comment on column confab.messages.counted is 'D7 How many messages up to and including this one count as unread, deleted ones too.';
comment on column confab.messages.counts is 'D7 Whether it counts as unread for others.';
comment on column confab.messages.kind is
  'D9 A row of message_kinds, checked when it is sent; no foreign key, which would cost an index over all messages.';

alter table confab.messages enable row level security;

create trigger stamp_changed_xid before insert or update on confab.messages
  for each row execute function confab_private.stamp_changed_xid();

create table confab.read_log (
  conversation_id uuid not null,
  user_id uuid not null,
  seq bigint not null,
  read_at timestamptz not null default clock_timestamp(),
  primary key (conversation_id, user_id, seq),
  foreign key (conversation_id, user_id) references confab.members (conversation_id, user_id) on delete cascade
);

comment on table confab.read_log is 'D6 When a member read up to which seq: one row per mark-read action that moved the cursor.';

alter table confab.read_log enable row level security;

create table confab_private.applied_edits (
  user_id uuid not null references confab.profiles (id) on delete cascade,
  id uuid not null,
  message_id uuid not null references confab.messages (id) on delete cascade,
  applied_at timestamptz not null default clock_timestamp(),
  primary key (user_id, id)
);

create index applied_edits_message_id_idx on confab_private.applied_edits (message_id);

comment on table confab_private.applied_edits is
  'Edits already applied, by mutation id: a replayed edit must not undo a later one. All other mutations are no-ops when replayed.';
