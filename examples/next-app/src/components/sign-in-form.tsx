'use client';

import { useActionState } from 'react';
import { signIn } from '../app/sign-in/actions';

export function SignInForm() {
  const [{ email, problem }, submit, isPending] = useActionState(signIn, { email: '', problem: null });
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
