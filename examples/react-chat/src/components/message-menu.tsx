import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import type { Message } from '../lib/types';
import { isEditable } from './composer';
import { ConfirmDialog } from './confirm-dialog';

/** The message whose menu is open, and the button that opened it. */
export interface OpenMenu {
  readonly message: Message;
  readonly button: HTMLElement;
}

export interface MessageMenuProps extends OpenMenu {
  readonly onEdit: () => void;
  readonly onDelete: () => void;
  readonly onClose: () => void;
}

const WIDTH = 168;
const HEIGHT = 140;

export function MessageMenu({ message, button, onEdit, onDelete, onClose }: MessageMenuProps) {
  const menu = useRef<HTMLDivElement>(null);
  const [isAsking, setIsAsking] = useState(false);
  useEffect(() => {
    const element = menu.current;
    if (!element || isAsking) return;
    const place = button.getBoundingClientRect();
    const isBelow = place.bottom + HEIGHT < innerHeight;
    element.style.left = `${Math.max(8, Math.min(place.right - WIDTH, innerWidth - WIDTH - 8))}px`;
    element.style.top = isBelow ? `${place.bottom + 4}px` : `${place.top - HEIGHT}px`;
    element.showPopover();
    element.querySelector('button')?.focus();
  }, [button, isAsking]);

  if (isAsking) {
    return (
      <ConfirmDialog
        title="Delete this message?"
        text="It disappears for everybody in this conversation."
        confirmLabel="Delete"
        onConfirm={onDelete}
        onClose={onClose}
      />
    );
  }
  const close = () => {
    button.focus();
    onClose();
  };
  return (
    <div
      ref={menu}
      className="menu"
      // The browser closes it on Escape and on a click elsewhere.
      popover="auto"
      role="menu"
      aria-label="Message"
      style={{ width: WIDTH }}
      onKeyDown={moveFocus}
      onToggle={({ newState }) => {
        if (newState === 'closed') close();
      }}
    >
      <button
        role="menuitem"
        onClick={() => {
          void navigator.clipboard.writeText(message.content ?? '').catch(() => undefined);
          close();
        }}
      >
        Copy text
      </button>
      {message.isOwn && isEditable(message) && (
        <>
          <button
            role="menuitem"
            onClick={() => {
              onClose();
              onEdit();
            }}
          >
            Edit
          </button>
          <button role="menuitem" className="menu-danger" onClick={() => setIsAsking(true)}>
            Delete
          </button>
        </>
      )}
    </div>
  );
}

function moveFocus(event: KeyboardEvent<HTMLDivElement>): void {
  const items = [...event.currentTarget.querySelectorAll('button')];
  const at = items.findIndex((item) => item === document.activeElement);
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (by === undefined) return;
  event.preventDefault();
  items[(at + by + items.length) % items.length]?.focus();
}
