import { createHmac } from 'node:crypto';

const PREFIX = 'base64-';
const encode = (/** @type {unknown} */ value) => Buffer.from(JSON.stringify(value)).toString('base64url');

/**
 * Makes the session in the cookies one whose access token expired an hour ago; its refresh token is good.
 *
 * @param {import('playwright-core').BrowserContext} context
 * @param {string} jwtSecret
 */
export async function expireSession(context, jwtSecret) {
  const chunks = (await context.cookies())
    .filter(({ name }) => /-auth-token(\.\d+)?$/.test(name))
    .sort((a, b) => a.name.localeCompare(b.name));
  const [cookie] = chunks;
  if (!cookie) throw new Error('unable to expire the session; there is none');
  const stored = chunks.map(({ value }) => decodeURIComponent(value)).join('');
  const session = JSON.parse(Buffer.from(stored.slice(PREFIX.length), 'base64url').toString());
  const expiredAt = Math.floor(Date.now() / 1000) - 3600;
  const [header, payload] = session.access_token.split('.');
  const claims = { ...JSON.parse(Buffer.from(payload, 'base64url').toString()), exp: expiredAt };
  const signed = `${header}.${encode(claims)}`;
  const signature = createHmac('sha256', jwtSecret).update(signed).digest('base64url');
  const value = encode({ ...session, access_token: `${signed}.${signature}`, expires_at: expiredAt });
  await context.clearCookies({ name: /-auth-token/ });
  const name = cookie.name.replace(/\.\d+$/, '');
  await context.addCookies([{ ...cookie, name, value: `${PREFIX}${value}` }]);
}
