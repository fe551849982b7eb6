-- What Confab is compared with: a row of read status per message and recipient, and policies that look up the
-- conversation of every row. It is a design from practice, taken over column by column, index by index and policy by
-- policy, with one exception: its two triggers that write other tables are security definer here, because its own
-- policies refuse them otherwise. It knows conversations of two only.

create schema baseline;
set local search_path = baseline;

-- The users it refers to; without policies, which only makes it faster.
create table users_v2 (
  id uuid primary key,
  name text not null,
  avatar_url text
);

create table conversations_v2 (
  id uuid default gen_random_uuid() primary key,
  user1_id uuid not null references users_v2 (id) on delete cascade,
  user2_id uuid not null references users_v2 (id) on delete cascade,
  title varchar(255) default null,
  conversation_type varchar(50) default 'direct',
  last_message_id uuid default null,
  last_message_at timestamptz default null,
  is_active boolean not null default true,
  is_archived boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz default null,
  constraint conversations_v2_different_users check (user1_id != user2_id),
  constraint conversations_v2_user_order check (user1_id < user2_id)
);
create index idx_conversations_v2_user1 on conversations_v2 (user1_id);
create index idx_conversations_v2_user2 on conversations_v2 (user2_id);
create index idx_conversations_v2_last_message on conversations_v2 (last_message_at desc);
create index idx_conversations_v2_active on conversations_v2 (is_active) where is_active = true;
create unique index idx_conversations_v2_participants on conversations_v2 (user1_id, user2_id);

create table messages_v2 (
  id uuid default gen_random_uuid() primary key,
  conversation_id uuid not null references conversations_v2 (id) on delete cascade,
  sender_id uuid not null references users_v2 (id) on delete cascade,
  content text not null,
  message_type varchar(50) not null default 'text',
  attachments jsonb default null,
  is_edited boolean not null default false,
  edited_at timestamptz default null,
  reply_to_id uuid default null references messages_v2 (id) on delete set null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz default null,
  constraint messages_v2_content_not_empty check (length(trim(content)) > 0),
  constraint messages_v2_valid_type check (message_type in ('text', 'system', 'notification'))
);
create index idx_messages_v2_conversation on messages_v2 (conversation_id, created_at desc);
create index idx_messages_v2_sender on messages_v2 (sender_id);
create index idx_messages_v2_reply_to on messages_v2 (reply_to_id);
create index idx_messages_v2_active on messages_v2 (deleted_at) where deleted_at is null;
create index idx_messages_v2_content_search on messages_v2 using gin (to_tsvector('english', content));

create table message_read_status_v2 (
  id uuid default gen_random_uuid() primary key,
  message_id uuid not null references messages_v2 (id) on delete cascade,
  user_id uuid not null references users_v2 (id) on delete cascade,
  is_read boolean not null default false,
  read_at timestamptz default null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (message_id, user_id),
  constraint message_read_status_v2_read_consistency
    check ((is_read = true and read_at is not null) or (is_read = false and read_at is null))
);
create index idx_message_read_status_v2_user on message_read_status_v2 (user_id, is_read);
create index idx_message_read_status_v2_message on message_read_status_v2 (message_id);
create index idx_message_read_status_v2_unread on message_read_status_v2 (user_id, is_read) where is_read = false;

alter table conversations_v2
add constraint conversations_v2_last_message_fkey
foreign key (last_message_id) references messages_v2 (id) on delete set null;

create function update_conversations_v2_updated_at()
returns trigger as $$
begin
  new.updated_at = now();
  return new;
end;
$$ language plpgsql;

create trigger conversations_v2_updated_at
  before update on conversations_v2
  for each row execute function update_conversations_v2_updated_at();

create function update_messages_v2_updated_at()
returns trigger as $$
begin
  new.updated_at = now();
  return new;
end;
$$ language plpgsql;

create trigger messages_v2_updated_at
  before update on messages_v2
  for each row execute function update_messages_v2_updated_at();

create function update_conversation_last_message()
returns trigger as $$
begin
  update conversations_v2
  set last_message_id = new.id, last_message_at = new.created_at, updated_at = now()
  where id = new.conversation_id;
  return new;
end;
$$ language plpgsql security definer;

create trigger messages_v2_update_conversation
  after insert on messages_v2
  for each row execute function update_conversation_last_message();

create function create_message_read_status()
returns trigger as $$
begin
  insert into message_read_status_v2 (message_id, user_id, is_read, created_at)
  select new.id, case when c.user1_id = new.sender_id then c.user2_id else c.user1_id end, false, now()
  from conversations_v2 c
  where c.id = new.conversation_id;
  return new;
end;
$$ language plpgsql security definer;

create trigger messages_v2_create_read_status
  after insert on messages_v2
  for each row execute function create_message_read_status();

alter table conversations_v2 enable row level security;
alter table messages_v2 enable row level security;
alter table message_read_status_v2 enable row level security;

create policy "Users can view their own conversations" on conversations_v2
  for select using (user1_id = auth.uid() or user2_id = auth.uid());
create policy "Users can create conversations" on conversations_v2
  for insert with check (user1_id = auth.uid() or user2_id = auth.uid());
create policy "Users can update their own conversations" on conversations_v2
  for update using (user1_id = auth.uid() or user2_id = auth.uid());

create policy "Users can view messages in their conversations" on messages_v2
  for select using (
    exists (
      select 1 from conversations_v2 c
      where c.id = conversation_id and (c.user1_id = auth.uid() or c.user2_id = auth.uid())
    )
  );
create policy "Users can create messages in their conversations" on messages_v2
  for insert with check (
    sender_id = auth.uid()
    and exists (
      select 1 from conversations_v2 c
      where c.id = conversation_id and (c.user1_id = auth.uid() or c.user2_id = auth.uid())
    )
  );
create policy "Users can update their own messages" on messages_v2
  for update using (sender_id = auth.uid());

create policy "Users can view their own read status" on message_read_status_v2
  for select using (user_id = auth.uid());
create policy "Users can update their own read status" on message_read_status_v2
  for update using (user_id = auth.uid());

create function get_unread_message_count_v2(p_user_id uuid)
returns integer
language plpgsql
security definer
as $$
begin
  return (
    select count(*)::integer
    from message_read_status_v2 mrs
    inner join messages_v2 m on m.id = mrs.message_id
    where mrs.user_id = p_user_id and mrs.is_read = false and m.deleted_at is null
  );
end;
$$;

create function mark_messages_as_read_v2(p_user_id uuid, p_conversation_id uuid)
returns integer
language plpgsql
security definer
as $$
declare
  v_updated_count integer;
begin
  update message_read_status_v2
  set is_read = true, read_at = now(), updated_at = now()
  from messages_v2 m
  where message_read_status_v2.message_id = m.id
    and message_read_status_v2.user_id = p_user_id
    and m.conversation_id = p_conversation_id
    and message_read_status_v2.is_read = false
    and m.deleted_at is null;
  get diagnostics v_updated_count = row_count;
  return v_updated_count;
end;
$$;

grant usage on schema baseline to authenticated;
grant select, insert, update on all tables in schema baseline to authenticated;
