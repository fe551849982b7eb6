import { describe, expect, it } from 'vitest';
import { clientErrorCodes, errorClass, isErrorCode, serverErrorCodes } from '../../../src/errors/codes';
import { ConfabError, toConfabError } from '../../../src/errors/confab-error';

describe('errors', () => {
  it('E4.16 the class comes from the code, not from the text', () => {
    const of = (code: ConfabError['code']) =>
      new ConfabError({ code, message: '401 offline rate_limited' }).class;
    expect(of('unauthenticated')).toBe('auth');
    expect(of('rate_limited')).toBe('retryable');
    expect(of('offline')).toBe('retryable');
    expect(of('timeout')).toBe('retryable');
    expect(of('unavailable')).toBe('retryable');
    expect(of('forbidden')).toBe('permanent');
    expect(of('closed')).toBe('permanent');
  });

  it('E4.16 every code has a class, and nothing else is a code', () => {
    const codes = [...Object.keys(serverErrorCodes), ...Object.keys(clientErrorCodes)];
    expect(new Set(codes).size).toBe(codes.length);
    for (const code of codes) {
      expect(isErrorCode(code)).toBe(true);
      if (isErrorCode(code)) expect(['retryable', 'auth', 'permanent']).toContain(errorClass(code));
    }
    for (const other of ['', 'toString', '__proto__', 'constructor', null, undefined, 1, {}]) {
      expect(isErrorCode(other)).toBe(false);
    }
  });

  it('E4.16 wraps whatever was thrown, once', () => {
    const error = new ConfabError({ code: 'not_found', message: 'unable to open; there is none' });
    expect(toConfabError(error, 'do anything')).toBe(error);
    const wrapped = toConfabError(new TypeError('boom'), 'pull changes');
    expect(wrapped).toMatchObject({ code: 'unavailable', message: 'unable to pull changes; boom' });
    expect(wrapped.cause).toBeInstanceOf(TypeError);
    expect(toConfabError('text', 'x').message).toBe('unable to x; text');
  });

  it('E4.16 carries what the server asked to wait', () => {
    const error = new ConfabError({ code: 'rate_limited', message: '', retryAfterMs: 5_000 });
    expect(error.retryAfterMs).toBe(5_000);
    expect(error).toBeInstanceOf(Error);
    expect(error.name).toBe('ConfabError');
  });
});
