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

create function confab_private.emit_draft(p_user_id uuid, p_place_id uuid)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_draft jsonb;
begin
  select w.wire into v_draft
  from confab.drafts d
  join confab_private.draft_wire w
    on w.user_id = d.user_id
    and w.conversation_id = d.conversation_id
    and w.thread_root_id is not distinct from d.thread_root_id
  where d.user_id = p_user_id and d.place_id = p_place_id;
  perform confab_private.emit(
    array['inbox:' || p_user_id],
    jsonb_build_object('type', 'draft', 'conversation_id', v_draft -> 'conversation_id', 'draft', v_draft)
  );
  return v_draft;
end;
$$;

comment on function confab_private.emit_draft(uuid, uuid) is
  'D10 Tells a user''s own devices of a draft, and returns it.';

create function confab_private.save_draft(
  p_conversation_id uuid,
  p_content text,
  p_saved_at timestamptz,
  p_data jsonb,
  p_thread_root_id uuid,
  p_reply_to_id uuid
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me constant uuid := confab_private.require_me();
  v_doing constant text := 'save the draft';
  v_is_empty constant boolean := confab_private.is_blank(p_content);
  v_now constant timestamptz := clock_timestamp();
  v_data jsonb;
  v_member confab.members;
begin
  v_member := confab_private.require_member(p_conversation_id, v_me, v_doing);
  if p_saved_at is null or not isfinite(p_saved_at) then
    perform confab_private.fail('invalid', format('unable to %s; saved_at must be a time', v_doing));
  end if;
  perform confab_private.require_content(p_content, false, v_doing);
  v_data := confab_private.require_data(p_data, v_doing);
  if p_thread_root_id is not null and not exists (
    select 1
    from confab.messages m
    where m.id = p_thread_root_id
      and m.conversation_id = p_conversation_id
      and m.seq >= v_member.visible_from_seq
      and m.thread_root_id is null
  ) then
    perform confab_private.fail('not_found', format('unable to %s; the root of the thread does not exist', v_doing));
  end if;
  if p_reply_to_id is not null and not exists (
    select 1
    from confab.messages m
    where m.id = p_reply_to_id
      and m.conversation_id = p_conversation_id
      and m.seq >= v_member.visible_from_seq
  ) then
    perform confab_private.fail('not_found', format('unable to %s; the message it replies to does not exist', v_doing));
  end if;

  insert into confab.drafts as d (user_id, conversation_id, thread_root_id, content, data, reply_to_id, saved_at)
  values (
    v_me,
    p_conversation_id,
    p_thread_root_id,
    case when not v_is_empty then p_content end,
    case when v_is_empty then '{}' else v_data end,
    case when not v_is_empty then p_reply_to_id end,
    -- The clock of a device that is ahead would otherwise keep all others from saving.
    case when p_saved_at > v_now + interval '1 minute' then v_now else p_saved_at end
  )
  on conflict (user_id, place_id) do update
  set content = excluded.content,
      data = excluded.data,
      reply_to_id = excluded.reply_to_id,
      saved_at = excluded.saved_at
  where d.saved_at < excluded.saved_at;
  if found then
    return confab_private.emit_draft(v_me, coalesce(p_thread_root_id, p_conversation_id));
  end if;
  return (
    select w.wire
    from confab_private.draft_wire w
    where w.user_id = v_me
      and w.conversation_id = p_conversation_id
      and w.thread_root_id is not distinct from p_thread_root_id
  );
end;
$$;

comment on function confab_private.save_draft(uuid, text, timestamptz, jsonb, uuid, uuid) is 'Body of confab.save_draft.';

create function confab_private.drafts(p_max_rows integer)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_me constant uuid := confab_private.require_me();
begin
  return jsonb_build_object('drafts', coalesce((
    select jsonb_agg(x.wire order by x.saved_at desc)
    from (
      select w.wire, w.saved_at
      from confab_private.draft_wire w
      join confab.members m on m.conversation_id = w.conversation_id and m.user_id = w.user_id
      where w.user_id = v_me and w.content is not null and m.state = 'joined'
      order by w.saved_at desc
      limit confab_private.page_size(p_max_rows, 200)
    ) x
  ), '[]'));
end;
$$;

comment on function confab_private.drafts(integer) is 'Body of confab.drafts.';

-- What an app calls.

create function confab.save_draft(
  conversation_id uuid,
  content text,
  saved_at timestamptz,
  data jsonb default '{}',
  thread_root_id uuid default null,
  reply_to_id uuid default null
)
returns jsonb language plpgsql volatile set search_path = ''
as $$ begin return confab_private.save_draft($1, $2, $3, $4, $5, $6); end $$;

comment on function confab.save_draft(uuid, text, timestamptz, jsonb, uuid, uuid) is
'Keeps what the caller has written and not sent, one draft per conversation and thread, and answers with the draft that now stands.

content: at most settings.max_content_length characters; blank = the draft is emptied (content null, data {}, reply_to_id null), which its other devices learn of. saved_at: when it was written, by the clock of the device; the newest wins, so one saved at the same time or before what is stored changes nothing, and one more than a minute ahead counts as written now. data: at most settings.max_data_bytes. thread_root_id: the root of the thread it is for; null = the timeline. reply_to_id: a message of the conversation.
Errors: `unauthenticated`, `not_member`, `not_found` (conversation, root of the thread, message replied to), `invalid`, `content_too_long`. Rules D4, D9, D10.';

create function confab.drafts(max_rows integer default 200)
returns jsonb language plpgsql stable set search_path = ''
as $$ begin return confab_private.drafts($1); end $$;

comment on function confab.drafts(integer) is
'The caller''s drafts that hold something, in conversations the caller is still in, the last saved first: {drafts}.

max_rows: 1 to 200.
Errors: `unauthenticated`. Rule D13.';

grant execute on function
  confab.save_draft(uuid, text, timestamptz, jsonb, uuid, uuid),
  confab.drafts(integer),
  confab_private.save_draft(uuid, text, timestamptz, jsonb, uuid, uuid),
  confab_private.drafts(integer)
to authenticated, service_role;
