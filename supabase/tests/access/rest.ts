import { target } from '../support/target.js';
import type { Actor } from './cast.js';

export interface Reply {
  status: number;
  /** Parsed JSON, or the text. */
  body: unknown;
  /** Rows that a write changed, from `Content-Range`; null where it does not say. */
  count: number | null;
}

/** One request to PostgREST as the caller. */
export async function request(
  actor: Pick<Actor, 'apiKey' | 'token'>,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Reply> {
  const response = await fetch(`${target().apiUrl}/rest/v1/${path}`, {
    method,
    headers: {
      apikey: actor.apiKey,
      authorization: `Bearer ${actor.token}`,
      'accept-profile': 'confab',
      'content-profile': 'confab',
      'content-type': 'application/json',
      ...(method === 'GET' || path.startsWith('rpc/') ? {} : { prefer: 'return=minimal, count=exact' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const total = /\/(\d+)$/.exec(response.headers.get('content-range') ?? '')?.[1];
  return { status: response.status, body: parse(text), count: total === undefined ? null : Number(total) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** How a reply refuses: the stable code (D11), else the SQLSTATE or PostgREST's code, else the status; null when it does not. */
export function refusalOf({ status, body }: Reply): string | null {
  if (status < 400) return null;
  if (typeof body !== 'object' || body === null || !('code' in body)) return String(status);
  const code = String(body.code);
  return code.startsWith('PT') && 'details' in body ? String(body.details) : code;
}
