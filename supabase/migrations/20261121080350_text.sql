-- How names and messages are compared when people look for them.

create function confab_private.fold(p_text text)
returns text
language plpgsql
immutable
strict
parallel safe
set search_path = ''
as $$
begin
  -- Most text is plain ASCII, where one byte is one character.
  if octet_length(p_text) = char_length(p_text) then
    return lower(p_text);
  end if;
  return translate(
    regexp_replace(normalize(lower(normalize(p_text, nfkd)), nfkd), '[\u0300-\u036f]', '', 'g'),
    'øłđðħıĸŋŧ', 'oldohiknt'
  );
end;
$$;

comment on function confab_private.fold(text) is
  'Text without case and accents, wide and ligated letters in their plain form: what is compared in every search.';

create function confab_private.like_pattern(p_query text)
returns text
language plpgsql
immutable
strict
set search_path = ''
as $$
begin
  return '%' || regexp_replace(confab_private.fold(btrim(p_query)), '([\\%_])', '\\\1', 'g') || '%';
end;
$$;

comment on function confab_private.like_pattern(text) is
  'For `fold(x) like …`: whether x holds p_query, whose %, _ and \ mean themselves.';
