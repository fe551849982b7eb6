import type { IncomingMessage, ServerResponse } from 'node:http';

import { CORS_HEADERS, sendJson } from '../gateway/http.js';
import { changeOneUser, createUser, removeOneUser, showOneUser, showUsers } from './admin-routes.js';
import { API_VERSION, AuthError, errorBody } from './auth-error.js';
import { isDatabaseAway, openAuthDatabase } from './database.js';
import type { Route } from './router.js';
import type { TokenSettings } from './tokens.js';
import { changeUser, issueToken, logOut, showUser, signUp } from './user-routes.js';

export interface CreateAuthOptions {
  /** Connection string of the role `supabase_auth_admin`. */
  dbUrl: string;
}

export interface AuthService {
  /** Answers requests under `/auth/v1`. */
  handlerFor(settings: TokenSettings): (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void>;
  close(): Promise<void>;
}

const PREFIX = '/auth/v1';

const ROUTES: Readonly<Record<string, Route>> = {
  'POST /signup': signUp,
  'POST /token': issueToken,
  'GET /user': showUser,
  'PUT /user': changeUser,
  'POST /logout': logOut,
  'POST /admin/users': createUser,
  'GET /admin/users': showUsers,
  'GET /admin/users/:id': showOneUser,
  'PUT /admin/users/:id': changeOneUser,
  'DELETE /admin/users/:id': removeOneUser,
  'GET /settings': () => ({ status: 200, body: SETTINGS }),
  'GET /health': () => ({
    status: 200,
    body: {
      version: 'confab-local',
      name: 'GoTrue',
      description: 'Stand-in for Supabase Auth, for development',
    },
  }),
  // Tokens are signed with a shared secret, so there is no public key: clients ask `GET /user` instead.
  'GET /.well-known/jwks.json': () => ({ status: 200, body: { keys: [] } }),
};

const SETTINGS = {
  external: { anonymous_users: true, email: true, phone: false },
  disable_signup: false,
  mailer_autoconfirm: true,
  phone_autoconfirm: false,
  sms_provider: '',
  saml_enabled: false,
};

/** The Auth stand-in: users, sessions and tokens as GoTrue has them, without mail, SMS and OAuth. */
export function createAuth(options: CreateAuthOptions): AuthService {
  const database = openAuthDatabase(options.dbUrl);
  return {
    handlerFor: (settings) => async (incoming, outgoing) => {
      const url = new URL(incoming.url ?? '/', 'http://127.0.0.1');
      const header = incoming.headers['x-supabase-api-version'];
      const apiVersion = typeof header === 'string' ? header : undefined;
      try {
        const answer = await findRoute(incoming.method ?? 'GET', url)({ database, settings, incoming, url });
        if (answer.body === undefined) {
          outgoing.writeHead(answer.status, { ...CORS_HEADERS, ...answer.headers });
          outgoing.end();
        } else {
          sendJson(outgoing, answer.status, answer.body, answer.headers);
        }
      } catch (thrown) {
        const error = toAuthError(thrown);
        const headers = { 'x-sb-error-code': error.code };
        const isNew = apiVersion !== undefined && apiVersion >= API_VERSION;
        const version = isNew ? { 'x-supabase-api-version': API_VERSION } : {};
        sendJson(outgoing, error.status, errorBody(error, apiVersion), { ...headers, ...version });
      }
    },
    close: () => database.close(),
  };
}

function findRoute(method: string, url: URL): Route {
  const path = url.pathname.slice(PREFIX.length).replace(/\/$/, '');
  const pattern = path.replace(/^\/admin\/users\/[^/]+$/, '/admin/users/:id');
  const route = ROUTES[`${method} ${pattern}`];
  if (route !== undefined) return route;
  throw new AuthError('not_found', `unable to answer; the local Auth has no ${method} ${path || '/'}`);
}

function toAuthError(thrown: unknown): AuthError {
  if (thrown instanceof AuthError) return thrown;
  if (isDatabaseAway(thrown)) {
    return new AuthError('unexpected_failure', 'unable to answer; the database is away', 503);
  }
  // The real service does not give the reason (a failing trigger, say); here it helps the developer.
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  return new AuthError('unexpected_failure', `Database error: ${reason}`);
}
