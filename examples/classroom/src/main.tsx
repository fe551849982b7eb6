import { ConfabProvider, useConfabClient } from '@confab/react';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app';
import { messageKinds } from './lib/kinds';
import { supabase } from './lib/supabase';
import './styles/base.css';
import './styles/layout.css';
import './styles/journal.css';
import './styles/composer.css';

function Root() {
  const confab = useConfabClient({ supabase, messageKinds });
  return (
    <ConfabProvider client={confab}>
      <App />
    </ConfabProvider>
  );
}

const root = document.getElementById('root');
if (!root) throw new Error('unable to start; index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <Root />
  </StrictMode>,
);
