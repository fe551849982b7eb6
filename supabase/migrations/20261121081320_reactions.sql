-- Reactions. Who reacted with what is in confab.reactions; each message carries a summary of it.

create function confab_private.emoji(p_text text)
returns text
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_selector constant text := U&'\FE0F';
  v_either constant text := '[\uFE0E\uFE0F]?';
  v_tone constant text := '[\U0001F3FB-\U0001F3FF]';
  -- Emoji that are text unless the variation selector follows (Unicode 17: Emoji without Emoji_Presentation).
  v_textual constant text := '[' ||
    '\u00A9\u00AE\u203C\u2049\u2122\u2139\u2194-\u2199\u21A9\u21AA\u2328\u23CF\u23ED-\u23EF\u23F1\u23F2' ||
    '\u23F8-\u23FA\u24C2\u25AA\u25AB\u25B6\u25C0\u25FB\u25FC\u2600-\u2604\u260E\u2611\u2618\u261D\u2620' ||
    '\u2622\u2623\u2626\u262A\u262E\u262F\u2638-\u263A\u2640\u2642\u265F\u2660\u2663\u2665\u2666\u2668\u267B' ||
    '\u267E\u2692\u2694-\u2697\u2699\u269B\u269C\u26A0\u26A7\u26B0\u26B1\u26C8\u26CF\u26D1\u26D3\u26E9' ||
    '\u26F0\u26F1\u26F4\u26F7-\u26F9\u2702\u2708\u2709\u270C\u270D\u270F\u2712\u2714\u2716\u271D\u2721' ||
    '\u2733\u2734\u2744\u2747\u2763\u2764\u27A1\u2934\u2935\u2B05-\u2B07\u3030\u303D\u3297\u3299' ||
    '\U0001F170\U0001F171\U0001F17E\U0001F17F\U0001F202\U0001F237\U0001F321\U0001F324-\U0001F32C\U0001F336' ||
    '\U0001F37D\U0001F396\U0001F397\U0001F399-\U0001F39B\U0001F39E\U0001F39F\U0001F3CB-\U0001F3CE' ||
    '\U0001F3D4-\U0001F3DF\U0001F3F3\U0001F3F5\U0001F3F7\U0001F43F\U0001F441\U0001F4FD\U0001F549\U0001F54A' ||
    '\U0001F56F\U0001F570\U0001F573-\U0001F579\U0001F587\U0001F58A-\U0001F58D\U0001F590\U0001F5A5\U0001F5A8' ||
    '\U0001F5B1\U0001F5B2\U0001F5BC\U0001F5C2-\U0001F5C4\U0001F5D1-\U0001F5D3\U0001F5DC-\U0001F5DE\U0001F5E1' ||
    '\U0001F5E3\U0001F5E8\U0001F5EF\U0001F5F3\U0001F5FA\U0001F6CB\U0001F6CD-\U0001F6CF\U0001F6E0-\U0001F6E5' ||
    '\U0001F6E9\U0001F6F0\U0001F6F3' ||
    ']';
  -- Emoji by themselves (Emoji_Presentation), and the places in their blocks that are kept for future ones.
  v_pictorial constant text := '[' ||
    '\u231A\u231B\u23E9-\u23EC\u23F0\u23F3\u25FD\u25FE\u2614\u2615\u2648-\u2653\u267F\u2693\u26A1\u26AA\u26AB' ||
    '\u26BD\u26BE\u26C4\u26C5\u26CE\u26D4\u26EA\u26F2\u26F3\u26F5\u26FA\u26FD\u2705\u270A\u270B\u2728\u274C\u274E' ||
    '\u2753-\u2755\u2757\u2795-\u2797\u27B0\u27BF\u2B1B\u2B1C\u2B50\u2B55\U0001F004\U0001F0CF\U0001F18E' ||
    '\U0001F191-\U0001F19A\U0001F201\U0001F21A\U0001F22F\U0001F232-\U0001F236\U0001F238-\U0001F23A' ||
    '\U0001F250\U0001F251\U0001F300-\U0001F320\U0001F32D-\U0001F335\U0001F337-\U0001F37C\U0001F37E-\U0001F393' ||
    '\U0001F3A0-\U0001F3CA\U0001F3CF-\U0001F3D3\U0001F3E0-\U0001F3F0\U0001F3F4\U0001F3F8-\U0001F43E\U0001F440' ||
    '\U0001F442-\U0001F4FC\U0001F4FF-\U0001F53D\U0001F54B-\U0001F54E\U0001F550-\U0001F567\U0001F57A' ||
    '\U0001F595\U0001F596\U0001F5A4\U0001F5FB-\U0001F64F\U0001F680-\U0001F6C5\U0001F6CC\U0001F6D0-\U0001F6D2' ||
    '\U0001F6D5-\U0001F6DF\U0001F6EB-\U0001F6EF\U0001F6F4-\U0001F6FF\U0001F7E0-\U0001F7FF\U0001F90C-\U0001F93A' ||
    '\U0001F93C-\U0001F945\U0001F947-\U0001F9FF\U0001FA70-\U0001FAFF' ||
    ']';
  -- What a skin tone may follow (Emoji_Modifier_Base), likewise.
  v_body constant text := '[' ||
    '\u261D\u26F9\u270A-\u270D\U0001F385\U0001F3C2-\U0001F3C4\U0001F3C7\U0001F3CA-\U0001F3CC\U0001F442\U0001F443' ||
    '\U0001F446-\U0001F450\U0001F466-\U0001F478\U0001F47C\U0001F481-\U0001F483\U0001F485-\U0001F487\U0001F48F' ||
    '\U0001F491\U0001F4AA\U0001F574\U0001F575\U0001F57A\U0001F590\U0001F595\U0001F596\U0001F645-\U0001F647' ||
    '\U0001F64B-\U0001F64F\U0001F6A3\U0001F6B4-\U0001F6B6\U0001F6C0\U0001F6CC\U0001F6D9-\U0001F6DB' ||
    '\U0001F6ED-\U0001F6EF\U0001F6FD-\U0001F6FF\U0001F7EC-\U0001F7EF\U0001F7F1-\U0001F7FF\U0001F90C\U0001F90F' ||
    '\U0001F918-\U0001F91F\U0001F926\U0001F930-\U0001F939\U0001F93C-\U0001F93E\U0001F977\U0001F9B5\U0001F9B6' ||
    '\U0001F9B8\U0001F9B9\U0001F9BB\U0001F9CD-\U0001F9CF\U0001F9D1-\U0001F9DD\U0001FA7D-\U0001FA7F' ||
    '\U0001FA8B-\U0001FA8D\U0001FAC3-\U0001FAC5\U0001FAC7\U0001FAC9-\U0001FACC\U0001FADD\U0001FADE' ||
    '\U0001FAEB-\U0001FAEE\U0001FAF0-\U0001FAFF' ||
    ']';
  v_single constant text := '(?:' || v_body || v_either || v_tone || '|(?:' || v_textual || '|' || v_pictorial || ')' || v_either || ')';
