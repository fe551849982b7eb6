-- Who has read a message, the threads one follows, and messages by the day they belong to.

create function confab_private.readers(p_message_id uuid, p_after text, p_max_rows integer)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_me constant uuid := confab_private.require_me();
  v_doing constant text := 'list the readers';
  v_rows constant integer := confab_private.page_size(p_max_rows, 50);
  -- Those whose time is not known come last.
  v_place constant text[] := confab_private.page_place(p_after, '^(\d{1,17}|unknown)$', v_doing);
  v_after constant timestamptz := case when v_place[1] = 'unknown' then 'infinity' else confab_private.from_micros(v_place[1]) end;
  v_message constant confab.messages := confab_private.require_message(p_message_id, v_me, v_doing);
begin
  if not exists (
    select 1
    from confab.conversations c
    join confab.conversation_kinds k on k.kind = c.kind
    where c.id = v_message.conversation_id and k.has_receipts
  ) then
    perform confab_private.fail('forbidden', format('unable to %s; this kind of conversation has no receipts', v_doing));
  end if;
  return (
    with others as materialized (
      select
        m.user_id,
        m.number,
        m.last_delivered_seq >= v_message.seq as has_received,
        -- What is in a thread is read there: the cursor in the conversation passes it by.
        case when v_message.thread_root_id is null then m.last_read_seq >= v_message.seq else exists (
          select 1
          from confab.threads t
          where t.user_id = m.user_id and t.root_id = v_message.thread_root_id and t.last_read_seq >= v_message.seq
        ) end as has_read
      from confab.members m
      where m.conversation_id = v_message.conversation_id
        and m.state = 'joined'
        and m.user_id is distinct from v_message.sender_id
        and m.joined_seq < v_message.seq
    ),
    reads as materialized (
      select o.user_id, l.read_at, coalesce(l.read_at, 'infinity') as sort_at
      from others o
      left join lateral (
        select g.read_at
        from confab_private.read_log g
        where v_message.thread_root_id is null
          and g.member_number = o.number
          and g.seq >= v_message.seq
        order by g.seq
        limit 1
      ) l on true
      where o.has_read
    ),
    page as materialized (
      select r.*, row_number() over (order by r.sort_at, r.user_id) as place
      from reads r
      where v_place is null or (r.sort_at, r.user_id) > (v_after, v_place[2]::uuid)
      order by r.sort_at, r.user_id
      limit v_rows + 1
    ),
    delivered as materialized (
      select o.user_id
      from others o
      where o.has_received and not o.has_read and v_place is null
      order by o.user_id
      limit 200
    )
    select jsonb_build_object(
      'readers', coalesce((
        select jsonb_agg(jsonb_build_object('user_id', p.user_id, 'read_at', p.read_at) order by p.place)
        from page p
        where p.place <= v_rows
      ), '[]'),
      'delivered', coalesce((select jsonb_agg(d.user_id order by d.user_id) from delivered d), '[]'),
      'profiles', coalesce((
        select jsonb_agg(w.wire)
        from confab_private.profile_wire w
        where w.id in (
          select p.user_id from page p where p.place <= v_rows
          union all
          select d.user_id from delivered d
        )
      ), '[]'),
      'next', (
        select coalesce(confab_private.to_micros(p.read_at), 'unknown') || '_' || p.user_id
        from page p
        where p.place = v_rows and exists (select 1 from page m where m.place > v_rows)
      )
    )
  );
end;
$$;

comment on function confab_private.readers(uuid, text, integer) is 'Body of confab.readers.';

create function confab_private.threads(p_before text, p_max_rows integer, p_only_unread boolean)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_me constant uuid := confab_private.require_me();
  v_rows constant integer := confab_private.page_size(p_max_rows, 30);
  v_place constant text[] := confab_private.page_place(p_before, '^\d{1,17}$', 'list threads');
  v_before constant timestamptz := confab_private.from_micros(v_place[1]);
  v_ids uuid[];
  v_next text;
begin
  v_ids := array(
    select t.root_id
    from confab_private.thread_wire t
    where t.user_id = v_me
      and t.is_following
      and t.last_reply_at is not null
      and (t.is_unread or not coalesce(p_only_unread, false))
      and (v_place is null or (t.last_reply_at, t.root_id) < (v_before, v_place[2]::uuid))
    order by t.last_reply_at desc, t.root_id desc
    limit v_rows + 1
  );
  if cardinality(v_ids) > v_rows then
    v_ids := v_ids[1:v_rows];
    select confab_private.to_micros(t.last_reply_at) || '_' || t.root_id into v_next
    from confab_private.thread_wire t
    where t.user_id = v_me and t.root_id = v_ids[v_rows];
  end if;
  return confab_private.show_messages(v_me, v_ids, v_next) || jsonb_build_object('threads', coalesce((
    select jsonb_agg(t.wire order by array_position(v_ids, t.root_id))
    from confab_private.thread_wire t
    where t.user_id = v_me and t.root_id = any (v_ids)
  ), '[]'));
end;
$$;

comment on function confab_private.threads(text, integer, boolean) is 'Body of confab.threads.';

