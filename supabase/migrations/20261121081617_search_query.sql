-- What is typed into a search, taken apart, and how well and where a message fits it.

create type confab_private.search_query as (
  needed text[],
  excluded text[],
  written text[],
  words tsquery,
  is_exact boolean,
  marks text
);

comment on type confab_private.search_query is
  'A search text taken apart. needed, excluded: patterns for `confab_private.plain(content) like`; written: patterns for folded content without its blanks; words: what the index is asked for; is_exact: whether what the index finds needs no comparison with the patterns; marks: regular expression for what to mark in folded content.';

create function confab_private.search_start(p_query text)
returns text
language plpgsql
immutable
strict
set search_path = ''
as $$
declare
  v_white constant text := confab_private.white_class();
  v_text text := translate(p_query, '“”„‟«»', '""""""');
  v_whole text;
begin
  if char_length(v_text) <= 200 then
    return v_text;
  end if;
  -- What begins with many signs is looked for by its words.
  v_text := coalesce(nullif(regexp_replace(v_text, '^[' || confab_private.gap_class() || ']+', ''), ''), v_text);
  v_whole := regexp_replace(left(v_text, 201), '[^' || v_white || ']+$', '');
  return case when confab_private.is_blank(v_whole) then left(v_text, 200) else v_whole end;
end;
$$;

comment on function confab_private.search_start(text) is
  'As much of a search text as is looked for: its first 200 characters, in whole words.';

create function confab_private.sign_class()
returns text
language sql
immutable
parallel safe
set search_path = ''
as $$
  select '#$%&*+/<=>@\\^|~\u00a2-\u00a5\u00a7\u00b0\u00b1\u00d7\u20a0-\u20cf'
$$;

comment on function confab_private.sign_class() is
  'The signs, as in the brackets of a regular expression, that say something beside a word: C++, R&D, #tag, 5€. Others (quotes, brackets, commas) do not.';

create function confab_private.signed_words(p_text text)
returns setof text
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_gap constant text := confab_private.gap_class();
  v_sign constant text := confab_private.sign_class();
  v_edge constant text := '(?:[^' || v_gap || ']|[' || v_sign || '])';
begin
  return query
  select w.word
  from regexp_matches(confab_private.fold(p_text), '[^' || confab_private.white_class() || ']+', 'g') r (run)
  cross join lateral (
    select substring(r.run[1] from '(?:^[.-]+(?=[^' || v_gap || ']))?' || v_edge || '(?:.*' || v_edge || ')?') as word
  ) w
  where w.word ~ ('^[.-]|[' || v_sign || ']') and w.word ~ ('[^' || v_gap || ']');
end;
$$;

comment on function confab_private.signed_words(text) is
  'What of a search text is looked for as it is written, folded: words with signs, and those that begin with dots or dashes (.env, --force).';

create function confab_private.parse_search(p_query text, p_excluding text default null)
returns confab_private.search_query
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_gap constant text := confab_private.gap_class();
  v_unspaced constant text := confab_private.unspaced_class();
  v_before constant text := '(?<![^' || v_gap || v_unspaced || '])';
  v_after constant text := '(?![^' || v_gap || v_unspaced || '])';
  v_pieces constant text := '"([^"]*)"?|([^' || confab_private.white_class() || '"]+)';
  v_text constant text := confab_private.search_start(p_query);
  v_has_words constant boolean := confab_private.plain(v_text) ~ ('[^' || v_gap || ']');
  v_query confab_private.search_query := row('{}', '{}', '{}', null, true, null);
  v_words text[] := '{}';
  v_marks text[] := '{}';
  v_signed_marks text[] := '{}';
  v_piece text[];
  v_is_last_prefix boolean := false;
  v_plain text;
  v_part text;
  v_is_unspaced boolean;
  v_mark text;
  v_word text;
