import { openPanel, type Panel } from '../lib/route';
import { SearchPanel } from './search/search-panel';
import { InfoPanel } from './settings/info-panel';

export interface OpenPanelProps {
  readonly conversationId: string;
  readonly panel: Panel;
}

const close = () => openPanel(null);

/** The panel that the address names. */
export function OpenPanel({ conversationId, panel }: OpenPanelProps) {
  switch (panel) {
    case 'info':
      return <InfoPanel conversationId={conversationId} onClose={close} />;
    case 'search':
      return <SearchPanel conversationId={conversationId} onClose={close} />;
    default:
      return null;
  }
}
