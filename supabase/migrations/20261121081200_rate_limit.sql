-- D12 Token bucket per user.

create table confab_private.rate_buckets (
  user_id uuid primary key references confab.profiles (id) on delete cascade,
  tokens double precision not null,
  refilled_at timestamptz not null
);

comment on table confab_private.rate_buckets is 'D12 What each user may still send at this moment.';

create function confab_private.lock_rate_bucket(p_me uuid)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_burst integer;
begin
  select s.rate_limit_burst into v_burst
  from confab_private.settings s
  where s.rate_limit_burst > 0 and s.rate_limit_per_second > 0;
  if not found then
    return;
  end if;
  perform 1 from confab_private.rate_buckets b where b.user_id = p_me for update;
  if not found then
    insert into confab_private.rate_buckets (user_id, tokens, refilled_at)
    select p.id, v_burst, clock_timestamp() from confab.profiles p where p.id = p_me
    on conflict (user_id) do nothing;
    perform 1 from confab_private.rate_buckets b where b.user_id = p_me for update;
  end if;
end;
$$;

comment on function confab_private.lock_rate_bucket(uuid) is
  'D3 The bucket is the first lock of every call that sends, before any conversation: two devices of one user cannot deadlock.';

create function confab_private.charge(p_me uuid)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_now constant timestamptz := clock_timestamp();
  v_settings confab_private.settings;
  v_tokens double precision;
begin
  -- The time of the bucket may be later than v_now: whoever took the row before has looked at the clock after.
  update confab_private.rate_buckets b
  set tokens = least(
        s.rate_limit_burst, b.tokens + s.rate_limit_per_second * greatest(0, date_part('epoch', v_now - b.refilled_at))
      ) - 1,
      refilled_at = greatest(v_now, b.refilled_at)
  from confab_private.settings s
  where b.user_id = p_me
    and s.rate_limit_burst > 0
    and s.rate_limit_per_second > 0
    and least(
      s.rate_limit_burst, b.tokens + s.rate_limit_per_second * greatest(0, date_part('epoch', v_now - b.refilled_at))
    ) >= 1;
  if found then
    return;
  end if;

  select s.* into v_settings from confab_private.settings s;
  if v_settings.rate_limit_burst = 0 or v_settings.rate_limit_per_second = 0 then
    return;
  end if;
  insert into confab_private.rate_buckets (user_id, tokens, refilled_at)
  select p.id, v_settings.rate_limit_burst - 1, v_now from confab.profiles p where p.id = p_me
  on conflict (user_id) do nothing;
  if found then
    return;
  end if;
  select b.tokens + v_settings.rate_limit_per_second * greatest(0, date_part('epoch', v_now - b.refilled_at))
  into v_tokens
  from confab_private.rate_buckets b
  where b.user_id = p_me
  for no key update;
  perform confab_private.fail(
    'rate_limited', 'unable to send the message; too many messages in a short time',
    greatest(1, ceil(((1 - v_tokens) / v_settings.rate_limit_per_second)::numeric))
  );
end;
$$;

comment on function confab_private.charge(uuid) is
  'D12 Takes one message from the caller''s bucket, or raises `rate_limited` with the whole seconds until there is one again.';
