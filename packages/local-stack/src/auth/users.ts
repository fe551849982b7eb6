import { randomUUID } from 'node:crypto';

import type { JsonObject } from '../lib/json.js';
import { AuthError } from './auth-error.js';
import { isUniqueViolation, type Queryable } from './database.js';

const MIN_PASSWORD = 6;
const MAX_PASSWORD = 72; // bcrypt reads no further
// Not a full check, the same idea as GoTrue's: something, an @, a host.
const EMAIL = /^[^\s@,]+@[^\s@.,]+(\.[^\s@.,]+)*$/;

/** A user as the API shows it. */
export interface AuthUser {
  id: string;
  aud: string;
  role: string;
  email: string;
  phone: string;
  app_metadata: JsonObject;
  user_metadata: JsonObject;
  is_anonymous: boolean;
  [more: string]: unknown;
}

interface UserRow {
  readonly user: AuthUser;
  readonly is_banned: boolean;
}

const stamp = (column: string): string =>
  `to_char(${column} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

const SELECT_USER = `
  select coalesce(u.banned_until > now(), false) as is_banned, json_build_object(
    'id', u.id, 'aud', u.aud, 'role', u.role, 'email', coalesce(u.email, ''),
    'email_confirmed_at', ${stamp('u.email_confirmed_at')}, 'phone', coalesce(u.phone, ''),
    'confirmed_at', ${stamp('u.confirmed_at')}, 'last_sign_in_at', ${stamp('u.last_sign_in_at')},
    'app_metadata', coalesce(u.raw_app_meta_data, '{}'), 'user_metadata', coalesce(u.raw_user_meta_data, '{}'),
    'identities', coalesce((
      select json_agg(json_build_object(
        'identity_id', i.id, 'id', i.provider_id, 'user_id', i.user_id, 'identity_data', i.identity_data,
        'provider', i.provider, 'last_sign_in_at', ${stamp('i.last_sign_in_at')},
        'created_at', ${stamp('i.created_at')}, 'updated_at', ${stamp('i.updated_at')}, 'email', i.email
      ) order by i.created_at) from auth.identities i where i.user_id = u.id), '[]'),
    'created_at', ${stamp('u.created_at')}, 'updated_at', ${stamp('u.updated_at')},
    'banned_until', ${stamp('u.banned_until')}, 'deleted_at', ${stamp('u.deleted_at')},
    'is_anonymous', u.is_anonymous
  ) as user from auth.users u`;

function toUser(row: UserRow): AuthUser {
  // Times that are not set are left out, as the real service does.
  const shown = Object.entries(row.user).filter(([, value]) => value !== null);
  return { ...row.user, ...Object.fromEntries(shown), ...absent(row.user) };
}

function absent(user: AuthUser): Record<string, undefined> {
  const names = Object.entries(user).filter(([, value]) => value === null);
  return Object.fromEntries(names.map(([name]) => [name, undefined]));
}

/** The lower-case form that is stored; refuses what cannot be an address. */
export function normalizeEmail(email: string): string {
  const normal = email.trim().toLowerCase();
  if (!EMAIL.test(normal)) {
    throw new AuthError('validation_failed', 'Unable to validate email address: invalid format');
  }
  return normal;
}

/** Refuses passwords that are too short or longer than bcrypt reads. */
export function checkPassword(password: string): void {
  if (password.length < MIN_PASSWORD) {
    throw new AuthError('weak_password', `Password should be at least ${MIN_PASSWORD} characters.`);
  }
  if (Buffer.byteLength(password) > MAX_PASSWORD) {
    throw new AuthError('validation_failed', `Password cannot be longer than ${MAX_PASSWORD} characters`);
  }
}

export interface NewUser {
  id?: string | undefined;
  email?: string | undefined;
  password?: string | undefined;
  isConfirmed: boolean;
  isAnonymous: boolean;
  role?: string | undefined;
  userMetadata: JsonObject;
  appMetadata: JsonObject;
  bannedUntil?: string | undefined;
}

/** Inserts a user and its identity. Rejects with `onTaken` when the address is in use. */
export async function insertUser(db: Queryable, user: NewUser, onTaken: AuthError): Promise<AuthUser> {
  const id = user.id ?? randomUUID();
  const provider = user.email === undefined ? {} : { provider: 'email', providers: ['email'] };
  const values = [
    id,
    user.email ?? null,
    user.password ?? null,
    user.isConfirmed && user.email !== undefined,
    { ...provider, ...user.appMetadata },
    user.userMetadata,
    user.isAnonymous,
    user.role ?? 'authenticated',
    user.bannedUntil ?? null,
  ];
  try {
    await db.query(
      `insert into auth.users (instance_id, id, aud, role, email, encrypted_password, email_confirmed_at,
         raw_app_meta_data, raw_user_meta_data, is_anonymous, banned_until, created_at, updated_at)
       values ('00000000-0000-0000-0000-000000000000', $1, 'authenticated', $8, $2,
         case when $3::text is null then '' else extensions.crypt($3, extensions.gen_salt('bf', 6)) end,
         case when $4 then now() end, $5, $6, $7, $9, now(), now())`,
      values,
    );
    if (user.email !== undefined) await saveIdentity(db, id, user.email, user.isConfirmed);
  } catch (thrown) {
    if (isUniqueViolation(thrown)) throw onTaken;
    throw thrown;
  }
  return requireUser(db, id);
}

async function saveIdentity(
  db: Queryable,
  userId: string,
  email: string,
  isVerified: boolean,
): Promise<void> {
  await db.query(
    `insert into auth.identities (provider_id, user_id, identity_data, provider, last_sign_in_at, created_at, updated_at)
     values ($1::text, $1::uuid, $2, 'email', now(), now(), now())
     on conflict (provider_id, provider) do update
       set identity_data = auth.identities.identity_data || excluded.identity_data, updated_at = now()`,
    [userId, { sub: userId, email, email_verified: isVerified, phone_verified: false }],
  );
}

/** The user, or `undefined`. */
export async function findUser(db: Queryable, id: string): Promise<AuthUser | undefined> {
  const { rows } = await db.query<UserRow>(`${SELECT_USER} where u.id = $1`, [id]);
  return rows[0] === undefined ? undefined : toUser(rows[0]);
}

async function requireUser(db: Queryable, id: string): Promise<AuthUser> {
  const user = await findUser(db, id);
  if (user === undefined) throw new AuthError('user_not_found', 'User not found');
  return user;
}

/** The user with this address and password. Rejects with `invalid_credentials` or `user_banned`. */
export async function checkCredentials(db: Queryable, email: string, password: string): Promise<AuthUser> {
  const { rows } = await db.query<UserRow>(
    `${SELECT_USER} where lower(u.email) = $1 and not u.is_sso_user and u.deleted_at is null
       and u.encrypted_password <> '' and u.encrypted_password = extensions.crypt($2, u.encrypted_password)`,
    [email.trim().toLowerCase(), password],
  );
  const row = rows[0];
  if (row === undefined) throw new AuthError('invalid_credentials', 'Invalid login credentials');
  if (row.is_banned) throw new AuthError('user_banned', 'User is banned');
  return toUser(row);
}

/** Whether `password` is the user's own. */
export async function isPasswordOf(db: Queryable, id: string, password: string): Promise<boolean> {
  const { rows } = await db.query<{ is_same: boolean }>(
    `select encrypted_password <> '' and encrypted_password = extensions.crypt($2, encrypted_password) as is_same
     from auth.users where id = $1`,
    [id, password],
  );
  return rows[0]?.is_same === true;
}

/** A page of users, oldest last, and how many there are. */
export async function listUsers(
  db: Queryable,
  page: number,
  perPage: number,
): Promise<{ users: AuthUser[]; total: number }> {
  const [found, counted] = await Promise.all([
    db.query<UserRow>(`${SELECT_USER} order by u.created_at desc, u.id limit $1 offset $2`, [
      perPage,
      (page - 1) * perPage,
    ]),
    db.query<{ total: number }>('select count(*)::int as total from auth.users'),
  ]);
  return { users: found.rows.map(toUser), total: counted.rows[0]?.total ?? 0 };
}

export interface UserChanges {
  email?: string | undefined;
  password?: string | undefined;
  /** Merged; a null removes its key. */
  userMetadata?: JsonObject | undefined;
  /** Merged; a null removes its key. */
  appMetadata?: JsonObject | undefined;
  role?: string | undefined;
  isConfirmed?: boolean | undefined;
  /** A time, or null to lift the ban. */
  bannedUntil?: string | null | undefined;
}

/** Applies changes. A new address makes an anonymous user a permanent one. Rejects with `email_exists`. */
export async function updateUser(db: Queryable, id: string, changes: UserChanges): Promise<AuthUser> {
  const set: string[] = ['updated_at = now()'];
  const values: unknown[] = [id];
  const add = (assignment: (place: string) => string, value: unknown): void => {
    values.push(value);
    set.push(assignment(`$${values.length}`));
  };
  const merge = (column: string, value: JsonObject): void =>
    add((place) => {
      const merged = `coalesce(${column}, '{}') || ${place}::jsonb`;
      return `${column} = (select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(${merged}) where value <> 'null')`;
    }, value);

  if (changes.userMetadata !== undefined) merge('raw_user_meta_data', changes.userMetadata);
  if (changes.email !== undefined) {
    add((place) => `email = ${place}`, changes.email);
    set.push('email_confirmed_at = coalesce(email_confirmed_at, now())', 'is_anonymous = false');
  } else if (changes.isConfirmed === true) {
    set.push('email_confirmed_at = coalesce(email_confirmed_at, now())');
  }
  const provider = changes.email === undefined ? {} : { provider: 'email', providers: ['email'] };
  if (changes.appMetadata !== undefined || changes.email !== undefined) {
    merge('raw_app_meta_data', { ...provider, ...changes.appMetadata });
  }
  if (changes.password !== undefined) {
    add(
      (place) => `encrypted_password = extensions.crypt(${place}, extensions.gen_salt('bf', 6))`,
      changes.password,
    );
  }
  if (changes.role !== undefined) add((place) => `role = ${place}`, changes.role);
  if (changes.bannedUntil !== undefined) add((place) => `banned_until = ${place}`, changes.bannedUntil);

  try {
    await db.query(`update auth.users set ${set.join(', ')} where id = $1`, values);
    if (changes.email !== undefined) await saveIdentity(db, id, changes.email, true);
  } catch (thrown) {
    if (!isUniqueViolation(thrown)) throw thrown;
    throw new AuthError('email_exists', 'A user with this email address has already been registered');
  }
  return requireUser(db, id);
}

/** Removes a user with everything that refers to it, or, softly, only what identifies it. */
export async function deleteUser(db: Queryable, id: string, isSoft: boolean): Promise<void> {
  const { rowCount } = isSoft
    ? await db.query(
        `update auth.users set deleted_at = now(), email = null, phone = null, encrypted_password = '',
           raw_user_meta_data = '{}', raw_app_meta_data = '{}' where id = $1`,
        [id],
      )
    : await db.query('delete from auth.users where id = $1', [id]);
  if (rowCount === 0) throw new AuthError('user_not_found', 'User not found');
  if (isSoft) await db.query('delete from auth.sessions where user_id = $1', [id]);
}
