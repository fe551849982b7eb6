import type { MouseEvent, PointerEvent } from 'react';

const HELD_MS = 450;
/** A finger is never quite still. */
const STILL_PX = 10;

/** Whether a press of the second button is that of a finger that rests. */
export function isOfFinger({ nativeEvent }: MouseEvent): boolean {
  return 'pointerType' in nativeEvent && nativeEvent.pointerType === 'touch';
}

/**
 * Opens the menu of a message or a conversation on which a finger has rested; to be called with each touch that begins
 * there. It opens once the finger is lifted: browsers take that for a press beside what is open, and close it.
 */
export function openMenuOnLongPress(event: PointerEvent<HTMLElement>): void {
  const { target, pointerType, clientX, clientY, isPrimary } = event;
  // Links have a menu of their own.
  if (
    pointerType !== 'touch' ||
    !isPrimary ||
    !(target instanceof Element) ||
    target.closest('a:not(.conversation)')
  )
    return;
  const message = target.closest('[data-message-id], .conversation-item');
  const more = message?.querySelector<HTMLElement>('.message-more, .conversation-more');
  if (!message || !more) return;
  const over = new AbortController();
  const { signal } = over;
  let isHeld = false;
  const timer = setTimeout(() => {
    isHeld = true;
    message.classList.add('message-held');
  }, HELD_MS);
  const end = () => {
    over.abort();
    clearTimeout(timer);
    message.classList.remove('message-held');
  };
  const options = { signal, capture: true };
  addEventListener(
    'pointermove',
    (moved) => {
      if (Math.hypot(moved.clientX - clientX, moved.clientY - clientY) > STILL_PX) end();
    },
    options,
  );
  addEventListener('pointercancel', end, options);
  addEventListener('scroll', end, options);
  addEventListener(
    'pointerup',
    () => {
      end();
      if (!isHeld) return;
      // What was pressed is not meant as well.
      const swallow = new AbortController();
      addEventListener(
        'click',
        (click) => {
          click.preventDefault();
          click.stopPropagation();
        },
        { capture: true, once: true, signal: swallow.signal },
      );
      setTimeout(() => {
        swallow.abort();
        more.click();
      }, 30);
    },
    options,
  );
}
