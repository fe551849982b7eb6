import { useMutation, useQuery } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { signIn, signInAs, signUp } from '../lib/auth';
import { demoUser, demoUsers, type DemoUser } from '../lib/demo-users';
import { errorText } from '../lib/error-text';
import { Avatar } from './avatar';
import { Splash } from './splash';

const OVER =
  'You were signed out. Messages that were not sent yet stay on this device until you sign in again.';

export function SignIn({ isOver }: { readonly isOver: boolean }) {
  if (isOver) return <SignInPage problem={OVER} />;
  return demoUser ? <DemoSignIn user={demoUser} /> : <SignInPage />;
}

/** `?user=alice`: nothing to fill in. */
function DemoSignIn({ user }: { readonly user: DemoUser }) {
  const { error } = useQuery({
    queryKey: ['demo sign-in', user.key],
    queryFn: () => signInAs(user).then(() => true),
    retry: false,
    staleTime: Infinity,
    refetchOnReconnect: 'always',
  });
  return error ? <SignInPage problem={`${user.name} could not sign in: ${errorText(error)}`} /> : <Splash />;
}

function SignInPage({ problem = null }: { readonly problem?: string | null }) {
  const [isNew, setIsNew] = useState(false);
  const { mutate, isPending, error } = useMutation({
    mutationFn: (form: FormData) => {
      const field = (name: string) => {
        const value = form.get(name);
        return typeof value === 'string' ? value.trim() : '';
      };
      return isNew
        ? signUp(field('name'), field('email'), field('password'))
        : signIn(field('email'), field('password'));
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    mutate(new FormData(event.currentTarget));
  };
  const message = error ? errorText(error) : problem;
  return (
    <main className="sign-in">
      <div className="sign-in-card">
        <img src="/icon.svg" alt="" width="44" height="44" />
        <h1>Welcome to Confab</h1>
        <p className="muted">Pick a demo user. Open another window to be somebody else there.</p>
        <ul className="demo-users">
          {demoUsers.map(({ key, id, name }) => (
            <li key={key}>
              <a className="demo-user" href={`?user=${key}`}>
                <Avatar id={id} name={name} />
                {name}
              </a>
            </li>
          ))}
        </ul>
        <p className="divider">
          <span>or with your e-mail</span>
        </p>
        <form onSubmit={submit}>
          {isNew && (
            <label>
              Name
              <input name="name" autoComplete="name" required maxLength={80} />
            </label>
          )}
          <label>
            E-mail
            <input name="email" type="email" autoComplete="email" required />
          </label>
          <label>
            Password
            <input
              name="password"
              type="password"
              autoComplete={isNew ? 'new-password' : 'current-password'}
              minLength={6}
              required
            />
          </label>
          {message !== null && (
            <p className="form-error" role="alert">
              {message}
            </p>
          )}
          <button className="button button-primary" disabled={isPending}>
            {isNew ? 'Create account' : 'Sign in'}
          </button>
        </form>
        <button className="button-link" onClick={() => setIsNew(!isNew)}>
          {isNew ? 'I have an account' : 'Create an account'}
        </button>
      </div>
    </main>
  );
}
