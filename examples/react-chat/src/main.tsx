import { ConfabProvider, useConfabClient } from '@confab/react';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app';
import { supabase } from './lib/supabase';
import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/inter/wght-italic.css';
import './styles/base.css';
import './styles/layout.css';
import './styles/conversations.css';
import './styles/messages.css';
import './styles/bubbles.css';
import './styles/message-parts.css';
import './styles/message-panels.css';
import './styles/composer.css';
import './styles/dialogs.css';
import './styles/menu.css';
import './styles/panels.css';
import './styles/sign-in.css';
import './styles/touch.css';

function Root() {
  const confab = useConfabClient({ supabase });
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
