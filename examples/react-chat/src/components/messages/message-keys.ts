import type { KeyboardEvent } from 'react';

interface Scroller {
  scrollToIndex: (index: number, options: { readonly align: 'auto' }) => void;
}

/**
 * Arrows move from message to message, Enter opens the menu of one, R answers it. Only while a message itself has the
 * focus: in a field or on a button these keys have their own meaning.
 */
export function moveBetweenMessages(event: KeyboardEvent<HTMLElement>, scroller: Scroller): void {
  const { target, currentTarget: list, key } = event;
  if (!(target instanceof HTMLElement) || target.dataset['messageId'] === undefined) return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const press = (label: string) => {
    const button = target.querySelector<HTMLElement>(`button[aria-label="${label}"]`);
    if (!button) return;
    event.preventDefault();
    button.click();
  };
  if (key === 'Enter' || key === 'ContextMenu') return press('More');
  if (key === 'r') return press('Reply');
  if (key === '+') return press('React');
  const by = { ArrowUp: -1, ArrowDown: 1 }[key];
  if (by === undefined) return;
  const shown = [...list.querySelectorAll<HTMLElement>('[data-message-id]')];
  const next = shown[shown.indexOf(target) + by];
  if (!next) return;
  event.preventDefault();
  next.focus({ preventScroll: true });
  scroller.scrollToIndex(Number(next.closest<HTMLElement>('[data-index]')?.dataset['index']), {
    align: 'auto',
  });
}
