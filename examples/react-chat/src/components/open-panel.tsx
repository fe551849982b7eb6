import { openPanel, type Panel } from '../lib/route';
import { PinnedPanel } from './messages/pinned-panel';
import { ThreadPanel } from './messages/thread-panel';
import { SearchPanel } from './search/search-panel';
import { InfoPanel } from './settings/info-panel';

export interface OpenPanelProps {
  readonly conversationId: string;
  readonly panel: Panel;
}

const close = () => openPanel(null);

/** The panel that the address names. */
export function OpenPanel({ conversationId, panel }: OpenPanelProps) {
  if (panel.startsWith('thread/')) return <ThreadPanel rootId={panel.slice('thread/'.length)} />;
  switch (panel) {
    case 'pins':
      return <PinnedPanel />;
    case 'info':
      return <InfoPanel conversationId={conversationId} onClose={close} />;
    case 'search':
      return <SearchPanel conversationId={conversationId} onClose={close} />;
    default:
      return null;
  }
}
