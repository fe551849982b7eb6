-- D11 One list of errors. Each is raised with errcode PT<status> (PostgREST answers with that HTTP status), the stable
-- code in `detail` and, where known, the seconds to wait in `hint`.

create table confab_private.error_codes (
  code text primary key,
  status integer not null check (status between 400 and 599),
  retryable boolean not null,
  description text not null
);

comment on table confab_private.error_codes is 'D11 Every error the functions answer with; the SDK has the same list.';

insert into confab_private.error_codes (code, status, retryable, description) values
  ('unauthenticated',    401, false, 'No signed-in user.'),
  ('forbidden',          403, false, 'The caller''s role does not allow this.'),
  ('not_member',         403, false, 'The caller is not a joined member of the conversation.'),
  ('edit_window_closed', 403, false, 'The message is too old to be edited.'),
  ('delete_window_closed', 403, false, 'The message is too old to be deleted.'),
  ('locked',             403, false, 'The conversation is locked; only its admins may change it.'),
  ('user_deleted',       403, false, 'The other user of the direct conversation has been deleted.'),
  ('not_found',          404, false, 'The conversation, message or user does not exist.'),
  ('conflict',           409, false, 'The change contradicts the present state.'),
  ('id_taken',           409, false, 'The id already belongs to something else.'),
  ('last_owner',         409, false, 'A conversation with members needs an owner.'),
  ('not_invited',        409, false, 'There is no open invitation.'),
  ('message_deleted',    409, false, 'The message has been deleted.'),
  ('invalid',            400, false, 'An argument is missing, malformed or out of range.'),
  ('content_empty',      400, false, 'This kind of message needs content.'),
  ('content_too_long',   400, false, 'The content exceeds the limit.'),
  ('unknown_kind',       400, false, 'No such kind of conversation or message.'),
  ('too_many_members',   400, false, 'The conversation would exceed its limit of members.'),
  ('too_many_reactions', 400, false, 'The message has as many of the caller''s reactions as are allowed.'),
  ('rate_limited',       429, true,  'Too many messages in too short a time; the answer says how many seconds to wait.'),
  ('slow_mode',          429, true,  'The conversation is in slow mode; the answer says how many seconds to wait.'),
  ('blocked_by_previous',409, true,  'An earlier mutation of the same lane failed and will be retried first.'),
  ('internal',           500, true,  'An unexpected database error; nothing was written.');

create function confab_private.fail(p_code text, p_message text, p_retry_after numeric default null)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_errcode text := 'PT' || coalesce((select e.status from confab_private.error_codes e where e.code = p_code), 500);
begin
  if p_retry_after is null then
    raise exception using errcode = v_errcode, message = p_message, detail = p_code;
  end if;
  raise exception using
    errcode = v_errcode,
    message = p_message,
    detail = p_code,
    hint = jsonb_build_object('retry_after', p_retry_after)::text;
end;
$$;

comment on function confab_private.fail(text, text, numeric) is
  'D11 Raises one of error_codes. p_message follows the grammar "unable to <do>; <reason>"; p_retry_after is in seconds.';
