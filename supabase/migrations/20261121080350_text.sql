-- What shows nothing, and how names and messages are compared when people look for them.

create function confab_private.white_class()
returns text
language sql
immutable
parallel safe
set search_path = ''
as $$
  -- Not \s, which depends on the locale of the database.
  select '\u0009-\u000d\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u2800\u3000'
$$;

comment on function confab_private.white_class() is
  'White space and the blank of Braille: the characters, as in the brackets of a regular expression.';

create function confab_private.unseen_class()
returns text
language sql
immutable
parallel safe
set search_path = ''
as $$
  select '\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f'
    || '\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3'
    || '\U0001d159\U0001d173-\U0001d17a\U000e0000-\U000e0fff'
$$;

comment on function confab_private.unseen_class() is
  'What is only there for the renderer (marks of direction, joiners, selectors, tags, fillers): the characters, as in the brackets of a regular expression.';

create function confab_private.is_blank(p_text text)
returns boolean
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
begin
  -- Most text has something of ASCII to show.
  return coalesce(p_text, '') !~ '[!-~]'
    and coalesce(p_text, '') !~ ('[^\u0001-\u001f\u007f-\u009f' || confab_private.white_class()
      || confab_private.unseen_class() || ']');
end;
$$;

comment on function confab_private.is_blank(text) is 'Whether nothing of a text shows (white space, controls, what is only there for the renderer), as of none.';

create function confab_private.trimmed(p_text text)
returns text
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
begin
  if confab_private.is_blank(p_text) then
    return null;
  end if;
  return btrim(
    p_text,
    U&' \0009\000A\000B\000C\000D\0085\00A0\1680\2000\2001\2002\2003\2004\2005\2006\2007\2008\2009\200A\2028\2029\202F\205F\2800\3000'
  );
end;
$$;

comment on function confab_private.trimmed(text) is 'A name without white space around it, null when nothing of it shows.';

create function confab_private.fold(p_text text)
returns text
language plpgsql
immutable
strict
parallel safe
set search_path = ''
as $$
declare
  v_text text;
  -- What is younger than the Unicode that some database or device knows (10 for case, 14 for the rest) stays as it is.
  v_young constant text := '\u0897\u1ac1-\u1aff\u1c89\u1c8a\u2c2f\ua7b8-\ua7f7\U00010570-\U000105ff\U00010d50-\U00010d8f'
    '\U00010efa-\U00010eff\U00011380-\U000113ff\U00016100-\U0001613f\U00016d40-\U00016d7f\U00016e40-\U00016eff'
    '\U0001cc00-\U0001ccff\U0001e030-\U0001e6ff';
