-- The mutations that push knows.

create table confab_private.mutation_types (
  type text primary key,
  target text check (target in ('message', 'thread', 'conversation')),
  takes_conversation boolean not null,
  is_recorded boolean not null
);

comment on table confab_private.mutation_types is 'What push has to know of each mutation before it applies it.';
comment on column confab_private.mutation_types.target is
  'What it is about: args.message_id, args.thread_root_id or the conversation_id of the mutation.';
comment on column confab_private.mutation_types.takes_conversation is 'D3 Whether it locks the conversation row.';
comment on column confab_private.mutation_types.is_recorded is
  'E2 Whether a repetition could undo something newer, so that push has to remember it.';

insert into confab_private.mutation_types (type, target, takes_conversation, is_recorded) values
  ('send_message',         'conversation', true,  false),
  ('forward_message',      'conversation', true,  false),
  ('edit_message',         'message',      true,  false),
  ('delete_message',       'message',      true,  false),
  ('hide_message',         'message',      false, true),
  ('unhide_message',       'message',      false, true),
  ('pin_message',          'message',      true,  true),
  ('unpin_message',        'message',      true,  true),
  ('add_reaction',         'message',      true,  true),
  ('remove_reaction',      'message',      true,  true),
  ('mark_read',            'conversation', false, false),
  ('mark_delivered',       'conversation', false, false),
  ('mark_unread',          'conversation', false, true),
  ('mark_all_read',        null,           false, false),
  ('mark_thread_read',     'thread',       false, false),
  ('follow_thread',        'thread',       false, true),
  ('create_conversation',  null,           false, false),
  ('get_or_create_direct', null,           false, false),
  ('update_conversation',  'conversation', true,  true),
  ('add_members',          'conversation', true,  true),
  ('invite_members',       'conversation', true,  true),
  ('accept_invite',        'conversation', true,  true),
  ('decline_invite',       'conversation', true,  true),
  ('remove_member',        'conversation', true,  true),
  ('leave_conversation',   'conversation', true,  true),
  ('set_role',             'conversation', true,  true),
  ('transfer_ownership',   'conversation', true,  true),
  ('set_membership',       'conversation', false, true),
  ('save_draft',           'conversation', false, false);
