import { compactVerify, decodeProtectedHeader, errors } from 'jose';

import { inspectTerm, isJsonObject, type Json, type JsonObject, parseJson } from './json.js';

/** The claims of a token that is valid now. `role` and `exp` are there; `exp` is a whole number of seconds. */
export interface Claims extends JsonObject {
  exp: number;
  role: Json;
}

/** Why a token is no good; one value per answer the server gives. */
export type TokenProblem =
  | { readonly kind: 'expired'; readonly secondsAgo: number }
  | { readonly kind: 'missing_claims' }
  | { readonly kind: 'malformed' }
  | { readonly kind: 'signature' }
  | { readonly kind: 'signer' }
  | { readonly kind: 'claim'; readonly claim: string; readonly value: Json };

export type TokenResult =
  | { readonly claims: Claims; readonly problem?: never }
  | { readonly problem: TokenProblem; readonly claims?: never };

export type VerifyToken = (token: string) => Promise<TokenResult>;

const ALGORITHMS = ['HS256', 'HS384', 'HS512'];

const MISSING_CLAIMS = 'Fields `role` and `exp` are required in JWT';
const MALFORMED = 'The token provided is not a valid JWT';
const NO_SIGNER = 'Failed to generate JWT signer, check your JWT secret or JWKS configuration';
const BAD_SIGNATURE = 'Failed to validate JWT signature';

/** Verifies tokens signed with `secret`: form, algorithm, signature, `exp` and `iat`, required claims. */
export function createTokenVerifier(secret: string): VerifyToken {
  const key = new TextEncoder().encode(secret);

  return async (given) => {
    const token = decodeUri(given).replace(/\s/g, '');
    const claims = claimsOf(token);
    if (claims === undefined) return { problem: { kind: 'malformed' } };
    const algorithm = algorithmOf(token);
    if (algorithm === undefined) return { problem: { kind: 'malformed' } };
    if (!ALGORITHMS.includes(algorithm)) return { problem: { kind: 'signer' } };
    try {
      await compactVerify(token, key, { algorithms: ALGORITHMS });
    } catch (thrown) {
      const isSignature = thrown instanceof errors.JWSSignatureVerificationFailed;
      return { problem: { kind: isSignature ? 'signature' : 'malformed' } };
    }
    return checkClaims(claims);
  };
}

function checkClaims(claims: JsonObject): TokenResult {
  const { exp, iat, role } = claims;
  const now = nowInSeconds();
  if (exp !== undefined && !(typeof exp === 'number' && exp > now)) {
    const isWhole = typeof exp === 'number' && Number.isInteger(exp);
    if (!isWhole) return { problem: { kind: 'claim', claim: 'exp', value: exp } };
    return { problem: { kind: 'expired', secondsAgo: now - exp } };
  }
  if (iat !== undefined && typeof iat !== 'number') {
    return { problem: { kind: 'claim', claim: 'iat', value: iat } };
  }
  if (exp === undefined || role === undefined) return { problem: { kind: 'missing_claims' } };
  const rounded = { ...claims, exp: Math.round(exp), role };
  return { claims: iat === undefined ? rounded : { ...rounded, iat: Math.round(iat) } };
}

/** Seconds since 1970, whole. */
export function nowInSeconds(): number {
  return Math.floor(Date.now() / 1000);
}

/** What a failed join says, `<Code>: <text>`. */
export function joinReason(problem: TokenProblem): string {
  switch (problem.kind) {
    case 'expired':
      return `InvalidJWTToken: ${expiredText(problem.secondsAgo)}`;
    case 'missing_claims':
      return `InvalidJWTToken: ${MISSING_CLAIMS}`;
    case 'malformed':
      return `MalformedJWT: ${MALFORMED}`;
    case 'signature':
      return `JwtSignatureError: ${BAD_SIGNATURE}`;
    case 'signer':
      return `JwtSignerError: ${NO_SIGNER}`;
    case 'claim':
      return 'Unknown Error on Channel';
  }
}

/** What a channel is told before it is closed because its token is, or became, no good. */
export function closeMessage(problem: TokenProblem): string {
  switch (problem.kind) {
    case 'expired':
      return expiredText(problem.secondsAgo);
    case 'missing_claims':
      return MISSING_CLAIMS;
    case 'malformed':
      return MALFORMED;
    case 'signature':
      return ':signature_error';
    case 'signer':
      return ':error_generating_signer';
    case 'claim': {
      const value = inspectTerm(problem.value);
      return `[message: "Invalid token", claim: "${problem.claim}", claim_val: ${value}]`;
    }
  }
}

/** Status and text of a refused handshake. */
export function handshakeError(problem: TokenProblem): { status: number; error: string } {
  switch (problem.kind) {
    case 'expired':
      return { status: 401, error: 'Token has expired' };
    case 'missing_claims':
      return { status: 401, error: MISSING_CLAIMS };
    case 'malformed':
      return { status: 401, error: MALFORMED };
    case 'signature':
      return { status: 401, error: BAD_SIGNATURE };
    case 'signer':
      return { status: 401, error: NO_SIGNER };
    case 'claim':
      return { status: 500, error: 'Error connecting to Realtime' };
  }
}

function expiredText(secondsAgo: number): string {
  return `Token has expired ${secondsAgo} seconds ago`;
}

function claimsOf(token: string): JsonObject | undefined {
  const [header, body, signature, ...rest] = token.split('.');
  if (header === undefined || body === undefined || signature === undefined || rest.length > 0) {
    return undefined;
  }
  const claims = parseJson(Buffer.from(body, 'base64url').toString('utf8'));
  return isJsonObject(claims) ? claims : undefined;
}

function algorithmOf(token: string): string | undefined {
  try {
    return decodeProtectedHeader(token).alg ?? '';
  } catch {
    return undefined;
  }
}

function decodeUri(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
