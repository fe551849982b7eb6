import { createContext, use } from 'react';
import type { Names } from '../lib/system-text';
import type { Message } from '../lib/types';

/** What can be done with a message of the open conversation. All stay the same while it is open. */
export interface MessageActions {
  readonly reply: (message: Message) => void;
  readonly edit: (message: Message) => void;
  readonly remove: (message: Message) => void;
  readonly hide: (message: Message) => void;
  readonly markUnread: (message: Message) => void;
  readonly react: (message: Message, emoji: string) => void;
  readonly copy: (message: Message) => void;
  readonly retry: (message: Message) => void;
  readonly discard: (message: Message) => void;
  /** Shows the message at this position. */
  readonly jumpTo: (seq: number) => void;
  readonly openMenu: (message: Message, anchor: HTMLElement) => void;
  readonly openReactionPicker: (message: Message, anchor: HTMLElement) => void;
}

export interface WindowContextValue {
  readonly conversationId: string;
  readonly currentUserId: string | null;
  readonly names: Names;
  readonly actions: MessageActions;
}

export const WindowContext = createContext<WindowContextValue | null>(null);

/** The conversation that is open around a component. */
export function useWindow(): WindowContextValue {
  const value = use(WindowContext);
  if (!value) throw new Error('unable to show the component; it is outside of a conversation window');
  return value;
}