begin
  -- Most text is plain ASCII, where one byte is one character. Collations are named, or the answer would depend on that of
  -- the database.
  if octet_length(p_text) = char_length(p_text) then
    return lower(p_text collate "C");
  end if;
  v_text := lower(p_text collate pg_catalog."und-x-icu");
  -- Letters that stay what they are: nothing to do for most text in Cyrillic, Hebrew, Thai, Chinese, Japanese, Korean.
  if v_text !~ (
    '[^\u0001-\u007f\u03b1\u03b2-\u03c1\u03c3-\u03c9\u0430-\u0438\u043a-\u044f\u05d0-\u05ea\u0e01-\u0e32\u0e34-\u0e5b'
    || '\u2010\u2012-\u2016\u2018-\u2023\u3001-\u3029\u3041-\u3096\u30a1-\u30fe\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3]'
  ) then
    -- Looking is cheaper than replacing.
    if v_text ~ '[\u2010-\u2015\u2018-\u201b]' then
      return translate(v_text, '‘’‛‐‒–—―', '''''''-----');
    end if;
    return v_text;
  end if;
  if p_text ~ ('[' || v_young || ']') then
    return (
      select string_agg(coalesce(confab_private.fold(r.run[1]), r.run[2]), '' order by r.place)
      from regexp_matches(p_text, '([^' || v_young || ']+)|([' || v_young || ']+)', 'g') with ordinality r (run, place)
    );
  end if;
  -- Accents, vowel points, and what is only there for the renderer.
  v_text := regexp_replace(
    lower(normalize(p_text, nfkd) collate pg_catalog."und-x-icu"),
    '[' || confab_private.unseen_class()
    || '\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670'
    || '\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u0730-\u074a\u0898-\u089f\u08ca-\u08e1\u08e3-\u08ff\u1ab0-\u1aff\u1dc0-\u1dff'
    || '\u20d0-\u20ff\ufe20-\ufe2f]',
    '', 'g'
  );
  -- Letters that no table of Unicode takes apart, and what keyboards put for apostrophes and hyphens.
  if v_text ~ '[øłđðħıĸŋŧςƀⱥȼɇǥɨɉƚɵɍʉɏƶ\u06cc\u0649\u06a9\u0629\u0671\u2010-\u2015\u2018-\u201bʼʻ−]' then
    v_text := translate(
      v_text,
      'øłđðħıĸŋŧςƀⱥȼɇǥɨɉƚɵɍʉɏƶ' || U&'\06CC\0649\06A9\0629\0671' || '‘’‛ʼʻ‐‒–—―−',
      'olddhikntσbacegijloruyz' || U&'\064A\064A\0643\0647\0627' || '''''''''''------'
    );
  end if;
  if v_text ~ '[ßæœþ]' then
    v_text := replace(replace(replace(replace(v_text, 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th');
  end if;
  -- The Georgian capitals, which older databases do not know as such.
  if v_text ~ '[\u1c90-\u1cbf]' then
    v_text := translate(
      v_text,
      'ᲐᲑᲒᲓᲔᲕᲖᲗᲘᲙᲚᲛᲜᲝᲞᲟᲠᲡᲢᲣᲤᲥᲦᲧᲨᲩᲪᲫᲬᲭᲮᲯᲰᲱᲲᲳᲴᲵᲶᲷᲸᲹᲺᲽᲾᲿ',
      'აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰჱჲჳჴჵჶჷჸჹჺჽჾჿ'
    );
  end if;
  -- What is left taken apart belongs together: Hangul, voiced kana, vowels of Indic scripts.
  if v_text ~ '[^\u0001-\u0482\u048a-\u058f\u05d0-\u05ea\u0620-\u064a\u2000-\u2bff\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff]' then
    return normalize(v_text, nfc);
  end if;
  return v_text;
end;
$$;

comment on function confab_private.fold(text) is
  'Text without case, accents and what cannot be seen, wide and ligated letters in their plain form: what is compared in every search. The device folds names in the same way.';

create function confab_private.like_pattern(p_query text)
returns text
language plpgsql
immutable
strict
set search_path = ''
as $$
begin
  return '%' || regexp_replace(confab_private.fold(confab_private.trimmed(p_query)), '([\\%_])', '\\\1', 'g') || '%';
end;
$$;

comment on function confab_private.like_pattern(text) is
  'For `fold(x) like …`: whether x holds p_query, whose %, _ and \ mean themselves; null when it is blank.';

create function confab_private.unspaced_class()
returns text
language sql
immutable
parallel safe
set search_path = ''
as $$
  -- Thai, Lao, Tibetan, Burmese, jamo, Khmer, Tai; symbols; kana, bopomofo, Han, Hangul; emoji.
  select '\u0e01-\u0e2e\u0e30-\u0e4e\u0e80-\u0eff\u0f00-\u0fff\u1000-\u1049\u1050-\u109f\u1100-\u11ff\u1780-\u17d3\u17db-\u17ff'
    || '\u19e0-\u19ff\u1a20-\u1aaf\u2190-\u2bff\u3005-\u3007\u3030\u303d\u3040-\u30fa\u30fc-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf'
    || '\u4e00-\u9fff\ua960-\ua97f\ua9e0-\ua9ff\uaa60-\uaa7f\uac00-\ud7ff\uf900-\ufaff\U0001b000-\U0001b2ff'
    || '\U0001f000-\U0001faff\U00020000-\U0003ffff'
$$;

comment on function confab_private.unspaced_class() is
  'The characters, as in the brackets of a regular expression, of writing that has no spaces between words, and emoji.';

create function confab_private.gap_class()
returns text
language sql
immutable
parallel safe
set search_path = ''
as $$
  select '\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u00d7\u00f7\u02c2-\u02df\u055a-\u055f\u0589\u058a\u05be\u05c0'
    || '\u05c3\u05c6\u05f3\u05f4\u060c\u061b\u061e\u061f\u066a-\u066d\u06d4\u0964\u0965\u0e2f\u0e4f\u0e5a\u0e5b\u104a-\u104f'
    || '\u1361-\u1368\u17d4-\u17da\u2000-\u206f\u20a0-\u20cf\u2e00-\u2e7f\u3000-\u3004\u3008-\u302f'
    || '\u3031-\u303c\u303e\u303f\u30fb\ue000-\uf8ff\ufff0-\uffff'
$$;

comment on function confab_private.gap_class() is
  'The characters, as in the brackets of a regular expression, that separate words: blanks, punctuation, signs.';

create function confab_private.plain(p_text text)
returns text
language plpgsql
immutable
strict
parallel safe
cost 1000
set search_path = ''
as $$
declare
  v_text text;
begin
  if octet_length(p_text) = char_length(p_text) then
    v_text := regexp_replace(' ' || lower(p_text collate "C") || ' ', '[^a-z0-9]+', ' ', 'g');
    if v_text <> ' ' then
      return v_text;
    end if;
  end if;
  v_text := confab_private.fold(p_text);
  if v_text ~ ('[' || confab_private.unspaced_class() || ']') then
    v_text := regexp_replace(v_text, '([' || confab_private.unspaced_class() || ']+)', ' \1 ', 'g');
  end if;
  if v_text ~ ('[^' || confab_private.gap_class() || ']') then
    return regexp_replace(' ' || v_text || ' ', '[' || confab_private.gap_class() || ']+', ' ', 'g');
  end if;
  return regexp_replace(' ' || v_text || ' ', '[' || confab_private.white_class() || ']+', ' ', 'g');
end;
$$;

comment on function confab_private.plain(text) is
  'Folded text as its words alone, each with a blank before and after it; a run of writing without spaces is one word. A text without any word is the signs it consists of.';

create function confab_private.words_of(p_plain text)
returns text[]
language plpgsql
immutable
strict
parallel safe
set search_path = ''
as $$
declare
  v_words text[];
  v_unspaced constant text := '[' || confab_private.unspaced_class() || ']';
begin
  if octet_length(p_plain) = char_length(p_plain) or p_plain !~ v_unspaced then
    v_words := string_to_array(btrim(p_plain), ' ');
  else
    -- The pairs that begin at odd places, then those at even ones; each way the other one's last character stays alone.
    v_words := array_remove(string_to_array(
      regexp_replace(p_plain, '(' || v_unspaced || '{2})', '\1 ', 'g')
      || regexp_replace(
        regexp_replace(p_plain, ' ' || v_unspaced, ' ', 'g'),
        '(' || v_unspaced || '{2})', '\1 ', 'g'
      ),
      ' '
    ), '');
  end if;
  -- What is too long for a tsvector is cut; whoever looks for it asks for its beginning.
  if octet_length(p_plain) > 2000 then
    return array(select left(w.word, 64) from unnest(v_words) w (word));
  end if;
  return v_words;
end;
$$;

comment on function confab_private.words_of(text) is
  'What a search index keeps of plain text: the words, in a long text cut at 64 characters, and of writing without spaces each pair of neighbours and the last character.';

create function confab_private.search_words(p_text text)
returns tsvector
language plpgsql
immutable
strict
parallel safe
cost 2000
set search_path = ''
as $$
begin
  -- Longer text would not fit into the type; a message of that length is rare, and must never fail for this.
  return array_to_tsvector(confab_private.words_of(confab_private.plain(left(p_text, 50000))));
end;
$$;

comment on function confab_private.search_words(text) is
  'The words by which a text is found; of a text longer than 50,000 characters those in its beginning.';
