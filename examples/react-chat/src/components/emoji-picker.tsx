import dataUrl from 'emoji-picker-element-data/en/emojibase/data.json?url';
import type { EmojiClickEvent } from 'emoji-picker-element/shared';
import { useEffect, useRef } from 'react';

/** All emoji, with a search. Its code and data are loaded when it is first opened, from where the app itself is. */
export function EmojiPicker({ onPick }: { readonly onPick: (emoji: string) => void }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    let isOver = false;
    void import('emoji-picker-element').then(({ Picker }) => {
      if (!element || isOver) return;
      const picker = new Picker({ dataSource: dataUrl });
      picker.addEventListener('emoji-click', ({ detail }: EmojiClickEvent) => {
        if (detail.unicode !== undefined) onPick(detail.unicode);
      });
      element.replaceChildren(picker);
      // Who opens it wants to search, unless a keyboard on the screen would hide half of it.
      if (matchMedia('(pointer: fine)').matches) focusSearch(picker);
    });
    return () => {
      isOver = true;
      element?.replaceChildren();
    };
  }, [onPick]);
  return <div ref={place} className="emoji-picker" />;
}

function focusSearch(picker: HTMLElement): void {
  requestAnimationFrame(() => picker.shadowRoot?.querySelector('input')?.focus());
}
