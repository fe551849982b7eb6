-- D5 What is left when a user goes: an empty profile as the author of what was written, and on demand not even that text.

create function confab_private.refuse_forgotten_member()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- Waits for a deletion of the user that is under way; one that begins now waits for this membership, and ends it.
  perform 1 from confab.profiles p where p.id = new.user_id and p.deleted_at is null for share;
  if not found then
    perform confab_private.fail('not_found', 'unable to add the member; the user does not exist');
  end if;
  return null;
end;
$$;

comment on function confab_private.refuse_forgotten_member() is
  'Trigger of members: nobody is added or invited who is being deleted at the same moment.';

create trigger refuse_forgotten_on_insert after insert on confab.members
  for each row when (new.state in ('joined', 'invited'))
  execute function confab_private.refuse_forgotten_member();
create trigger refuse_forgotten_on_update after update of state on confab.members
  for each row when (new.state in ('joined', 'invited') and old.state is distinct from new.state)
  execute function confab_private.refuse_forgotten_member();

create function confab_private.appoint_owner(p_conversation_id uuid)
returns void
language plpgsql
set search_path = ''
as $$
begin
  update confab.members m
  set role = 'owner'
  where m.conversation_id = p_conversation_id
    and m.user_id = (
      select h.user_id
      from confab.members h
      where h.conversation_id = p_conversation_id and h.state = 'joined'
      order by h.role = 'admin' desc, h.joined_at, h.user_id
      limit 1
    )
    and not exists (
      select 1
      from confab.members o
      where o.conversation_id = p_conversation_id and o.state = 'joined' and o.role = 'owner'
    );
end;
$$;

comment on function confab_private.appoint_owner(uuid) is
  'D9 Makes the admin, else the member, of longest standing the owner of a conversation that has lost its last one. The caller holds the conversation row.';

create function confab_private.leave_forgotten(p_conversation_id uuid, p_user_id uuid)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_old record;
begin
  perform 1 from confab.conversations c where c.id = p_conversation_id for no key update;
  -- Under the lock: it may have ended meanwhile.
  select m.state, m.role into v_old
  from confab.members m
  where m.conversation_id = p_conversation_id and m.user_id = p_user_id;
  if v_old.state in ('joined', 'invited') then
    perform confab_private.end_membership(p_conversation_id, p_user_id, 'left');
  end if;
  if v_old.state = 'joined' and v_old.role = 'owner' then
    perform confab_private.appoint_owner(p_conversation_id);
  end if;
end;
$$;

comment on function confab_private.leave_forgotten(uuid, uuid) is
  'D5 Takes a user who no longer exists out of a conversation, without a system message: there may be a thousand.';

create function confab_private.forget_user(p_user_id uuid)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_conversation_id uuid;
begin
  -- The order of locks of everybody: the rate bucket, then conversations by id.
  delete from confab_private.rate_buckets b where b.user_id = p_user_id;
  -- From here on nobody can add the user any more (refuse_forgotten_member).
  -- A user without a profile gets an empty one, which no token that is still valid fills.
  insert into confab.profiles as p (id, display_name, deleted_at)
  values (p_user_id, 'Deleted user', clock_timestamp())
  on conflict (id) do update
  set display_name = excluded.display_name, avatar_url = null, last_seen_at = null, deleted_at = excluded.deleted_at
  where p.deleted_at is null;
  for v_conversation_id in
    select m.conversation_id
    from confab.members m
    where m.user_id = p_user_id and m.state in ('joined', 'invited')
    order by m.conversation_id
  loop
    perform confab_private.leave_forgotten(v_conversation_id, p_user_id);
  end loop;
  -- What the user had set for itself, in conversations left long ago too.
  update confab.members m
  set pinned_at = null, muted_until = null, archived_at = null, hidden_seq = null
  where m.user_id = p_user_id
    and num_nonnulls(m.pinned_at, m.muted_until, m.archived_at, m.hidden_seq) > 0;
  delete from confab.drafts d where d.user_id = p_user_id;
  delete from confab.threads t where t.user_id = p_user_id;
  delete from confab.hidden_messages h where h.user_id = p_user_id;
  delete from confab.mentions x where x.user_id = p_user_id;
  delete from confab_private.read_log r
  using confab.members m
  where m.user_id = p_user_id and r.member_number = m.number;
  delete from confab_private.applied_mutations a where a.user_id = p_user_id;
end;
$$;

comment on function confab_private.forget_user(uuid) is
  'D5 Called when a user is deleted from auth.users, softly too. Empties the profile, ends the memberships, and deletes drafts, followed threads, what was hidden, the log of reading and mentions. Messages and reactions stay, with an author without a name; where a message mentions the user, the id stays in it and leads to that empty profile. Repeating it changes nothing.';

