import { target } from '../support/target.js';
import { newUser } from '../support/users.js';

/** Who calls, in the order of the columns of the matrix. All but the first two and the last stand in a conversation. */
export const roles = [
  'anon',
  'stranger',
  'invited',
  'member',
  'admin',
  'owner',
  'left',
  'removed',
  'service',
] as const;
export type Role = (typeof roles)[number];

/**
 * Whose thing is asked for: the caller's, another member's in the same conversation, or one of another
 * conversation; `any` where there is nothing to choose.
 */
export const targets = ['own', 'same', 'other', 'any'] as const;
export type Target = (typeof targets)[number];

/** One caller: a key, a token, and the user that scenes are made for. */
export interface Actor {
  role: Role;
  /** Where the caller has no identity: a member that nobody is signed in as. */
  userId: string;
  /** The API key of the project. */
  apiKey: string;
  /** What is sent as `Authorization`. */
  token: string;
}

/** Users that take part in scenes and never call. */
export interface Company {
  /** Owner of the conversation, and of the other one. */
  host: string;
  /** A member of the conversation. */
  peer: string;
  /** A member of the other conversation only. */
  other: string;
  /** In no conversation at all. */
  fresh: string;
}

export async function newCompany(): Promise<Company> {
  const [host, peer, other, fresh] = await Promise.all(
    ['Host', 'Peer', 'Other', 'Fresh'].map(async (name) => (await newUser(name)).id),
  );
  return { host: host ?? '', peer: peer ?? '', other: other ?? '', fresh: fresh ?? '' };
}

/** One caller per role, all of them new users. */
export async function newCast(): Promise<Map<Role, Actor>> {
  const { anonKey, serviceRoleKey } = target();
  const actors = await Promise.all(
    roles.map(async (role): Promise<Actor> => {
      const { id, accessToken } = await newUser(role);
      if (role === 'anon') return { role, userId: id, apiKey: anonKey, token: anonKey };
      if (role === 'service') return { role, userId: id, apiKey: serviceRoleKey, token: serviceRoleKey };
      return { role, userId: id, apiKey: anonKey, token: accessToken };
    }),
  );
  return new Map(actors.map((actor) => [actor.role, actor]));
}
