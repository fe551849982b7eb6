-- Two schemas: `confab` is exposed through the API, `confab_private` never is.
-- `authenticated` may resolve names in `confab_private` because the functions of `confab` run as the caller and hand
-- over to bodies there; what it may execute is granted one by one (see the migration `access`).

create schema confab;
create schema confab_private;

comment on schema confab is
  'Messaging: tables to read under row level security and the functions through which everything is written.';
comment on schema confab_private is
  'Not exposed: bodies of the functions, settings, limits. Nothing here takes the identity of the caller as an argument from outside.';

revoke all on schema confab from public;
revoke all on schema confab_private from public;
grant usage on schema confab to authenticated, service_role;
grant usage on schema confab_private to authenticated, service_role;
