import { useSyncExternalStore } from 'react';

const CONVERSATION = /^#\/c\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i;

function subscribe(listener: () => void): () => void {
  addEventListener('hashchange', listener);
  return () => removeEventListener('hashchange', listener);
}

/** The open conversation, from the address: it survives a reload, and the back button closes it. */
export function useOpenConversationId(): string | null {
  const hash = useSyncExternalStore(subscribe, () => location.hash);
  return CONVERSATION.exec(hash)?.[1] ?? null;
}

export function hrefOf(conversationId: string): string {
  return `#/c/${conversationId}`;
}

export function openConversation(conversationId: string): void {
  location.hash = hrefOf(conversationId);
}

export const listHref = '#/';
