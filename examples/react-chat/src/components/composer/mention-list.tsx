import type { Mentionable, UseComposerResult } from '@confab/react';
import { useState, type KeyboardEvent } from 'react';
import { visibleName } from '../../lib/names';
import { Avatar } from '../avatar';

interface MentionChoice {
  readonly candidates: readonly Mentionable[];
  readonly active: number;
  readonly choose: (who: Mentionable) => void;
}

/** Which of the members whose names are being typed is chosen: arrows move, Enter and Tab take one, Escape none. */
export function useMentionChoice(
  { mentionQuery, candidates }: Pick<UseComposerResult, 'mentionQuery' | 'candidates'>,
  choose: (who: Mentionable) => void,
) {
  const [place, setPlace] = useState({ query: mentionQuery, active: 0, isClosed: false });
  // Another query begins at the top of its list again.
  const { active, isClosed } = place.query === mentionQuery ? place : { active: 0, isClosed: false };
  const isOpen = candidates.length > 0 && !isClosed;
  const at = Math.min(active, candidates.length - 1);
  const onKeyDown = (event: KeyboardEvent): boolean => {
    if (!isOpen) return false;
    const to = { ArrowDown: at + 1, ArrowUp: at - 1 + candidates.length }[event.key];
    const chosen = candidates[at];
    if (to !== undefined) setPlace({ query: mentionQuery, active: to % candidates.length, isClosed: false });
    else if (event.key === 'Escape') setPlace({ query: mentionQuery, active: 0, isClosed: true });
    else if ((event.key === 'Enter' || event.key === 'Tab') && !event.shiftKey && chosen) choose(chosen);
    else return false;
    event.preventDefault();
    return true;
  };
  return { isOpen, candidates, active: at, choose, onKeyDown };
}

export function MentionList({ id, candidates, active, choose }: MentionChoice & { readonly id: string }) {
  return (
    <ul id={id} className="mention-list" role="listbox" aria-label="People to mention">
      {candidates.map((who, index) => (
        <li
          key={who.id ?? who.displayName}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === active}
          className="mention-option"
          // The field keeps the focus.
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => choose(who)}
        >
          <Avatar id={who.id ?? 'everyone'} name={visibleName(who.displayName)} size="small" />
          <bdi>{visibleName(who.displayName)}</bdi>
        </li>
      ))}
    </ul>
  );
}
