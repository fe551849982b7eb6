import { randomUUID } from 'node:crypto';
import type { World } from './world.mjs';

type Fields = Readonly<Record<string, unknown>>;

/** What somebody does elsewhere: the functions of the database, called by name. */
export interface Caller {
  readonly id: string;
  rpc(name: string, args: Fields): Promise<void>;
  /** Sends a message and returns its id. */
  send(conversationId: string, content: string): Promise<string>;
}

function post(url: string, key: string, token: string, body: Fields): Promise<Response> {
  const headers = {
    apikey: key,
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'content-profile': 'confab',
  };
  return fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
}

function createCaller(url: string, key: string, token: string, id: string): Caller {
  const rpc: Caller['rpc'] = async (name, args) => {
    const response = await post(`${url}/rest/v1/rpc/${name}`, key, token, args);
    if (!response.ok) throw new Error(`unable to call ${name}; ${await response.text()}`);
  };
  return {
    id,
    rpc,
    async send(conversationId, content) {
      const messageId = randomUUID();
      await rpc('send_message', { id: messageId, conversation_id: conversationId, content });
      return messageId;
    },
  };
}

interface Session {
  readonly access_token: string;
  readonly user: { readonly id: string };
}

const isSession = (value: unknown): value is Session =>
  typeof value === 'object' && value !== null && 'access_token' in value && 'user' in value;

/** Signs a user up, or in, who then acts without a browser. */
export async function asUser({ stack }: World, email: string, name: string): Promise<Caller> {
  const { apiUrl, anonKey } = stack;
  const who = { email, password: 'password123', data: { display_name: name } };
  for (const way of ['token?grant_type=password', 'signup']) {
    const answer: unknown = await (await post(`${apiUrl}/auth/v1/${way}`, anonKey, anonKey, who)).json();
    if (isSession(answer)) return createCaller(apiUrl, anonKey, answer.access_token, answer.user.id);
  }
  throw new Error(`unable to sign ${email} in`);
}

/** Makes a group of the caller's with these members, and returns its id. */
export async function makeGroup(
  caller: Caller,
  title: string,
  memberIds: readonly string[],
): Promise<string> {
  const id = randomUUID();
  await caller.rpc('create_conversation', { id, kind: 'group', member_ids: memberIds, title });
  return id;
}

/** Lets messages be this long. */
export async function allowLength({ stack }: World, max: number): Promise<void> {
  const { apiUrl, serviceRoleKey } = stack;
  const owner = createCaller(apiUrl, serviceRoleKey, serviceRoleKey, '');
  await owner.rpc('update_settings', { changes: { max_content_length: max } });
}