begin
  if octet_length(p_text) > 64 or p_text !~ (
    '^(?:'
    || v_single || '(?:\u200D' || v_single || ')*'
    || '|[\U0001F1E6-\U0001F1FF]{2}'
    || '|[0-9#*]' || v_either || '\u20E3'
    || '|\U0001F3F4[\U000E0030-\U000E0039\U000E0061-\U000E007A]{3,6}\U000E007F'
    || ')$'
  ) then
    return null;
  end if;
  return regexp_replace(
    replace(translate(p_text, U&'\FE0E\FE0F', ''), U&'\20E3', v_selector || U&'\20E3'),
    '(' || v_textual || ')(?!' || v_tone || ')',
    '\1' || v_selector,
    'g'
  );
end;
$$;

comment on function confab_private.emoji(text) is
  'The one emoji a text consists of, null when it is anything else: sequences joined by ZWJ, skin tones, flags, tags and keycaps are one. Written as Unicode calls fully qualified: the variation selector U+FE0F stands where an emoji would be text without it and nowhere else, whatever selectors were written, so that one emoji is never two reactions.';

create function confab_private.require_emoji(p_text text, p_doing text)
returns text
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_emoji constant text := confab_private.emoji(p_text);
begin
  if v_emoji is null or octet_length(v_emoji) > 64 then
    perform confab_private.fail('invalid', format('unable to %s; a reaction is exactly one emoji', p_doing));
  end if;
  return v_emoji;
end;
$$;

comment on function confab_private.require_emoji(text, text) is 'The emoji in the form it is stored, or `invalid`.';

