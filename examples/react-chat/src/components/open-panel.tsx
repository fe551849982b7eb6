import { openPanel, type Panel } from '../lib/route';
import { SidePanel } from './side-panel';

export interface OpenPanelProps {
  readonly conversationId: string;
  readonly panel: Panel;
}

const close = () => openPanel(null);

/** The panel that the address names. */
export function OpenPanel({ panel }: OpenPanelProps) {
  switch (panel) {
    default:
      return (
        <SidePanel title="Nothing here" onClose={close}>
          <p className="panel-empty">There is nothing to show here.</p>
        </SidePanel>
      );
  }
}
