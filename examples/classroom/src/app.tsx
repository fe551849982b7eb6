import { useCurrentUser } from '@confab/react';
import { Classroom } from './components/classroom';
import { SignIn } from './components/sign-in';
import { Splash } from './components/splash';

export function App() {
  const currentUserId = useCurrentUser();
  if (currentUserId === undefined) return <Splash />;
  if (currentUserId === null) return <SignIn />;
  // What one person had open is nothing for the next one.
  return <Classroom key={currentUserId} />;
}