begin
  if char_length(p_excluding) > 200 then
    perform confab_private.fail('invalid', 'unable to search; what is excluded exceeds 200 characters');
  end if;
  for v_piece in select regexp_matches(confab_private.search_start(p_excluding), v_pieces, 'g') loop
    v_plain := btrim(confab_private.plain(coalesce(v_piece[1], v_piece[2])));
    if v_plain ~ ('[^' || v_gap || ']') then
      v_query.excluded := v_query.excluded || confab_private.word_pattern(v_plain);
      v_query.is_exact := false;
    end if;
  end loop;
  for v_piece in select regexp_matches(v_text, v_pieces, 'g') loop
    v_plain := btrim(confab_private.plain(coalesce(v_piece[1], v_piece[2])));
    -- Signs by themselves say nothing beside words.
    continue when v_plain = '' or v_has_words and v_plain !~ ('[^' || v_gap || ']');
    v_is_last_prefix := false;
    if v_has_words then
      for v_word in select w from confab_private.signed_words(coalesce(v_piece[1], v_piece[2])) w loop
        v_query.written := v_query.written || ('%' || confab_private.escaped_like(replace(v_word, ' ', '')) || '%');
        -- The mark of a phrase reaches over its signs.
        if v_piece[1] is null then
          v_signed_marks := v_signed_marks || confab_private.escaped_regex(v_word);
        end if;
        v_query.is_exact := false;
      end loop;
    end if;
    -- Without quotes every word is looked for by itself, wherever it stands.
    foreach v_part in array
      case when v_has_words and v_piece[1] is not null then array[v_plain] else string_to_array(v_plain, ' ') end
    loop
      if not v_has_words then
        v_query.needed := v_query.needed || ('% ' || confab_private.escaped_like(v_part) || '%');
        v_query.is_exact := false;
        v_words := v_words || left(v_part, 64);
        v_marks := v_marks || confab_private.escaped_regex(v_part);
        continue;
      end if;
      v_is_unspaced := v_part ~ ('^[' || v_unspaced || ']');
      v_query.needed := v_query.needed || confab_private.word_pattern(v_part);
      v_words := v_words || array(
        select left(w.word, 64)
        from unnest(confab_private.words_of(' ' || v_part || ' ')) w (word)
        -- The pairs of a run say all about it.
        where char_length(v_part) = 1 or not (char_length(w.word) = 1 and w.word ~ ('[' || v_unspaced || ']'))
      );
      v_is_last_prefix := not v_is_unspaced and char_length(v_part) >= 3
        and (v_piece[1] is null or char_length(v_part) >= 199);
      v_query.is_exact := v_query.is_exact and v_part !~ ' ' and char_length(v_part) <= 64
        and (not v_is_unspaced or char_length(v_part) <= 2);
      v_mark := replace(v_part, ' ', '[' || v_gap || ']*');
      v_marks := v_marks || case
        when v_is_unspaced then v_mark
        when v_part ~ ('[' || v_unspaced || ']$') then v_before || v_mark
        else v_before || v_mark || v_after
      end;
    end loop;
  end loop;
  if cardinality(v_words) = 0 then
    return null;
  end if;
  if v_is_last_prefix then
    v_query.needed[cardinality(v_query.needed)] := '% ' || v_part || '%';
    v_marks[cardinality(v_marks)] := v_before || v_part || '[^' || v_gap || v_unspaced || ']*';
  end if;
  -- One character of a run begins every pair it is in; a word cut at 64 characters is compared in full later.
  v_query.words := (
    select string_agg(
      '''' || replace(replace(w.word, '\', '\\'), '''', '''''') || '''' || case
        when w.place = cardinality(v_words) and v_is_last_prefix or not v_has_words then ':*'
        when char_length(w.word) = 1 and w.word ~ ('[' || v_unspaced || ']') or char_length(w.word) = 64 then ':*'
        else ''
      end,
      ' & '
    )
    from unnest(v_words) with ordinality w (word, place)
  )::tsquery;
  v_query.marks := array_to_string(
    v_signed_marks || array(select m from unnest(v_marks) m order by char_length(m) desc), '|'
  );
  return v_query;
end;
$$;

comment on function confab_private.parse_search(text, text) is
  'Takes a search text apart: words and "phrases"; p_excluding: those that must not be there, `invalid` above 200 characters. Null when there is nothing to look for. No sign in p_query has a meaning but the quotes: a text that is pasted finds itself.';

create function confab_private.escaped_like(p_text text)
returns text
language sql
immutable
set search_path = ''
as $$
  select regexp_replace(p_text, '([\\%_])', '\\\1', 'g')
$$;

comment on function confab_private.escaped_like(text) is 'A text as a pattern for `like` that means itself.';

create function confab_private.escaped_regex(p_text text)
returns text
language sql
immutable
set search_path = ''
as $$
  select regexp_replace(p_text, '([][\\^$.*+?(){}|/-])', '\\\1', 'g')
$$;

comment on function confab_private.escaped_regex(text) is 'A text as a regular expression that means itself.';

