-- The functions an app calls. They run as the caller and hand over to the bodies in confab_private.

create function confab.push(mutations jsonb)
returns jsonb language sql volatile set search_path = ''
as $$ select confab_private.push($1) $$;

comment on function confab.push(jsonb) is
'Applies up to 100 mutations, each completely or not at all, and answers {results} in the order given.

A mutation is {id, type, conversation_id, args}. Its answer is {id, ok: true, result} or {id, ok: false, error: {code, message, retryable, retry_after}}. After a retryable failure the rest of that conversation is answered `blocked_by_previous`; a permanent failure stops nothing else. Replaying a mutation changes nothing and answers the same.
Errors of the whole call: `unauthenticated`, `invalid` (no array, more than 100). Rules D3, D11.';

create function confab.pull(cursor text default null, windows jsonb default '{}')
returns jsonb language sql volatile set search_path = ''
as $$ select confab_private.pull($1, $2) $$;

comment on function confab.pull(text, jsonb) is
'Everything that changed for the caller since a cursor: {cursor, reset, conversations, members, messages, profiles, removed, truncated, has_more, unread_total}.

cursor: what the previous call answered; null, of another epoch or from the future answers `reset: true` and a fresh cursor.
windows: {conversation_id: version} of the conversations whose messages the caller holds. One more than 500 changes behind is listed in `truncated` and gets no messages. has_more: call again with the new cursor and the new versions.
Also refreshes the caller''s last_seen_at, at most every 30 seconds.
Errors: `unauthenticated`, `invalid` (malformed windows). Rule D4.';

create function confab.history(
  conversation_id uuid,
  before_seq bigint default null,
  after_seq bigint default null,
  around_seq bigint default null,
  max_rows integer default 50
)
returns jsonb language sql stable set search_path = ''
as $$ select confab_private.history($1, $2, $3, $4, $5) $$;

comment on function confab.history(uuid, bigint, bigint, bigint, integer) is
'A window of messages by ascending seq: {messages, profiles, covers: {from, to}, has_older, has_newer, version}.

Without before_seq, after_seq or around_seq (at most one of them) the newest page. max_rows: 1 to 200. covers: the inclusive range of seq that the answer holds completely; empty when to < from.
Errors: `unauthenticated`, `not_member`, `not_found`, `invalid`. Rules D3, D13.';

create function confab.conversations(before text default null, max_rows integer default 30)
returns jsonb language sql stable set search_path = ''
as $$ select confab_private.conversations($1, $2) $$;

comment on function confab.conversations(text, integer) is
'The caller''s conversations, newest activity first: {conversations, members, profiles, next, unread_total}.

before: the `next` of the previous page. max_rows: 1 to 200. members: all joined members of each listed conversation up to settings.receipts_max_members, of a larger one only the caller.
Errors: `unauthenticated`, `invalid`. Rules D7, D13.';

create function confab.conversation(conversation_id uuid)
returns jsonb language sql stable set search_path = ''
as $$ select confab_private.conversation($1) $$;

comment on function confab.conversation(uuid) is
'One conversation in the shape of conversations(), `next` null.
Errors: `unauthenticated`, `not_member`, `not_found`. Rule D13.';

create function confab.unread_total()
returns bigint language sql stable set search_path = ''
as $$ select confab_private.unread_total() $$;

comment on function confab.unread_total() is
'How many unread messages the caller has in all conversations; equal to a recount at any time.
Errors: `unauthenticated`. Rule D7.';

create function confab.get_or_create_direct(user_id uuid)
returns jsonb language sql volatile set search_path = ''
as $$ select confab_private.get_or_create_direct($1) $$;

comment on function confab.get_or_create_direct(uuid) is
'The one direct conversation with another user, made on the first call by either side.
Errors: `unauthenticated`, `not_found` (no such user), `invalid` (oneself). Rule D8.';

create function confab.create_conversation(
  id uuid,
  kind text,
  member_ids uuid[],
  title text default null,
  data jsonb default '{}',
  context_type text default null,
  context_id text default null
)
returns jsonb language sql volatile set search_path = ''
as $$ select confab_private.create_conversation($1, $2, $3, $4, $5, $6, $7) $$;

comment on function confab.create_conversation(uuid, text, uuid[], text, jsonb, text, text) is
'Makes a conversation of any kind but a direct one; the caller becomes its owner. Repeating it with the same id answers the same conversation.

member_ids: the other members; the caller may be left out. title: up to 200 characters. data: an object up to 64 kB.
Errors: `unauthenticated`, `unknown_kind`, `not_found` (a member does not exist), `too_many_members`, `id_taken`, `invalid`. Rule D9.';

create function confab.send_message(
  id uuid,
  conversation_id uuid,
  content text,
  kind text default 'text',
  data jsonb default '{}',
  reply_to_id uuid default null,
  thread_root_id uuid default null,
  occurs_on date default null
)
returns jsonb language sql volatile set search_path = ''
as $$ select confab_private.send_message($1, $2, $3, $4, $5, $6, $7, $8) $$;

comment on function confab.send_message(uuid, uuid, text, text, jsonb, uuid, uuid, date) is
'Sends a message and answers it with its seq and version. Repeating it with the same id answers the message as it is now.

id: minted by the client. content: up to settings.max_content_length characters. data: an object up to 64 kB. Moves the sender''s own cursors to the message.
Errors: `unauthenticated`, `not_member`, `not_found`, `forbidden`, `unknown_kind`, `content_empty`, `content_too_long`, `id_taken`, `rate_limited`, `invalid`. Rules D3, D6, D10, D12.';

create function confab.edit_message(id uuid, message_id uuid, content text, data jsonb default null)
returns jsonb language sql volatile set search_path = ''
as $$ select confab_private.edit_message($1, $2, $3, $4) $$;

comment on function confab.edit_message(uuid, uuid, text, jsonb) is
'Changes the content, and with data also the data, of one''s own message.

id: of this edit, minted once; repeating the edit later does not undo a newer one.
Errors: `unauthenticated`, `not_member`, `not_found`, `forbidden`, `message_deleted`, `edit_window_closed`, `content_empty`, `content_too_long`, `id_taken`, `invalid`. Rule D3.';

create function confab.delete_message(message_id uuid)
returns jsonb language sql volatile set search_path = ''
as $$ select confab_private.delete_message($1) $$;

comment on function confab.delete_message(uuid) is
'Empties one''s own message and leaves a tombstone. Repeating it changes nothing.
Errors: `unauthenticated`, `not_member`, `not_found`, `forbidden`, `invalid`. Rules D3, D5.';

create function confab.mark_read(conversation_id uuid, seq bigint)
returns jsonb language sql volatile set search_path = ''
as $$ select confab_private.mark_read($1, $2) $$;

comment on function confab.mark_read(uuid, bigint) is
'Moves the caller''s read cursor forward to seq, at most to the last message, and answers {member, unread}. A lower seq changes nothing.
Errors: `unauthenticated`, `not_member`, `not_found`, `invalid`. Rule D6.';

create function confab.mark_delivered(conversation_id uuid, seq bigint)
returns jsonb language sql volatile set search_path = ''
as $$ select confab_private.mark_delivered($1, $2) $$;

comment on function confab.mark_delivered(uuid, bigint) is
'Moves the caller''s delivered cursor forward to seq, at most to the last message, and answers {member}. A lower seq changes nothing.
Errors: `unauthenticated`, `not_member`, `not_found`, `invalid`. Rule D6.';
