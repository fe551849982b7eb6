-- Limits of the whole installation. One row; changed with SQL by the owner of the database.

create table confab_private.settings (
  is_only_row boolean primary key default true check (is_only_row),
  install_id uuid not null default gen_random_uuid(),
  fanout_max_members integer not null default 50 check (fanout_max_members >= 0),
  receipts_max_members integer not null default 50 check (receipts_max_members >= 0),
  rate_limit_burst integer not null default 60 check (rate_limit_burst >= 0),
  rate_limit_per_second numeric not null default 10 check (rate_limit_per_second >= 0),
  max_content_length integer not null default 8000 check (max_content_length > 0),
  max_data_bytes integer not null default 65536 check (max_data_bytes > 0),
  max_group_members integer not null default 1000 check (max_group_members > 1),
  max_reactions_per_user integer not null default 20 check (max_reactions_per_user > 0),
  edit_window_seconds integer check (edit_window_seconds > 0),
  delete_window_seconds integer check (delete_window_seconds > 0)
);

comment on table confab_private.settings is 'Limits of the whole installation; exactly one row.';
comment on column confab_private.settings.install_id is 'D4 Part of the epoch of every cursor.';
comment on column confab_private.settings.fanout_max_members is
  'D10 Up to this many members an event goes to each inbox; above, once to the feed.';
comment on column confab_private.settings.receipts_max_members is
  'D6 Up to this many members cursors are broadcast and delivered by pull; above, each member sees only its own.';
comment on column confab_private.settings.rate_limit_burst is 'D12 Messages a user may send at once; 0 = no limit.';
comment on column confab_private.settings.rate_limit_per_second is 'D12 Messages regained per second; 0 = no limit.';
comment on column confab_private.settings.max_content_length is 'Characters in the content of a message.';
comment on column confab_private.settings.max_data_bytes is 'Bytes of the custom data of a message or conversation, as JSON text.';
comment on column confab_private.settings.max_reactions_per_user is 'Different reactions of one user to one message.';
comment on column confab_private.settings.edit_window_seconds is
  'How long after sending a message may be edited; null = always. A kind of message may say otherwise.';
comment on column confab_private.settings.delete_window_seconds is
  'How long after sending its author may delete a message; null = always. A kind of message may say otherwise.';

insert into confab_private.settings default values;
