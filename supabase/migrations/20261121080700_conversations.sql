-- Conversations and their members.

create table confab.conversations (
  id uuid primary key,
  kind text not null references confab.conversation_kinds (kind),
  title text check (char_length(title) between 1 and 200),
  description text check (char_length(description) between 1 and 2000),
  avatar_url text check (char_length(avatar_url) between 1 and 2000),
  data jsonb not null default '{}' check (jsonb_typeof(data) = 'object'),
  context_type text check (char_length(context_type) between 1 and 200),
  context_id text check (char_length(context_id) between 1 and 200),
  direct_low uuid,
  direct_high uuid,
  is_locked boolean not null default false,
  slow_mode_seconds integer not null default 0 check (slow_mode_seconds between 0 and 86400),
  created_by uuid references confab.profiles (id),
  created_at timestamptz not null default clock_timestamp(),
  last_activity_at timestamptz not null default clock_timestamp(),
  last_message_at timestamptz not null default clock_timestamp(),
  last_seq bigint not null default 0,
  last_timeline_seq bigint not null default 0,
  last_thread_seq bigint not null default 0,
  last_mention_seq bigint not null default 0,
  last_deleted_seq bigint not null default 0,
  last_start_seq bigint not null default 1,
  version bigint not null default 0,
  counted bigint not null default 0,
  member_count integer not null default 0,
  feed_key text not null default replace(gen_random_uuid()::text, '-', ''),
  changed_xid xid8 not null default pg_current_xact_id(),
  constraint conversations_direct_pair unique (direct_low, direct_high),
  constraint conversations_direct_pair_is_ordered
    check ((direct_low is null and direct_high is null) or direct_low < direct_high),
  constraint conversations_context_is_whole check ((context_type is null) = (context_id is null))
)
-- Room on each page for the new version of a row, so that counting a message stays a heap-only update.
with (fillfactor = 80);

create index conversations_kind_idx on confab.conversations (kind);
create index conversations_created_by_idx on confab.conversations (created_by);
create index conversations_context_idx on confab.conversations (context_type, context_id)
  where context_type is not null;

comment on table confab.conversations is 'Containers of messages. The row is the lock under which seq and version are taken (D3).';
comment on column confab.conversations.direct_low is 'D8 With direct_high the ordered pair of a direct conversation.';
comment on column confab.conversations.is_locked is 'Whether only admins and owners may send, edit, react and pin.';
comment on column confab.conversations.slow_mode_seconds is 'How long a member waits between two messages; admins and owners do not.';
comment on column confab.conversations.last_activity_at is 'When the timeline last got a message; threads do not count.';
comment on column confab.conversations.last_message_at is 'When the last message of any sort was sent: times of messages grow with their seq.';
comment on column confab.conversations.last_seq is 'D3 Highest seq given to a message.';
comment on column confab.conversations.last_timeline_seq is 'Highest seq of a message that is not a reply in a thread.';
comment on column confab.conversations.last_thread_seq is 'D7 Highest seq of a reply in a thread: 0 = there are no threads to look for.';
comment on column confab.conversations.last_mention_seq is
  'D7 Highest seq of a timeline message that mentioned somebody: at or below a cursor there is no mention to look for.';
comment on column confab.conversations.last_deleted_seq is
  'D7 Highest seq of a deleted message that counted: at or below a cursor there is nothing to subtract.';
comment on column confab.conversations.last_start_seq is
  'Highest visible_from_seq a member ever got: from there on every member may see everything.';
comment on column confab.conversations.version is 'D3 Number of the last change of a message.';
comment on column confab.conversations.counted is 'D7 How many messages ever counted as unread.';
comment on column confab.conversations.member_count is 'Joined members.';
comment on column confab.conversations.feed_key is 'D10 Last part of the feed topic; renewed when a member is removed.';

alter table confab.conversations enable row level security;

create trigger stamp_changed_xid before insert or update on confab.conversations
  for each row execute function confab_private.stamp_changed_xid();

create table confab.members (
  conversation_id uuid not null references confab.conversations (id) on delete cascade,
  user_id uuid not null references confab.profiles (id),
  role text not null default 'member' check (role in ('member', 'admin', 'owner')),
  state text not null default 'joined' check (state in ('invited', 'joined', 'left', 'removed')),
  last_read_seq bigint not null default 0,
  last_delivered_seq bigint not null default 0,
  last_sent_seq bigint not null default 0,
  last_hidden_seq bigint not null default 0,
  unread_after_seq bigint not null default 0,
  unread_after_counted bigint not null default 0,
  visible_from_seq bigint not null default 1 check (visible_from_seq > 0),
  joined_seq bigint not null default 0,
  hidden_seq bigint,
  pinned_at timestamptz,
  muted_until timestamptz,
  archived_at timestamptz,
  invited_by uuid,
  joined_at timestamptz,
  left_at timestamptz,
  joined_xid xid8,
  changed_xid xid8 not null default pg_current_xact_id(),
  number bigint not null generated by default as identity unique,
  primary key (conversation_id, user_id)
)
with (fillfactor = 80);

-- Only what never changes is indexed, so that a moving cursor stays a heap-only update.
create index members_user_id_idx on confab.members (user_id);

comment on table confab.members is
  'Users in conversations, with their cursors (D6) and their own settings. Clients read their own rows here; other members are told by functions, without what is private.';
comment on column confab.members.number is 'A short name for the pair of ids, for the log of reading, which has many rows.';
comment on column confab.members.last_read_seq is 'D6 Highest seq read; only grows. What others are told.';
comment on column confab.members.last_delivered_seq is 'D6 Highest seq received; only grows.';
comment on column confab.members.last_sent_seq is 'D7 Seq of the last own message: at or below the cursor there is nothing of one''s own to subtract.';
comment on column confab.members.last_hidden_seq is 'D7 Highest seq the member deleted for itself: at or below the cursor there is nothing hidden to subtract.';
comment on column confab.members.unread_after_seq is
  'D7 The unread cursor: where the unread messages begin. Equal to last_read_seq but after marking as unread.';
comment on column confab.members.unread_after_counted is 'D7 messages.counted at unread_after_seq.';
comment on column confab.members.visible_from_seq is 'The first message the member may see; 1 = all.';
comment on column confab.members.joined_seq is 'last_seq of the conversation when the member joined: it counts as a reader of later messages only.';
comment on column confab.members.hidden_seq is 'The conversation is out of the member''s list until its timeline goes beyond; null = not hidden.';
comment on column confab.members.muted_until is 'Null = not muted, infinity = for good.';
comment on column confab.members.joined_xid is 'D4 The transaction in which the member last became joined: from then on pull owes it the whole conversation.';

alter table confab.members enable row level security;

create trigger stamp_changed_xid before insert or update on confab.members
  for each row execute function confab_private.stamp_changed_xid();

create function confab_private.stamp_joined_xid()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.joined_xid := pg_current_xact_id();
  return new;
end;
$$;

comment on function confab_private.stamp_joined_xid() is 'D4 Trigger of members: remembers the transaction of a join.';

create trigger stamp_joined_xid_on_insert before insert on confab.members
  for each row when (new.state = 'joined') execute function confab_private.stamp_joined_xid();
create trigger stamp_joined_xid_on_update before update of state on confab.members
  for each row when (new.state = 'joined' and old.state <> 'joined') execute function confab_private.stamp_joined_xid();
