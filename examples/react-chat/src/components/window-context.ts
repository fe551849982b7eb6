import { createContext, use, type RefObject } from 'react';
import type { People } from '../lib/names';
import type { Message } from '../lib/types';

/** Where somebody was led: to a message, or to the newest one. A new object leads there again. */
export interface ScrollTarget {
  readonly seq: number | 'end';
}

/** What a message asks of the composer. */
export interface ComposerHandle {
  readonly reply: (message: Message) => void;
  readonly edit: (message: Message) => void;
}

/** What can be done with a message of the open conversation. All stay the same while it is open. */
export interface MessageActions {
  readonly reply: (message: Message) => void;
  readonly edit: (message: Message) => void;
  readonly remove: (message: Message) => void;
  readonly hide: (message: Message) => void;
  readonly markUnread: (message: Message) => void;
  readonly react: (message: Message, emoji: string) => void;
  readonly pin: (message: Message, isPinned: boolean) => void;
  readonly forward: (message: Message, toConversationId: string) => void;
  readonly copy: (message: Pick<Message, 'content'>) => void;
  readonly retry: (message: Message) => void;
  readonly discard: (message: Message) => void;
  readonly openThread: (rootId: string) => void;
  /** Shows the message at this position. */
  readonly jumpTo: (seq: number) => void;
  readonly jumpToLatest: () => void;
  readonly showReactors: (message: Message) => void;
  readonly showVersions: (message: Message) => void;
  readonly openMenu: (message: Message, anchor: HTMLElement) => void;
  readonly openReactionPicker: (message: Message, anchor: HTMLElement) => void;
  /** Tells in words what went wrong. */
  readonly tell: (error: unknown) => void;
}

export interface WindowContextValue {
  readonly conversationId: string;
  readonly currentUserId: string | null;
  readonly people: People;
  /** Whether the user may write here. */
  readonly canPost: boolean;
  /** Whether they may change, pin or react to what is here: not where it is locked for them. */
  readonly canChange: boolean;
  readonly actions: MessageActions;
  readonly composer: RefObject<ComposerHandle | null>;
  readonly threadComposer: RefObject<ComposerHandle | null>;
}

export const WindowContext = createContext<WindowContextValue | null>(null);

/** The conversation that is open around a component. */
export function useWindow(): WindowContextValue {
  const value = use(WindowContext);
  if (!value) throw new Error('unable to show the component; it is outside of a conversation window');
  return value;
}

/** Where the timeline was asked to go. Apart from the rest: it changes. */
export interface JumpContextValue {
  readonly target: ScrollTarget | null;
  readonly setTarget: (target: ScrollTarget | null) => void;
}

export const JumpContext = createContext<JumpContextValue>({ target: null, setTarget: () => undefined });
