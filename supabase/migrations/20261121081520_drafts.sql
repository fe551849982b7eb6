-- Drafts: one per conversation and thread, the same on all devices of a user.

create table confab.drafts (
  user_id uuid not null references confab.profiles (id),
  conversation_id uuid not null references confab.conversations (id) on delete cascade,
  thread_root_id uuid references confab.messages (id) on delete cascade,
  -- A key cannot hold null, so the draft of the timeline goes by the id of the conversation.
  place_id uuid not null generated always as (coalesce(thread_root_id, conversation_id)) stored,
  content text,
  data jsonb not null default '{}' check (jsonb_typeof(data) = 'object'),
  reply_to_id uuid,
  saved_at timestamptz not null,
  changed_xid xid8 not null default pg_current_xact_id(),
  primary key (user_id, place_id)
);

create index drafts_conversation_id_idx on confab.drafts (conversation_id);
create index drafts_thread_root_id_idx on confab.drafts (thread_root_id) where thread_root_id is not null;

comment on table confab.drafts is 'What users have written and not sent; an emptied draft stays, so that other devices learn of it.';
comment on column confab.drafts.saved_at is 'By the clock of the device; the newest wins.';

alter table confab.drafts enable row level security;

create trigger stamp_changed_xid before insert or update on confab.drafts
  for each row execute function confab_private.stamp_changed_xid();

create view confab_private.draft_wire with (security_invoker = on) as
select
  d.user_id,
  d.conversation_id,
  d.thread_root_id,
  d.content,
  d.saved_at,
  jsonb_build_object(
    'conversation_id', d.conversation_id,
    'thread_root_id', d.thread_root_id,
    'content', d.content,
    'data', d.data,
    'reply_to_id', d.reply_to_id,
    'saved_at', d.saved_at,
    'changed', d.changed_xid::text::bigint
  ) as wire
from confab.drafts d;

comment on view confab_private.draft_wire is 'A draft as its owner sees it.';
