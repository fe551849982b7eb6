-- D9 Kinds are data: an app adds rows. Rows are never deleted, because messages keep naming them.

create table confab.conversation_kinds (
  kind text primary key check (kind ~ '^[a-z][a-z0-9_]{0,62}$'),
  is_direct boolean not null default false,
  needs_context boolean not null default false,
  post_role text not null default 'member' check (post_role in ('member', 'admin', 'owner')),
  pin_role text not null default 'member' check (pin_role in ('member', 'admin', 'owner')),
  add_members_role text not null default 'admin' check (add_members_role in ('member', 'admin', 'owner')),
  update_role text not null default 'admin' check (update_role in ('member', 'admin', 'owner')),
  shows_history boolean not null default true,
  has_receipts boolean not null default true,
  has_system_messages boolean not null default true,
  slow_mode_seconds integer not null default 0 check (slow_mode_seconds between 0 and 86400),
  max_members integer check (max_members > 1)
);

comment on table confab.conversation_kinds is 'D9 Rules per kind of conversation.';
comment on column confab.conversation_kinds.is_direct is 'D8 Exactly two members, once per pair.';
comment on column confab.conversation_kinds.needs_context is 'Whether it belongs to something of the app: context_type and context_id are needed.';
comment on column confab.conversation_kinds.post_role is 'Lowest role that may post.';
comment on column confab.conversation_kinds.pin_role is 'Lowest role that may pin messages.';
comment on column confab.conversation_kinds.add_members_role is 'Lowest role that may add and invite members.';
comment on column confab.conversation_kinds.update_role is 'Lowest role that may rename, describe, lock and slow down the conversation.';
comment on column confab.conversation_kinds.shows_history is
  'Whether whoever joins sees the messages from before, unless the one who adds them says otherwise.';
comment on column confab.conversation_kinds.has_receipts is 'D6 Whether cursors of one member are told to the others.';
comment on column confab.conversation_kinds.has_system_messages is 'Whether joins, leaves and renames are told by system messages.';
comment on column confab.conversation_kinds.slow_mode_seconds is 'What a new conversation starts with.';
comment on column confab.conversation_kinds.max_members is 'Null = the limit in the settings.';

insert into confab.conversation_kinds
  (kind, is_direct, needs_context, post_role, add_members_role, has_system_messages, max_members)
values
  ('direct', true, false, 'member', 'owner', false, 2),
  ('group', false, false, 'member', 'admin', true, null),
  ('course', false, true, 'member', 'admin', true, null),
  ('announcement', false, false, 'admin', 'admin', false, null);

create table confab.message_kinds (
  kind text primary key check (kind ~ '^[a-z][a-z0-9_]{0,62}$'),
  is_sendable boolean not null default true,
  post_role text not null default 'member' check (post_role in ('member', 'admin', 'owner')),
  needs_content boolean not null default true,
  needs_occurs_on boolean not null default false,
  counts_as_unread boolean not null default true,
  is_attachment boolean not null default false,
  edit_window_seconds integer check (edit_window_seconds > 0),
  delete_window_seconds integer check (delete_window_seconds > 0)
);

comment on table confab.message_kinds is 'D9 Rules per kind of message.';
comment on column confab.message_kinds.is_sendable is 'False = only the server writes it.';
comment on column confab.message_kinds.post_role is 'Lowest role that may send it, on top of the rule of the conversation.';
comment on column confab.message_kinds.needs_occurs_on is 'Whether it belongs to a day: occurs_on is needed.';
comment on column confab.message_kinds.counts_as_unread is 'D7 Copied to each message when it is sent.';
comment on column confab.message_kinds.is_attachment is 'Whether a search for messages with attachments finds it.';
comment on column confab.message_kinds.edit_window_seconds is 'Null = as the settings say.';
comment on column confab.message_kinds.delete_window_seconds is 'Null = as the settings say.';

insert into confab.message_kinds (kind, is_sendable, needs_content, counts_as_unread, is_attachment) values
  ('text', true, true, true, false),
  ('image', true, false, true, true),
  ('file', true, false, true, true),
  ('system', false, false, false, false),
  ('notification', false, true, true, false);

alter table confab.conversation_kinds enable row level security;
alter table confab.message_kinds enable row level security;
