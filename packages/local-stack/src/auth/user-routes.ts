import { objectField, textField } from '../lib/json.js';
import { AuthError } from './auth-error.js';
import { readJson, requireSignedIn } from './request.js';
import type { Answer, RouteContext } from './router.js';
import { closeSessions, openSession, refreshSession, type LogoutScope } from './sessions.js';
import {
  checkCredentials,
  checkPassword,
  insertUser,
  isPasswordOf,
  normalizeEmail,
  updateUser,
  type NewUser,
} from './users.js';

/** `POST /signup`: with an address and a password, or with neither: an anonymous user. */
export async function signUp({ database, settings, incoming }: RouteContext): Promise<Answer> {
  const body = await readJson(incoming);
  const email = textField(body, 'email') ?? '';
  const password = textField(body, 'password') ?? '';
  const userMetadata = objectField(body, 'data') ?? {};
  const isAnonymous = email === '' && password === '' && (textField(body, 'phone') ?? '') === '';
  let user: NewUser = { isConfirmed: false, isAnonymous, userMetadata, appMetadata: {} };
  if (!isAnonymous) {
    if (email === '') {
      throw new AuthError(
        'validation_failed',
        'To signup, please provide your email: the local stack sends no SMS',
      );
    }
    if (password === '') throw new AuthError('validation_failed', 'Signup requires a valid password');
    checkPassword(password);
    user = { ...user, email: normalizeEmail(email), password, isConfirmed: true };
  }
  const userAgent = incoming.headers['user-agent'] ?? '';
  const taken = new AuthError('user_already_exists', 'User already registered');
  const session = await database.transaction(async (db) => {
    const { id } = await insertUser(db, user, taken);
    if (user.email !== undefined) {
      const verified = { sub: id, email: user.email, email_verified: true, phone_verified: false };
      await updateUser(db, id, { userMetadata: verified });
    }
    return openSession(db, settings, id, isAnonymous ? 'anonymous' : 'password', userAgent);
  });
  return { status: 200, body: session };
}

/** `POST /token?grant_type=password|refresh_token`. */
export async function issueToken({ database, settings, incoming, url }: RouteContext): Promise<Answer> {
  const body = await readJson(incoming);
  const grant = url.searchParams.get('grant_type');
  if (grant === 'password') {
    const email = textField(body, 'email');
    if (email === undefined) throw new AuthError('validation_failed', 'missing email or phone');
    const userAgent = incoming.headers['user-agent'] ?? '';
    const session = await database.transaction(async (db) => {
      const user = await checkCredentials(db, email, textField(body, 'password') ?? '');
      return openSession(db, settings, user.id, 'password', userAgent);
    });
    return { status: 200, body: session };
  }
  if (grant === 'refresh_token') {
    const token = textField(body, 'refresh_token') ?? '';
    if (token === '') throw new AuthError('validation_failed', 'refresh_token required');
    return { status: 200, body: await refreshSession(database, settings, token) };
  }
  throw new AuthError('validation_failed', 'unsupported_grant_type');
}

/** `GET /user`. */
export async function showUser({ database, settings, incoming }: RouteContext): Promise<Answer> {
  const { user } = await requireSignedIn(database.pool, settings, incoming);
  return { status: 200, body: user };
}

/** `PUT /user`: own address, password, metadata. A new password ends the user's other sessions. */
export async function changeUser({ database, settings, incoming }: RouteContext): Promise<Answer> {
  const { user, sessionId } = await requireSignedIn(database.pool, settings, incoming);
  const body = await readJson(incoming);
  const email = textField(body, 'email') ?? '';
  const password = textField(body, 'password');
  if (password !== undefined) {
    checkPassword(password);
    if (await isPasswordOf(database.pool, user.id, password)) {
      throw new AuthError('same_password', 'New password should be different from the old password.');
    }
  }
  const newEmail = email === '' ? undefined : normalizeEmail(email);
  const changed = await database.transaction(async (db) => {
    if (password !== undefined) await closeSessions(db, user.id, sessionId, 'others');
    return updateUser(db, user.id, {
      email: newEmail === user.email ? undefined : newEmail,
      password,
      userMetadata: objectField(body, 'data'),
    });
  });
  return { status: 200, body: changed };
}

/** `POST /logout?scope=global|local|others`. */
export async function logOut({ database, settings, incoming, url }: RouteContext): Promise<Answer> {
  const scope = readScope(url.searchParams.get('scope'));
  const { user, sessionId } = await requireSignedIn(database.pool, settings, incoming);
  await closeSessions(database.pool, user.id, sessionId, scope);
  return { status: 204 };
}

function readScope(text: string | null): LogoutScope {
  if (text === null || text === '') return 'global';
  if (text === 'global' || text === 'local' || text === 'others') return text;
  throw new AuthError('validation_failed', `Unsupported logout scope "${text}"`);
}
