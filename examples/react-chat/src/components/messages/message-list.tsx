import type { UseMessagesResult } from '@confab/react';
import { defaultRangeExtractor, useVirtualizer, type Virtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useEffectEvent, useLayoutEffect, useRef, useState } from 'react';
import { useNow } from '../../hooks/use-now';
import { formatDay } from '../../lib/dates';
import { errorText } from '../../lib/error-text';
import { tickOf } from '../../lib/tick';
import { tightenBubbles } from '../../lib/tight-bubbles';
import { EmptyState } from '../empty-state';
import { openMenuOnLongPress } from '../long-press';
import type { ScrollTarget } from '../window-context';
import { Announcer } from './announcer';
import { ListTop } from './list-top';
import { moveBetweenMessages } from './message-keys';
import { MessageRow } from './message-row';
import { ToEndButton } from './to-end-button';
import { UnreadButton } from './unread-button';

/** Closer to the end than this (in px) counts as being there: new messages are followed. */
const END_PX = 80;
/** Further pages are asked for this early (in px), so that scrolling need not wait. */
const PAGE_PX = 1_200;
/** More unread messages than this are begun at the first of them instead of the last. */
const MANY_UNREAD = 8;

function hasBegun(list: Virtualizer<HTMLDivElement, HTMLDivElement>, begin: number | 'end'): boolean {
  if (begin === 'end') return list.isAtEnd(END_PX);
  const [offset = 0] = list.getOffsetForIndex(begin, 'start') ?? [];
  return Math.abs(offset - (list.scrollOffset ?? 0)) < END_PX;
}

export interface MessageListProps {
  readonly view: UseMessagesResult;
  readonly label: string;
  readonly unreadCount: number;
  /** Whether it takes names to tell who speaks. */
  readonly hasNames: boolean;
  readonly isInThread?: boolean;
  readonly emptyText: string;
  /** What stands above the first message of all. */
  readonly startText: string | null;
  readonly target: ScrollTarget | null;
  readonly onArrive: () => void;
  readonly onJump: (target: ScrollTarget) => void;
  /** Tells whether the newest message is in view. */
  readonly onAtEnd: (isAtEnd: boolean) => void;
}

