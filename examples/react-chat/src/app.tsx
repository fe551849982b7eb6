import { useCurrentUser } from '@confab/react';
import { useState } from 'react';
import { Chat } from './components/chat';
import { SignIn } from './components/sign-in';
import { Splash } from './components/splash';

export function App() {
  const currentUserId = useCurrentUser();
  // Who is signed out all of a sudden wants to know what became of their words.
  const [wasSignedIn, setWasSignedIn] = useState(false);
  if (currentUserId && !wasSignedIn) setWasSignedIn(true);
  if (currentUserId === undefined) return <Splash />;
  if (currentUserId === null) return <SignIn isOver={wasSignedIn} />;
  // What one person had open is nothing for the next one.
  return <Chat key={currentUserId} />;
}
