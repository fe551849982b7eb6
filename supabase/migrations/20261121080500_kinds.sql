-- D9 Kinds are data: an app adds rows. Rows are never deleted, because messages keep naming them.

create table confab.conversation_kinds (
  kind text primary key check (kind ~ '^[a-z][a-z0-9_]{0,62}$'),
  is_direct boolean not null default false,
  post_role text not null default 'member' check (post_role in ('member', 'admin', 'owner')),
  add_members_role text not null default 'admin' check (add_members_role in ('member', 'admin', 'owner')),
  has_receipts boolean not null default true,
  max_members integer check (max_members > 1)
);

comment on table confab.conversation_kinds is 'D9 Rules per kind of conversation.';
comment on column confab.conversation_kinds.is_direct is 'D8 Exactly two members, once per pair.';
comment on column confab.conversation_kinds.post_role is 'Lowest role that may post.';
comment on column confab.conversation_kinds.add_members_role is 'Lowest role that may add members.';
comment on column confab.conversation_kinds.has_receipts is 'D6 Whether cursors of one member are broadcast to the others.';
comment on column confab.conversation_kinds.max_members is 'Null = the limit in the settings.';

insert into confab.conversation_kinds (kind, is_direct, max_members, add_members_role) values
  ('direct', true, 2, 'owner'),
  ('group', false, null, 'admin');

create table confab.message_kinds (
  kind text primary key check (kind ~ '^[a-z][a-z0-9_]{0,62}$'),
  is_sendable boolean not null default true,
  post_role text not null default 'member' check (post_role in ('member', 'admin', 'owner')),
  needs_content boolean not null default true,
  needs_occurs_on boolean not null default false,
  counts_as_unread boolean not null default true
);

comment on table confab.message_kinds is 'D9 Rules per kind of message.';
comment on column confab.message_kinds.is_sendable is 'False = only the server writes it.';
comment on column confab.message_kinds.post_role is 'Lowest role that may send it, on top of the rule of the conversation.';
comment on column confab.message_kinds.counts_as_unread is 'D7 Copied to each message when it is sent.';

insert into confab.message_kinds (kind, is_sendable, counts_as_unread) values
  ('text', true, true),
  ('system', false, false);

alter table confab.conversation_kinds enable row level security;
alter table confab.message_kinds enable row level security;