create function confab_private.history_by_date(
  p_conversation_id uuid,
  p_from_date date,
  p_to_date date,
  p_kinds text[],
  p_before text,
  p_max_rows integer
)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_me constant uuid := confab_private.require_me();
  v_doing constant text := 'read messages by date';
  -- Days are counted from here, so that a place is made of digits.
  v_day_0 constant date := '0001-01-01';
  v_rows constant integer := confab_private.page_size(p_max_rows, 50);
  v_place constant text[] := confab_private.page_place(p_before, '^\d{1,7}_\d{1,18}$', v_doing);
  v_before_day constant date := v_day_0 + split_part(v_place[1], '_', 1)::integer;
  v_before_seq constant bigint := split_part(v_place[1], '_', 2)::bigint;
  v_member confab.members;
  v_ids uuid[];
  v_next text;
begin
  v_member := confab_private.require_member(p_conversation_id, v_me, v_doing);
  if p_from_date is null or p_to_date is null or p_from_date < v_day_0 or p_to_date > date '9999-12-31' then
    perform confab_private.fail('invalid', format('unable to %s; from_date and to_date are needed', v_doing));
  end if;
  if p_to_date - p_from_date not between 0 and 366 then
    perform confab_private.fail('invalid', format('unable to %s; to_date must be 0 to 366 days after from_date', v_doing));
  end if;
  if exists (
    select 1 from unnest(p_kinds) k (kind) where not exists (select 1 from confab.message_kinds n where n.kind = k.kind)
  ) then
    perform confab_private.fail('unknown_kind', format('unable to %s; no such kind of message', v_doing));
  end if;
  v_ids := array(
    select m.id
    from confab.messages m
    where m.conversation_id = p_conversation_id
      and m.occurs_on between p_from_date and p_to_date
      and m.seq >= v_member.visible_from_seq
      and m.deleted_at is null
      and (p_kinds is null or m.kind = any (p_kinds))
      and (v_place is null or (m.occurs_on, m.seq) < (v_before_day, v_before_seq))
    order by m.occurs_on desc, m.seq desc
    limit v_rows + 1
  );
  if cardinality(v_ids) > v_rows then
    v_ids := v_ids[1:v_rows];
    select (m.occurs_on - v_day_0) || '_' || m.seq || '_' || m.id into v_next
    from confab.messages m
    where m.id = v_ids[v_rows];
  end if;
  return confab_private.show_messages(v_me, v_ids, v_next);
end;
$$;

comment on function confab_private.history_by_date(uuid, date, date, text[], text, integer) is
  'Body of confab.history_by_date.';

-- What an app calls.

create function confab.readers(message_id uuid, after text default null, max_rows integer default 50)
returns jsonb language plpgsql stable set search_path = ''
as $$ begin return confab_private.readers($1, $2, $3); end $$;

comment on function confab.readers(uuid, text, integer) is
'Who has read a message, first readers first: {readers: [{user_id, read_at}], delivered, profiles, next}. Members who joined later and the sender are not among them.

read_at: when the member first marked as read up to here or beyond; null when that is not known, as of replies in threads. delivered: ids of up to 200 members who have received it and not read it; only on the first page. after: the `next` of the previous page. max_rows: 1 to 200.
Errors: `unauthenticated`, `not_member`, `not_found`, `forbidden` (the kind has no receipts), `invalid`. Rule D6.';

create function confab.threads(before text default null, max_rows integer default 30, only_unread boolean default false)
returns jsonb language plpgsql stable set search_path = ''
as $$ begin return confab_private.threads($1, $2, $3); end $$;

comment on function confab.threads(text, integer, boolean) is
'The threads the caller follows and that have replies, newest reply first: {threads, messages, profiles, next}. messages: their roots, in the same order.

before: the `next` of the previous page. max_rows: 1 to 200. only_unread: leaves out what is read.
Errors: `unauthenticated`, `invalid`. Rules D7, D13.';

create function confab.history_by_date(
  conversation_id uuid,
  from_date date,
  to_date date,
  kinds text[] default null,
  before text default null,
  max_rows integer default 50
)
returns jsonb language plpgsql stable set search_path = ''
as $$ begin return confab_private.history_by_date($1, $2, $3, $4, $5, $6); end $$;

comment on function confab.history_by_date(uuid, date, date, text[], text, integer) is
'Messages by the day they belong to (occurs_on), newest day first and in a day the newest message first: {messages, profiles, next}. Replies in threads are among them, deleted messages are not.

from_date, to_date: the first and the last day, at most 366 days apart. kinds: only these kinds of messages; null = all. before: the `next` of the previous page. max_rows: 1 to 200.
Errors: `unauthenticated`, `not_member`, `not_found`, `unknown_kind`, `invalid`. Rules D9, D13.';

grant execute on function
  confab.readers(uuid, text, integer),
  confab.threads(text, integer, boolean),
  confab.history_by_date(uuid, date, date, text[], text, integer),
  confab_private.readers(uuid, text, integer),
  confab_private.threads(text, integer, boolean),
  confab_private.history_by_date(uuid, date, date, text[], text, integer)
to authenticated, service_role;