create function confab_private.next_version(p_conversation_id uuid)
returns bigint
language plpgsql
set search_path = ''
as $$
declare
  v_version bigint;
begin
  update confab.conversations c
  set version = c.version + 1
  where c.id = p_conversation_id
  returning c.version into v_version;
  return v_version;
end;
$$;

comment on function confab_private.next_version(uuid) is
  'D3 The version of the next change to a message. The caller holds the conversation row.';

create function confab_private.lock_message(p_message_id uuid, p_me uuid, p_doing text)
returns confab.messages
language plpgsql
set search_path = ''
as $$
declare
  v_message confab.messages := confab_private.require_message(p_message_id, p_me, p_doing);
begin
  perform confab_private.lock_conversation(v_message.conversation_id, p_me, p_doing);
  -- Read again: it may have changed while this call waited.
  v_message := confab_private.require_message(p_message_id, p_me, p_doing);
  if v_message.deleted_at is not null then
    perform confab_private.fail('message_deleted', format('unable to %s; the message has been deleted', p_doing));
  end if;
  return v_message;
end;
$$;

comment on function confab_private.lock_message(uuid, uuid, text) is
  'D3 A message p_me may change something about, with its conversation locked; or the errors of require_message and lock_conversation, or `message_deleted`.';

create function confab_private.summarize_reactions(p_message_id uuid, p_conversation_id uuid, p_me uuid)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_version constant bigint := confab_private.next_version(p_conversation_id);
begin
  update confab.messages m
  set version = v_version,
      reactions = (
        select jsonb_agg(
          jsonb_build_object('emoji', e.emoji, 'count', e.users, 'user_ids', e.user_ids, 'own', null)
          order by e.first_at, e.emoji
        )
        from (
          select
            r.emoji,
            count(*) as users,
            (array_agg(r.user_id order by r.created_at, r.user_id))[1:10] as user_ids,
            min(r.created_at) as first_at
          from confab.reactions r
          where r.message_id = p_message_id
          group by r.emoji
        ) e
      )
  where m.id = p_message_id;
  return confab_private.emit_message(p_message_id, p_me);
end;
$$;

comment on function confab_private.summarize_reactions(uuid, uuid, uuid) is
  'D3 Makes the summary on a message anew, as a change with a new version, and tells the members. The caller holds the conversation row.';

