import { useEffect, useState } from 'react';
import { signInAs } from '../lib/auth';
import { demoUser, demoUsers } from '../lib/demo-users';
import { errorText } from '../lib/error-text';
import { Avatar } from './avatar';
import { Splash } from './splash';

/** The demo people only: how an app signs people in is its own business. */
export function SignIn() {
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    if (demoUser) signInAs(demoUser).catch((error: unknown) => setProblem(errorText(error)));
  }, []);
  if (demoUser && problem === null) return <Splash />;
  return (
    <main className="sign-in">
      <img src="/icon.svg" alt="" width="48" height="48" />
      <h1>Classroom</h1>
      <p className="muted">Goals, and what student and instructor say about them day by day.</p>
      {problem !== null && <p role="alert">{problem}</p>}
      <ul>
        {demoUsers.map(({ key, name, is }) => (
          <li key={key}>
            <a className="person" href={`?user=${key}`}>
              <Avatar id={key} name={name} />
              <span>
                {name}
                <span className="muted">{is === 'instructor' ? 'Instructor' : 'Student'}</span>
              </span>
            </a>
          </li>
        ))}
      </ul>
    </main>
  );
}
