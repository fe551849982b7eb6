import { useConfab, useMessages } from '@confab/react';
import { useVirtualizer, type Virtualizer } from '@tanstack/react-virtual';
import { useCallback, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useMarkSeen } from '../hooks/use-mark-seen';
import { useNow } from '../hooks/use-now';
import { formatDay } from '../lib/dates';
import { errorText } from '../lib/error-text';
import { toRows } from '../lib/rows';
import { tickOf } from '../lib/tick';
import type { Message } from '../lib/types';
import { Announcer } from './announcer';
import { EmptyState } from './empty-state';
import { ListTop } from './list-top';
import { MessageMenu, type OpenMenu } from './message-menu';
import { MessageRow } from './message-row';
import { ToEndButton } from './to-end-button';

/** Closer to the end than this (in px) counts as being there: new messages are followed. */
const END_PX = 80;
/** Older messages are asked for this early (in px), so that scrolling need not wait. */
const OLDER_PX = 1_200;

export interface MessageListProps {
  readonly conversationId: string;
  readonly unreadCount: number;
  /** Whether it takes names to tell who speaks. */
  readonly hasNames: boolean;
  readonly onEdit: (message: Message) => void;
}

export function MessageList({ conversationId, unreadCount, hasNames, onEdit }: MessageListProps) {
  const view = useMessages(conversationId);
  const { messages, isPending, error, hasOlder, isFetchingOlder, fetchOlder } = view;
  const { messages: actions } = useConfab();
  const rows = useMemo(() => toRows(messages, !hasOlder), [messages, hasOlder]);
  const now = useNow();
  const scroller = useRef<HTMLDivElement>(null);
  const viewHeight = useRef(0);
  const [isAtEnd, setIsAtEnd] = useState(true);
  const [hasOlderFailed, setHasOlderFailed] = useState(false);
  const [menu, setMenu] = useState<OpenMenu | null>(null);
  const isEmpty = rows.length === 0;

  const loadOlder = useCallback(() => {
    setHasOlderFailed(false);
    fetchOlder().catch(() => setHasOlderFailed(true));
  }, [fetchOlder]);
  const onScroll = (list: Virtualizer<HTMLDivElement, HTMLDivElement>) => {
    if (isEmpty || list.scrollOffset === null) return;
    const { height = 0 } = list.scrollRect ?? {};
    const isResized = height !== viewHeight.current;
    viewHeight.current = height;
    // The composer grew, or a phone's keyboard came up: the end stays in view.
    if (isResized && isAtEnd) return list.scrollToEnd();
    setIsAtEnd(list.isAtEnd(END_PX));
    const isNearTop = list.scrollDirection === 'backward' && list.scrollOffset < OLDER_PX;
    if (isNearTop && hasOlder && !isFetchingOlder && !hasOlderFailed) loadOlder();
  };
  const virtualizer = useVirtualizer<HTMLDivElement, HTMLDivElement>({
    count: rows.length,
    getScrollElement: () => scroller.current,
    getItemKey: (index) => rows[index]?.message.id ?? index,
    estimateSize: () => 48,
    // Reading further up, what is read stays in place; at the end, the newest message does.
    anchorTo: 'end',
    followOnAppend: true,
    scrollEndThreshold: END_PX,
    overscan: 8,
    paddingStart: 64,
    paddingEnd: 8,
    onChange: onScroll,
  });

  useLayoutEffect(() => {
    if (!isEmpty) virtualizer.scrollToEnd();
  }, [virtualizer, isEmpty]);
  const lastId = messages.at(-1)?.id;
  const isLastMine = messages.at(-1)?.status === 'pending';
  useLayoutEffect(() => {
    // Who sends something wants to see it.
    if (isLastMine) virtualizer.scrollToEnd();
  }, [virtualizer, lastId, isLastMine]);
  useMarkSeen(conversationId, messages.findLast(({ seq }) => seq !== null)?.seq ?? 0, isAtEnd);

  const openMenu = useCallback((message: Message, button: HTMLElement) => setMenu({ message, button }), []);
  const retry = useCallback((id: string) => void actions.retry(id).catch(() => undefined), [actions]);
  const discard = useCallback((id: string) => void actions.discard(id).catch(() => undefined), [actions]);

  return (
    <div className="messages-area">
      <div
        ref={scroller}
        className="messages"
        role="region"
        aria-label="Messages"
        // Scrollable by the keyboard.
        tabIndex={0}
      >
        {isEmpty && !isPending && (
          <EmptyState
            title={error ? 'Not available' : 'No messages yet'}
            text={error ? errorText(error) : 'Say hello to get it started.'}
          />
        )}
        {isEmpty && isPending && <span className="spinner" role="status" aria-label="Loading messages" />}
        {!isEmpty && (
          <div className="messages-content" role="list" style={{ height: virtualizer.getTotalSize() }}>
            <ListTop
              isFetching={isFetchingOlder}
              hasOlder={hasOlder}
              hasFailed={hasOlderFailed}
              onRetry={loadOlder}
            />
            {virtualizer.getVirtualItems().map(({ index, key, start }) => {
              const row = rows[index];
              if (!row) return null;
              const { message, startsDay, startsGroup, endsGroup } = row;
              return (
                <div
                  key={key}
                  ref={virtualizer.measureElement}
                  className="message-slot"
                  role="listitem"
                  data-index={index}
                  style={{ transform: `translateY(${start}px)` }}
                >
                  <MessageRow
                    message={message}
                    day={startsDay ? formatDay(message.createdAt, now) : null}
                    startsGroup={startsGroup}
                    endsGroup={endsGroup}
                    hasName={hasNames}
                    tick={tickOf(message, view)}
                    onMenu={openMenu}
                    onRetry={retry}
                    onDiscard={discard}
                  />
                </div>
              );
            })}
          </div>
        )}
      </div>
      {!isAtEnd && <ToEndButton unreadCount={unreadCount} onClick={() => virtualizer.scrollToEnd()} />}
      <Announcer messages={messages} />
      {menu && (
        <MessageMenu
          {...menu}
          onEdit={() => onEdit(menu.message)}
          onDelete={() => void actions.delete(conversationId, menu.message.id).catch(() => undefined)}
          onClose={() => setMenu(null)}
        />
      )}
    </div>
  );
}