create function confab_private.add_reaction(p_message_id uuid, p_emoji text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me constant uuid := confab_private.require_me();
  v_doing constant text := 'add the reaction';
  v_emoji constant text := confab_private.require_emoji(p_emoji, v_doing);
  v_message constant confab.messages := confab_private.lock_message(p_message_id, v_me, v_doing);
  v_max integer;
begin
  if exists (
    select 1
    from confab.reactions r
    where r.message_id = p_message_id and r.emoji = v_emoji and r.user_id = v_me
  ) then
    return confab_private.message_for(v_me, p_message_id);
  end if;
  select s.max_reactions_per_user into v_max from confab_private.settings s;
  if (select count(*) from confab.reactions r where r.message_id = p_message_id and r.user_id = v_me) >= v_max then
    perform confab_private.fail(
      'too_many_reactions', format('unable to %s; at most %s of one user are allowed', v_doing, v_max)
    );
  end if;
  insert into confab.reactions (message_id, emoji, user_id) values (p_message_id, v_emoji, v_me);
  return confab_private.summarize_reactions(p_message_id, v_message.conversation_id, v_me);
end;
$$;

comment on function confab_private.add_reaction(uuid, text) is 'Body of confab.add_reaction.';

create function confab_private.remove_reaction(p_message_id uuid, p_emoji text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_me constant uuid := confab_private.require_me();
  v_doing constant text := 'remove the reaction';
  v_emoji constant text := confab_private.require_emoji(p_emoji, v_doing);
  v_message constant confab.messages := confab_private.lock_message(p_message_id, v_me, v_doing);
begin
  delete from confab.reactions r where r.message_id = p_message_id and r.emoji = v_emoji and r.user_id = v_me;
  if not found then
    return confab_private.message_for(v_me, p_message_id);
  end if;
  return confab_private.summarize_reactions(p_message_id, v_message.conversation_id, v_me);
end;
$$;

comment on function confab_private.remove_reaction(uuid, text) is 'Body of confab.remove_reaction.';

create function confab_private.reactors(p_message_id uuid, p_emoji text, p_after text, p_max_rows integer)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_me constant uuid := confab_private.require_me();
  v_doing constant text := 'list the reactions';
  v_emoji constant text := case when p_emoji is not null then confab_private.require_emoji(p_emoji, v_doing) end;
  v_rows constant integer := confab_private.page_size(p_max_rows, 50);
  v_place constant text[] := confab_private.page_place(p_after, '^\d{1,17}_[^_]{1,32}$', v_doing);
  v_after_time constant timestamptz := confab_private.from_micros(split_part(v_place[1], '_', 1));
  v_after_emoji constant text := split_part(v_place[1], '_', 2);
begin
  perform confab_private.require_message(p_message_id, v_me, v_doing);
  return (
    with found as materialized (
      select r.user_id, r.emoji, r.created_at
      from confab.reactions r
      where r.message_id = p_message_id
        and (v_emoji is null or r.emoji = v_emoji)
        and (
          v_place is null
          or (r.created_at, r.emoji collate "C", r.user_id) > (v_after_time, v_after_emoji collate "C", v_place[2]::uuid)
        )
      order by r.created_at, r.emoji collate "C", r.user_id
      limit v_rows + 1
    ),
    page as (
      select f.*, row_number() over (order by f.created_at, f.emoji collate "C", f.user_id) as place from found f
    )
    select jsonb_build_object(
      'reactions', coalesce((
        select jsonb_agg(
          jsonb_build_object('user_id', p.user_id, 'emoji', p.emoji, 'created_at', p.created_at) order by p.place
        )
        from page p
        where p.place <= v_rows
      ), '[]'),
      'profiles', coalesce((
        select jsonb_agg(w.wire)
        from confab_private.profile_wire w
        where w.id in (select p.user_id from page p where p.place <= v_rows)
      ), '[]'),
      -- One row more than asked for shows that there is a next page.
      'next', (
        select confab_private.to_micros(p.created_at) || '_' || p.emoji || '_' || p.user_id
        from page p
        where p.place = v_rows and exists (select 1 from page m where m.place > v_rows)
      )
    )
  );
end;
$$;

comment on function confab_private.reactors(uuid, text, text, integer) is 'Body of confab.reactors.';

-- What an app calls.

create function confab.add_reaction(message_id uuid, emoji text)
returns jsonb language plpgsql volatile set search_path = ''
as $$ begin return confab_private.add_reaction($1, $2); end $$;

comment on function confab.add_reaction(uuid, text) is
'Reacts to a message, and answers the message as the caller sees it. Repeating it changes nothing.

emoji: exactly one, as a reader sees it; sequences of a flag, a skin tone, a family are one. With the variation selector U+FE0F or without it is the same reaction; answers have it where Unicode wants it. Up to settings.max_reactions_per_user different ones to a message.
Errors: `unauthenticated`, `not_member`, `not_found`, `locked`, `user_deleted`, `message_deleted`, `too_many_reactions`, `invalid`. Rules D3, D10.';

create function confab.remove_reaction(message_id uuid, emoji text)
returns jsonb language plpgsql volatile set search_path = ''
as $$ begin return confab_private.remove_reaction($1, $2); end $$;

comment on function confab.remove_reaction(uuid, text) is
'Takes back a reaction of the caller, and answers the message as the caller sees it. One that is not there changes nothing.
Errors: `unauthenticated`, `not_member`, `not_found`, `locked`, `user_deleted`, `message_deleted`, `invalid`. Rules D3, D10.';

create function confab.reactors(message_id uuid, emoji text default null, after text default null, max_rows integer default 50)
returns jsonb language plpgsql stable set search_path = ''
as $$ begin return confab_private.reactors($1, $2, $3, $4); end $$;

comment on function confab.reactors(uuid, text, text, integer) is
'Who reacted to a message, the first one first: {reactions: [{user_id, emoji, created_at}], profiles, next}.

emoji: only reactions with this one. after: the `next` of the previous page. max_rows: 1 to 200.
Errors: `unauthenticated`, `not_member`, `not_found`, `invalid`. Rule D13.';

grant execute on function
  confab.add_reaction(uuid, text),
  confab.remove_reaction(uuid, text),
  confab.reactors(uuid, text, text, integer),
  confab_private.add_reaction(uuid, text),
  confab_private.remove_reaction(uuid, text),
  confab_private.reactors(uuid, text, text, integer)
to authenticated, service_role;