create function confab_private.bury_messages(p_conversation_id uuid, p_message_ids uuid[])
returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_version bigint;
  v_buried integer;
  v_last_counted bigint;
  v_seqs bigint[];
  v_ids uuid[];
  v_roots uuid[];
begin
  select c.version into v_version from confab.conversations c where c.id = p_conversation_id for no key update;
  -- Under the lock: another call, or the author, may have been faster.
  select
    coalesce(array_agg(m.id order by m.seq), '{}'),
    coalesce(array_agg(m.seq order by m.seq), '{}'),
    array_agg(distinct m.thread_root_id) filter (where m.thread_root_id is not null),
    max(m.seq) filter (where m.counts)
  into v_ids, v_seqs, v_roots, v_last_counted
  from confab.messages m
  where m.id = any (p_message_ids) and m.conversation_id = p_conversation_id and m.deleted_at is null;
  v_buried := cardinality(v_ids);
  if v_buried = 0 then
    return 0;
  end if;

  update confab.messages m
  set content = null, data = '{}', mentioned_user_ids = null, mentions_everyone = false, mentions = null,
      reactions = null, pinned_at = null, pinned_by = null, deleted_at = clock_timestamp(), version = v_version + u.place
  from unnest(v_ids) with ordinality u (id, place)
  where m.id = u.id;
  delete from confab.reactions r where r.message_id = any (v_ids);
  delete from confab.message_versions n where n.message_id = any (v_ids);
  delete from confab.mentions x where x.conversation_id = p_conversation_id and x.seq = any (v_seqs);
  -- The summary on the root of each thread is one more change.
  update confab.messages m
  set thread = confab_private.thread_summary(m.id), version = v_version + v_buried + u.place
  from unnest(v_roots) with ordinality u (id, place)
  where m.id = u.id;
  update confab.conversations c
  set version = v_version + v_buried + coalesce(cardinality(v_roots), 0),
      last_deleted_seq = greatest(c.last_deleted_seq, v_last_counted)
  where c.id = p_conversation_id;
  perform confab_private.emit_hint(p_conversation_id);
  return v_buried;
end;
$$;

comment on function confab_private.bury_messages(uuid, uuid[]) is
  'D3 D5 Makes tombstones of many messages of one conversation at once, each with a version of its own, and returns how many there were. One hint to pull instead of an event per message.';

create function confab_private.require_max_rows(p_max_rows integer, p_doing text)
returns void
language plpgsql
immutable
set search_path = ''
as $$
begin
  if p_max_rows is null or p_max_rows not between 1 and 100000 then
    perform confab_private.fail('invalid', format('unable to %s; max_rows must be between 1 and 100000', p_doing));
  end if;
end;
$$;

comment on function confab_private.require_max_rows(integer, text) is
  'Refuses (`invalid`) a portion of no rows, or of so many that others would wait for it.';

create function confab_private.erase_user_messages(p_user_id uuid, p_max_rows integer)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_doing constant text := 'erase the messages';
  v_step record;
  v_erased integer := 0;
begin
  perform confab_private.require_max_rows(p_max_rows, v_doing);
  if p_user_id is null then
    perform confab_private.fail('invalid', format('unable to %s; user_id is missing', v_doing));
  end if;
  if not exists (select 1 from confab.profiles p where p.id = p_user_id) then
    perform confab_private.fail('not_found', format('unable to %s; no such user', v_doing));
  end if;
  for v_step in
    select m.conversation_id, array_agg(m.id) as ids
    from (
      select o.conversation_id, o.id
      from confab.messages o
      where o.sender_id = p_user_id and o.deleted_at is null
      limit p_max_rows
    ) m
    group by m.conversation_id
    order by m.conversation_id
  loop
    v_erased := v_erased + confab_private.bury_messages(v_step.conversation_id, v_step.ids);
  end loop;
  return jsonb_build_object('erased', v_erased, 'has_more', exists (
    select 1 from confab.messages m where m.sender_id = p_user_id and m.deleted_at is null
  ));
end;
$$;

comment on function confab_private.erase_user_messages(uuid, integer) is 'Body of confab.erase_user_messages.';

-- What a server calls.

create function confab.erase_user_messages(user_id uuid, max_rows integer default 10000)
returns jsonb language plpgsql volatile set search_path = ''
as $$ begin return confab_private.erase_user_messages($1, $2); end $$;

comment on function confab.erase_user_messages(uuid, integer) is
'Service role only. Empties the messages of a user, whether the user still exists or not, with their reactions, mentions and earlier versions; tombstones stay, so that seq has no holes. Answers {erased, has_more}: call it again while has_more.

max_rows: messages per call, 1 to 100,000; their conversations are locked until it ends.
Errors: `not_found` (no such user), `invalid`. Rule D5.';

grant execute on function
  confab.erase_user_messages(uuid, integer),
  confab_private.erase_user_messages(uuid, integer)
to service_role;
