import { useState } from 'react';
import { SearchField } from '../sidebar/search-field';
import { SidePanel } from '../side-panel';
import { SearchResults } from './search-results';

export interface SearchPanelProps {
  readonly conversationId: string;
  readonly onClose: () => void;
}

/** Where there is no room beside the messages, following a result closes the panel. */
const isWide = matchMedia('(width >= 1080px)');

export function SearchPanel({ conversationId, onClose }: SearchPanelProps) {
  const [text, setText] = useState('');
  return (
    <SidePanel title="Search" onClose={onClose}>
      <div className="panel-section">
        <SearchField label="Search this conversation" value={text} hasAutofocus onChange={setText} />
      </div>
      <SearchResults query={text.trim()} conversationId={conversationId} keepsPanel={isWide.matches} />
    </SidePanel>
  );
}
