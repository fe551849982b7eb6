import type { Queued } from '@confab/core';
import { useConfab } from '@confab/react';
import { useMemo, useState, type RefObject } from 'react';
import type { ComposerHandle, MessageActions, ScrollTarget } from '../components/window-context';
import { errorText } from '../lib/error-text';
import { dismissNotice, notify } from '../lib/notices';
import { openPanel } from '../lib/route';
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
  | { readonly type: 'delete' | 'forward' | 'reactors' | 'readers' | 'versions'; readonly message: Message };

type ComposerRef = RefObject<ComposerHandle | null>;

/**
 * What can be done with the messages of a conversation, and what that opens.
 */
export function useMessageActions(
  conversationId: string,
  composer: ComposerRef,
  threadComposer: ComposerRef,
) {
  const { messages, reactions } = useConfab();
  const [overlay, setOverlay] = useState<Overlay | null>(null);
  const [target, setTarget] = useState<ScrollTarget | null>(null);
  const actions = useMemo((): MessageActions => {
    const tell = (error: unknown) => notify(errorText(error));
    /** A write; what the server says may come hours later. */
    const write = (queued: Promise<Queued<unknown>>) => {
      dismissNotice();
      queued
        .then(async ({ confirmed }) => {
          const outcome = await confirmed;
          if (!outcome.ok) tell(outcome.error);
        })
        .catch(tell);
    };
    const composerOf = ({ threadRootId }: Message) =>
      (threadRootId === null ? composer : threadComposer).current;
    const list = messages.list(conversationId);
    return {
      reply: (message) => composerOf(message)?.reply(message),
      edit: (message) => composerOf(message)?.edit(message),
      // Its row tells when it is refused.
      remove: ({ id }) => void messages.delete(conversationId, id).catch(tell),
      hide: ({ id }) => {
        write(messages.hide(conversationId, id));
        const undo = () => write(messages.unhide(conversationId, id));
        notify('Deleted for you', { label: 'Undo', run: undo });
      },
      markUnread: ({ seq }) => {
        if (seq !== null) void messages.markUnread(conversationId, seq).catch(tell);
      },
      react: (message, emoji) => write(reactions.toggle(message, emoji)),
      pin: ({ id }, isPinned) =>
        write(isPinned ? messages.pin(conversationId, id) : messages.unpin(conversationId, id)),
      forward: ({ id }, toConversationId) => write(messages.forward(id, toConversationId)),
      copy: ({ content }) => void navigator.clipboard.writeText(content ?? '').catch(tell),
      retry: ({ id }) => void messages.retry(id).catch(tell),
      discard: ({ id }) => void messages.discard(id).catch(tell),
      openThread: (rootId) => openPanel(`thread/${rootId}`),
      jumpTo: (seq) => {
        dismissNotice();
        list
          .jumpTo({ seq })
          .then((found) => setTarget({ seq: found }))
          .catch(tell);
      },
      jumpToLatest: () => {
        list
          .jumpToLatest()
          .then(() => setTarget({ seq: 'end' }))
          .catch(tell);
      },
      showReactors: (message) => setOverlay({ type: 'reactors', message }),
      showVersions: (message) => setOverlay({ type: 'versions', message }),
      openMenu: (message, anchor) => setOverlay({ type: 'menu', message, anchor }),
      openReactionPicker: (message, anchor) => setOverlay({ type: 'emoji', message, anchor, isFull: false }),
      tell,
    };
  }, [messages, reactions, conversationId, composer, threadComposer]);
  return { actions, overlay, setOverlay, target, setTarget };
}
