import { randomUUID } from 'node:crypto';

import { SignJWT } from 'jose';

/** The users of the scenarios. What each may do is decided per topic by rows of `rt_conf.members`. */
export const PEOPLE = {
  alice: '0a11ce00-0000-4000-8000-000000000001',
  bob: '0b0b0000-0000-4000-8000-000000000002',
  carol: '0ca20100-0000-4000-8000-000000000003',
} as const;
export type Person = keyof typeof PEOPLE;

const OTHER_SECRET = 'not-the-secret-not-the-secret-not-the-secret';

export interface Tokens {
  /** A token of a user, a new one at every call. */
  user(person: Person, options?: { exp?: number; role?: string }): Promise<string>;
  anon(): Promise<string>;
  service(): Promise<string>;
  /** Any claims. */
  raw(claims: Record<string, unknown>): Promise<string>;
  /** Signed with another secret. */
  badSignature(person: Person): Promise<string>;
}

export const nowInSeconds = (): number => Math.floor(Date.now() / 1000);

export function createTokens(secret: string): Tokens {
  const sign = (claims: Record<string, unknown>, key = secret): Promise<string> => {
    const header = { alg: 'HS256', typ: 'JWT' };
    return new SignJWT(claims).setProtectedHeader(header).sign(new TextEncoder().encode(key));
  };
  const soon = (): number => nowInSeconds() + 3600;
  return {
    user(person, { exp = soon(), role = 'authenticated' } = {}) {
      return sign({ sub: PEOPLE[person], role, iat: nowInSeconds(), exp, jti: randomUUID() });
    },
    anon: () => sign({ role: 'anon', iat: nowInSeconds(), exp: soon() }),
    service: () => sign({ role: 'service_role', iat: nowInSeconds(), exp: soon() }),
    raw: (claims) => sign(claims),
    badSignature: (person) => sign({ sub: PEOPLE[person], role: 'authenticated', exp: soon() }, OTHER_SECRET),
  };
}
