import { isComposingKey } from '@confab/react';
import { X } from 'lucide-react';
import { useEffect, useRef, type KeyboardEvent, type ReactNode } from 'react';

export interface SidePanelProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** What stands beside the messages, and over them where there is no room. Escape closes it. */
export function SidePanel({ title, onClose, children }: SidePanelProps) {
  const panel = useRef<HTMLElement>(null);
  useEffect(() => {
    const element = panel.current;
    const opener = document.activeElement;
    const first = element?.querySelector<HTMLElement>('[data-autofocus]') ?? element?.querySelector('button');
    first?.focus({ preventScroll: true });
    return () => {
      // The focus goes back to where it came from, unless it is somewhere else already.
      const isInside = element?.contains(document.activeElement) || document.activeElement === document.body;
      if (isInside && opener instanceof HTMLElement) opener.focus({ preventScroll: true });
    };
  }, []);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || event.defaultPrevented || isComposingKey(event)) return;
    event.preventDefault();
    onClose();
  };
  return (
    <aside ref={panel} className="side-panel" aria-label={title} onKeyDown={onKeyDown}>
      <header className="bar">
        <h2 className="bar-title">{title}</h2>
        <button className="icon-button" aria-label={`Close ${title.toLowerCase()}`} onClick={onClose}>
          <X size={20} />
        </button>
      </header>
      <div className="panel-body">{children}</div>
    </aside>
  );
}
