'use client';

import { useActionState, useEffect } from 'react';
import { signIn } from '../app/sign-in/actions';
import { closeClients } from '../lib/browser-confab';

export function SignInForm() {
  const [{ email, problem }, submit, isPending] = useActionState(signIn, { email: '', problem: null });
  // Whoever was here before ends here, if their session has ended on the server.
  useEffect(closeClients, []);
  return (
    <form action={submit}>
      <label>
        E-mail
        <input name="email" type="email" autoComplete="email" defaultValue={email} required />
      </label>
      <label>
        Password
        <input name="password" type="password" autoComplete="current-password" required />
      </label>
      {problem && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      <button className="button" disabled={isPending}>
        {isPending ? 'Signing in …' : 'Sign in'}
      </button>
    </form>
  );
}