create function confab_private.word_pattern(p_plain text)
returns text
language plpgsql
immutable
set search_path = ''
as $$
begin
  -- Where writing has no spaces, a word is found inside a longer run.
  return '%' || case when p_plain ~ ('^[' || confab_private.unspaced_class() || ']') then '' else ' ' end
    || p_plain
    || case when p_plain ~ ('[' || confab_private.unspaced_class() || ']$') then '' else ' ' end || '%';
end;
$$;

comment on function confab_private.word_pattern(text) is
  'For `confab_private.plain(x) like …`: whether x holds the word or phrase.';

create function confab_private.search_rank(p_plain text, p_needed text[])
returns numeric
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_sum double precision := 0;
  v_pattern text;
  v_like text;
  v_word text;
  v_found double precision;
begin
  foreach v_pattern in array p_needed loop
    v_like := substr(v_pattern, 2, char_length(v_pattern) - 2);
    v_word := regexp_replace(v_like, '\\(.)', '\1', 'g');
    v_found := (char_length(p_plain) - char_length(replace(p_plain, v_word, ' '))) / greatest(1, char_length(v_word) - 1)::double precision;
    -- The prefix as a whole word is worth more than the beginning of another one.
    v_sum := v_sum + (1 + ln(greatest(1, v_found)))
      * case when p_plain like '%' || rtrim(v_like) || ' %' then 1 else 0.7 end;
  end loop;
  return round((v_sum / cardinality(p_needed) / (1 + ln(1 + char_length(p_plain) / 100.0)))::numeric, 4);
end;
$$;

comment on function confab_private.search_rank(text, text[]) is
  'How well a plain text that fits a search fits it: how often the words occur, whether the last one is whole, how short the text is.';

create function confab_private.search_snippet(p_content text, p_marks text)
returns text
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_length constant integer := 200;
  v_text text := regexp_replace(translate(p_content, U&'\E000\E001', ''), '[' || confab_private.white_class() || ']+', ' ', 'g');
  v_folded text;
  v_parts text[];
  v_units text[];
  v_starts integer[];
  v_at integer := 0;
  v_from integer := 1;
  v_to integer;
  v_low integer := 1;
  v_high integer;
  v_piece text;
  v_snippet text := '';
begin
  if octet_length(v_text) <> char_length(v_text) then
    v_text := normalize(v_text, nfc);
  end if;
  v_folded := confab_private.fold(v_text);
  v_parts := regexp_split_to_array(regexp_replace(v_folded, p_marks, U&'\E000\\&\E001', 'g'), U&'[\E000\E001]');
  -- Where folding changes the length, each folded character has to be traced back to the one it came from.
  if char_length(v_folded) <> char_length(v_text) or v_text ~ '[ßẞæÆœŒþÞ]' then
    v_units := case when char_length(v_text) <= 2000 then string_to_array(v_text, null)
      else regexp_split_to_array(v_text, '(?= )|(?<= )') end;
    v_starts := array(
      select u.start
      from (
        select w.unit, w.place, 1 + sum(char_length(w.unit)) over (order by w.place) - char_length(w.unit) as start
        from unnest(v_units) with ordinality w (unit, place)
      ) u
      cross join generate_series(1, char_length(confab_private.fold(u.unit)))
      order by u.place
    );
  end if;

  for i in 1..cardinality(v_parts) loop
    v_at := v_at + char_length(v_parts[i]);
    v_to := case when v_starts is null then v_at + 1 else coalesce(v_starts[v_at + 1], char_length(v_text) + 1) end;
    if i = 1 then
      -- The excerpt begins shortly before the first match.
      if char_length(v_text) > v_length and v_to > 60 then
        v_low := least(v_to - 40, char_length(v_text) - v_length + 1);
        v_low := v_low + coalesce(nullif(position(' ' in substr(v_text, v_low, 20)), 0), 0);
        v_snippet := '…';
      end if;
      v_high := least(char_length(v_text) + 1, v_low + v_length);
    end if;
    v_piece := substr(v_text, greatest(v_from, v_low), greatest(0, least(v_to, v_high) - greatest(v_from, v_low)));
    if v_piece <> '' then
      v_snippet := v_snippet || case when i % 2 = 0 then U&'\E000' || v_piece || U&'\E001' else v_piece end;
    end if;
    v_from := v_to;
  end loop;
  return v_snippet || case when v_high <= char_length(v_text) then '…' else '' end;
end;
$$;

comment on function confab_private.search_snippet(text, text) is
  'An excerpt of at most 200 characters from around the first match, each match between U+E000 and U+E001, which no other text then contains.';
