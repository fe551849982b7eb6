import { objectField, textField, type JsonObject } from '../lib/json.js';
import { AuthError } from './auth-error.js';
import { isUuid, readJson, requireAdmin } from './request.js';
import type { Answer, RouteContext } from './router.js';
import {
  checkPassword,
  deleteUser,
  findUser,
  insertUser,
  listUsers,
  normalizeEmail,
  updateUser,
} from './users.js';

const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

/** `POST /admin/users`. */
export async function createUser({ database, settings, incoming }: RouteContext): Promise<Answer> {
  await requireAdmin(settings, incoming);
  const body = await readJson(incoming);
  const email = textField(body, 'email') ?? '';
  if (email === '')
    throw new AuthError('validation_failed', 'Cannot create a user without either an email or phone');
  const id = textField(body, 'id');
  if (id !== undefined && !isUuid(id)) throw new AuthError('validation_failed', 'ID must be a valid UUID');
  const password = textField(body, 'password');
  if (password !== undefined) checkPassword(password);
  const isConfirmed = body['email_confirm'] === true;
  const taken = new AuthError('email_exists', 'A user with this email address has already been registered');
  const user = await database.transaction((db) =>
    insertUser(
      db,
      {
        id,
        email: normalizeEmail(email),
        password,
        isConfirmed,
        isAnonymous: false,
        role: textField(body, 'role'),
        userMetadata: { ...objectField(body, 'user_metadata'), email_verified: isConfirmed },
        appMetadata: objectField(body, 'app_metadata') ?? {},
        bannedUntil: readBan(body) ?? undefined,
      },
      taken,
    ),
  );
  return { status: 200, body: user };
}

/** `GET /admin/users?page&per_page`. */
export async function showUsers({ database, settings, incoming, url }: RouteContext): Promise<Answer> {
  await requireAdmin(settings, incoming);
  const page = readCount(url.searchParams.get('page'), 1);
  const perPage = Math.min(readCount(url.searchParams.get('per_page'), 50), 1000);
  const { users, total } = await listUsers(database.pool, page, perPage);
  const lastPage = Math.max(1, Math.ceil(total / perPage));
  const linkTo = (to: number, rel: string): string =>
    `<${url.pathname}?page=${to}&per_page=${perPage}>; rel="${rel}"`;
  const links = [...(page < lastPage ? [linkTo(page + 1, 'next')] : []), linkTo(lastPage, 'last')];
  return {
    status: 200,
    body: { users, aud: 'authenticated' },
    headers: { 'x-total-count': String(total), link: links.join(', ') },
  };
}

/** `GET /admin/users/:id`. */
export async function showOneUser(context: RouteContext): Promise<Answer> {
  const id = await readTarget(context);
  const user = await findUser(context.database.pool, id);
  if (user === undefined) throw new AuthError('user_not_found', 'User not found');
  return { status: 200, body: user };
}

/** `PUT /admin/users/:id`. */
export async function changeOneUser(context: RouteContext): Promise<Answer> {
  const id = await readTarget(context);
  const body = await readJson(context.incoming);
  const password = textField(body, 'password');
  if (password !== undefined) checkPassword(password);
  const email = textField(body, 'email');
  const user = await context.database.transaction(async (db) => {
    if ((await findUser(db, id)) === undefined) throw new AuthError('user_not_found', 'User not found');
    return updateUser(db, id, {
      email: email === undefined ? undefined : normalizeEmail(email),
      password,
      isConfirmed: body['email_confirm'] === true,
      userMetadata: objectField(body, 'user_metadata'),
      appMetadata: objectField(body, 'app_metadata'),
      role: textField(body, 'role'),
      bannedUntil: readBan(body),
    });
  });
  return { status: 200, body: user };
}

/** `DELETE /admin/users/:id`. */
export async function removeOneUser(context: RouteContext): Promise<Answer> {
  const id = await readTarget(context);
  const body = await readJson(context.incoming);
  await context.database.transaction((db) => deleteUser(db, id, body['should_soft_delete'] === true));
  return { status: 200, body: {} };
}

async function readTarget({ settings, incoming, url }: RouteContext): Promise<string> {
  await requireAdmin(settings, incoming);
  const id = url.pathname.split('/').at(-1) ?? '';
  if (!isUuid(id)) throw new AuthError('validation_failed', 'user_id must be an UUID', 404);
  return id;
}

/** `ban_duration` as the real service writes it: `none`, or like `2h45m`. */
function readBan(body: JsonObject): string | null | undefined {
  const text = textField(body, 'ban_duration');
  if (text === undefined || text === '') return undefined;
  if (text === 'none') return null;
  if (!/^(\d+(\.\d+)?[hms])+$/.test(text)) {
    throw new AuthError(
      'validation_failed',
      'invalid format for ban duration: expected a duration like 2h45m',
    );
  }
  let seconds = 0;
  for (const [, amount, unit] of text.matchAll(/([\d.]+)([hms])/g)) {
    seconds += Number(amount) * (UNIT_SECONDS[unit ?? 's'] ?? 1);
  }
  return new Date(Date.now() + seconds * 1000).toISOString();
}

function readCount(text: string | null, fallback: number): number {
  const count = Number(text ?? '');
  return Number.isInteger(count) && count > 0 ? count : fallback;
}
