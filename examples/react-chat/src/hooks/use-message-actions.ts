import type { Queued } from '@confab/core';
import { useConfab } from '@confab/react';
import { useMemo, useState, type RefObject } from 'react';
import type { ComposerHandle } from '../components/composer/composer';
import type { ScrollTarget } from '../components/messages/message-list';
import type { MessageActions } from '../components/window-context';
import { errorText } from '../lib/error-text';
import type { Message } from '../lib/types';

/** What is open over the window, and the message it is about. */
export type Overlay =
  | { readonly type: 'menu'; readonly message: Message; readonly anchor: HTMLElement }
  | {
      readonly type: 'emoji';
      readonly message: Message;
      readonly anchor: HTMLElement;
      readonly isFull: boolean;
    }
  | { readonly type: 'delete'; readonly message: Message };

/**
 * What can be done with the messages of a conversation, and what that opens.
 *
 * @param notify is told in words what was refused, and null when something new was begun
 */
export function useMessageActions(
  conversationId: string,
  composer: RefObject<ComposerHandle | null>,
  notify: (text: string | null) => void,
) {
  const { messages, reactions } = useConfab();
  const [overlay, setOverlay] = useState<Overlay | null>(null);
  const [target, setTarget] = useState<ScrollTarget | null>(null);
  const actions = useMemo((): MessageActions => {
    const tell = (error: unknown) => notify(errorText(error));
    /** A write; what the server says may come hours later. */
    const write = (queued: Promise<Queued<unknown>>) => {
      notify(null);
      queued
        .then(async ({ confirmed }) => {
          const outcome = await confirmed;
          if (!outcome.ok) tell(outcome.error);
        })
        .catch(tell);
    };
    return {
      reply: (message) => composer.current?.reply(message),
      edit: (message) => composer.current?.edit(message),
      // Its row tells when it is refused.
      remove: ({ id }) => void messages.delete(conversationId, id).catch(tell),
      hide: ({ id }) => write(messages.hide(conversationId, id)),
      markUnread: ({ seq }) => {
        if (seq !== null) void messages.markUnread(conversationId, seq).catch(tell);
      },
      react: (message, emoji) => write(reactions.toggle(message, emoji)),
      copy: ({ content }) => void navigator.clipboard.writeText(content ?? '').catch(tell),
      retry: ({ id }) => void messages.retry(id).catch(tell),
      discard: ({ id }) => void messages.discard(id).catch(tell),
      jumpTo: (seq) => {
        notify(null);
        messages
          .list(conversationId)
          .jumpTo({ seq })
          .then((found) => setTarget({ seq: found }))
          .catch(tell);
      },
      openMenu: (message, anchor) => setOverlay({ type: 'menu', message, anchor }),
      openReactionPicker: (message, anchor) => setOverlay({ type: 'emoji', message, anchor, isFull: false }),
    };
  }, [messages, reactions, conversationId, composer, notify]);
  return { actions, overlay, setOverlay, target, setTarget };
}
