import { autoUpdate, computePosition, flip, offset, shift, type Placement } from '@floating-ui/dom';
import { useEffect, useRef, type KeyboardEvent, type ReactNode } from 'react';

export interface PopoverProps {
  /** What it belongs to: it stands next to it, and the focus returns there. */
  readonly anchor: HTMLElement;
  readonly placement: Placement;
  readonly role: 'menu' | 'dialog';
  readonly label: string;
  readonly className: string;
  readonly onClose: () => void;
  readonly onKeyDown?: (event: KeyboardEvent<HTMLDivElement>) => void;
  readonly children: ReactNode;
}

/** The browser's own popover: Escape and a press elsewhere close it. */
export function Popover({ anchor, placement, onClose, children, label, ...rest }: PopoverProps) {
  const popover = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = popover.current;
    if (!element) return;
    element.showPopover();
    element.querySelector<HTMLElement>('[data-autofocus], button')?.focus({ preventScroll: true });
    // There the style sheet says where it stands.
    if (matchMedia('(width < 720px)').matches) return;
    return autoUpdate(anchor, element, () => {
      const middleware = [offset(4), flip({ padding: 8 }), shift({ padding: 8, crossAxis: true })];
      void computePosition(anchor, element, { strategy: 'fixed', placement, middleware }).then(({ x, y }) => {
        element.style.left = `${x}px`;
        element.style.top = `${y}px`;
      });
    });
  }, [anchor, placement]);
  return (
    <div
      ref={popover}
      popover="auto"
      aria-label={label}
      onToggle={({ newState }) => {
        if (newState === 'open') return;
        // What closed it may have put the focus somewhere on purpose.
        const { activeElement } = document;
        if (!activeElement || activeElement === document.body || popover.current?.contains(activeElement))
          anchor.focus({ preventScroll: true });
        onClose();
      }}
      {...rest}
    >
      {children}
    </div>
  );
}
