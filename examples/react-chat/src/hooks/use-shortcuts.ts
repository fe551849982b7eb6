import { isComposingKey } from '@confab/react';
import { useEffect } from 'react';

/** What a key does: named as events name it, with `Alt+` before it where that is held. */
export type Shortcuts = Readonly<Record<string, () => void>>;

/** Keys for the whole app, while nothing is being written and no dialog is open. Pass the same object each time. */
export function useShortcuts(shortcuts: Shortcuts): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || isComposingKey(event) || event.ctrlKey || event.metaKey) return;
      const isWriting =
        event.target instanceof HTMLElement && event.target.matches('input, textarea, select');
      if ((isWriting && !event.altKey) || document.querySelector('dialog[open], :popover-open')) return;
      const run = shortcuts[`${event.altKey ? 'Alt+' : ''}${event.key}`];
      if (!run) return;
      event.preventDefault();
      event.stopPropagation();
      run();
    };
    // Before what has the focus: a field takes the arrows for itself, whatever is held with them.
    addEventListener('keydown', onKeyDown, true);
    return () => removeEventListener('keydown', onKeyDown, true);
  }, [shortcuts]);
}

/** Moves to the row before or after the open one. */
export function moveInList(by: 1 | -1): void {
  const links = [...document.querySelectorAll<HTMLAnchorElement>('a.conversation')];
  const at = links.findIndex((link) => link.getAttribute('aria-current') === 'page');
  const link = links[at === -1 ? 0 : at + by];
  if (link) location.hash = link.hash;
}

export function focusSearch(): void {
  const field = document.querySelector<HTMLInputElement>('.sidebar input[type="search"]');
  field?.focus();
  field?.select();
}