export function MessageList(props: MessageListProps) {
  const { view, label, unreadCount, hasNames, isInThread = false, emptyText, startText } = props;
  const { target, onArrive, onJump, onAtEnd } = props;
  const { items, messages, isPending, error, hasOlder, hasNewer, isFetchingOlder, isFetchingNewer } = view;
  const { fetchOlder, fetchNewer, unreadAfterSeq, clearUnreadDivider } = view;
  const now = useNow();
  const scroller = useRef<HTMLDivElement>(null);
  const viewHeight = useRef(0);
  /** Where it is still to begin: at an item, or at the end. */
  const begin = useRef<number | 'end' | null>('end');
  const [isAtEnd, setIsAtEnd] = useState<boolean | null>(null);
  const [hasOlderFailed, setHasOlderFailed] = useState(false);
  const [focusedId, setFocusedId] = useState<string | null>(null);
  const isEmpty = items.length === 0;

  const loadOlder = useCallback(() => {
    setHasOlderFailed(false);
    fetchOlder().catch(() => setHasOlderFailed(true));
  }, [fetchOlder]);
  const onScroll = (list: Virtualizer<HTMLDivElement, HTMLDivElement>) => {
    if (isEmpty || list.scrollOffset === null) return;
    if (begin.current !== null && !hasBegun(list, begin.current)) return;
    begin.current = null;
    const { height = 0 } = list.scrollRect ?? {};
    const isResized = height !== viewHeight.current;
    viewHeight.current = height;
    // The composer grew, or a phone's keyboard came up: the end stays in view.
    if (isResized && isAtEnd === true) return list.scrollToEnd();
    const { scrollDirection } = list;
    // Whoever is at the end leaves it by scrolling up, not because what is shown has grown.
    const isStill = isAtEnd === true && scrollDirection !== 'backward';
    const nowAtEnd = !hasNewer && (isStill || list.isAtEnd(END_PX));
    setIsAtEnd(nowAtEnd);
    onAtEnd(nowAtEnd);
    const isNearTop = scrollDirection === 'backward' && list.scrollOffset < PAGE_PX;
    if (isNearTop && hasOlder && !isFetchingOlder && !hasOlderFailed) loadOlder();
    const isNearEnd = scrollDirection === 'forward' && list.isAtEnd(PAGE_PX);
    if (isNearEnd && hasNewer && !isFetchingNewer) void fetchNewer().catch(() => undefined);
  };
  const lastMessage = messages.at(-1);
  const tabStop = items.find(({ key }) => key === focusedId)?.key ?? lastMessage?.id;
  const virtualizer = useVirtualizer<HTMLDivElement, HTMLDivElement>({
    count: items.length,
    getScrollElement: () => scroller.current,
    getItemKey: (index) => items[index]?.key ?? index,
    estimateSize: () => 48,
    // Reading further up, what is read stays in place; at the end, the newest message does.
    anchorTo: 'end',
    // The end of a page in between is not the end.
    followOnAppend: isAtEnd === true && !hasNewer,
    scrollEndThreshold: END_PX,
    overscan: 8,
    paddingStart: startText === null ? 8 : 64,
    paddingEnd: 8,
    onChange: onScroll,
    rangeExtractor(range) {
      const shown = defaultRangeExtractor(range);
      // What has the focus stays, however far away one scrolls.
      const focused = focusedId === null ? -1 : items.findIndex(({ key }) => key === focusedId);
      return focused < 0 || shown.includes(focused) ? shown : [...shown, focused].sort((a, b) => a - b);
    },
  });

  const divider = items.findIndex(({ type }) => type === 'unread');
  useLayoutEffect(() => {
    if (items.length === 0) begin.current = 'end';
    if (items.length === 0 || begin.current === null) return;
    // Whenever there is something else to show, until it is reached: what comes between a scroll and its event puts the
    // virtual list back to where it was.
    begin.current = divider >= 0 && items.length - divider > MANY_UNREAD ? divider : 'end';
    if (begin.current === 'end') virtualizer.scrollToEnd();
    else virtualizer.scrollToIndex(begin.current, { align: 'start' });
  }, [virtualizer, items, divider]);
  const height = virtualizer.getTotalSize();
  useLayoutEffect(() => {
    if (scroller.current) tightenBubbles(scroller.current);
  });
  useEffect(() => {
    void document.fonts.ready.then(() => {
      if (scroller.current) tightenBubbles(scroller.current);
    });
  }, []);
  useLayoutEffect(() => {
    // The first to be there may be unsent messages, and the page above them comes later.
    if (isAtEnd === true && !hasNewer) virtualizer.scrollToEnd();
  }, [virtualizer, isAtEnd, hasNewer, height]);
  const follows = useEffectEvent(() => {
    if (isAtEnd === true && !hasNewer) virtualizer.scrollToEnd();
  });
  useEffect(() => {
    if (!scroller.current) return;
    // The virtual list tells of another size of its own only where that shows other rows.
    const observer = new ResizeObserver(() => follows());
    observer.observe(scroller.current);
    return () => observer.disconnect();
  }, []);
  const isLastMine = lastMessage?.status === 'pending';
  useLayoutEffect(() => {
    // Who sends something wants to see it, and has seen what was above it.
    if (!isLastMine) return;
    clearUnreadDivider();
    virtualizer.scrollToEnd();
  }, [virtualizer, clearUnreadDivider, lastMessage?.id, isLastMine]);
  const arrived = useRef<ScrollTarget | null>(null);
  useLayoutEffect(() => {
    if (!target || arrived.current === target) return;
    const index = items.findIndex((item) => item.type === 'message' && item.message.seq === target.seq);
    if (target.seq === 'end' ? hasNewer : index < 0) return;
    arrived.current = target;
    begin.current = null;
    if (target.seq === 'end') virtualizer.scrollToEnd();
    else virtualizer.scrollToIndex(index, { align: 'center' });
  }, [virtualizer, target, items, hasNewer]);

  const isUnreadAbove =
    unreadAfterSeq !== null && hasOlder && divider < 0 && (messages[0]?.seq ?? 0) > unreadAfterSeq + 1;
  return (
    <div className="messages-area">
      <div
        ref={scroller}
        className="messages"
        role="region"
        aria-label={label}
        onKeyDown={(event) => moveBetweenMessages(event, virtualizer)}
        onPointerDown={openMenuOnLongPress}
        onFocus={({ target: focused }) =>
          setFocusedId(focused.closest<HTMLElement>('[data-message-id]')?.dataset['messageId'] ?? null)
        }
        onAnimationEnd={({ animationName }) => {
          if (animationName === 'highlight') onArrive();
        }}
      >
        {isEmpty && !isPending && (
          <EmptyState
            title={error ? 'Not available' : 'No messages yet'}
            text={error ? errorText(error) : emptyText}
          />
        )}
        {isEmpty && isPending && <span className="spinner" role="status" aria-label="Loading messages" />}
        {!isEmpty && (
          <div className="messages-content" role="list" style={{ height }}>
            <ListTop
              isFetching={isFetchingOlder}
              startText={hasOlder ? null : startText}
              hasFailed={hasOlderFailed}
              onRetry={loadOlder}
            />
            {virtualizer.getVirtualItems().map(({ index, key, start }) => {
              const item = items[index];
              if (!item) return null;
              return (
                <div
                  key={key}
                  ref={virtualizer.measureElement}
                  className="message-slot"
                  role="listitem"
                  data-index={index}
                  style={{ transform: `translateY(${start}px)` }}
                >
                  {item.type === 'day' && (
                    <h3 className="day">
                      <span>{formatDay(`${item.date}T00:00`, now)}</span>
                    </h3>
                  )}
                  {item.type === 'unread' && (
                    <p className="unread-divider">
                      <span>New messages</span>
                    </p>
                  )}
                  {item.type === 'message' && (
                    <MessageRow
                      message={item.message}
                      isFirstOfGroup={item.isFirstOfGroup}
                      isLastOfGroup={item.isLastOfGroup}
                      hasName={hasNames}
                      isInThread={isInThread}
                      tick={tickOf(item.message, view)}
                      isHighlighted={item.message.seq !== null && item.message.seq === target?.seq}
                      isTabStop={item.key === tabStop}
                    />
                  )}
                </div>
              );
            })}
          </div>
        )}
      </div>
      {isUnreadAbove && <UnreadButton onClick={() => onJump({ seq: unreadAfterSeq + 1 })} />}
      {isAtEnd === false && !isEmpty && (
        <ToEndButton unreadCount={unreadCount} onClick={() => onJump({ seq: 'end' })} />
      )}
      <Announcer messages={messages} />
    </div>
  );
}
