import { useConversation, useThreads, type UseThreadsResult } from '@confab/react';
import { useNow } from '../../hooks/use-now';
import { formatFull, formatShort } from '../../lib/dates';
import { visibleName } from '../../lib/names';
import { plainText } from '../../lib/rich-text';
import { hrefOf } from '../../lib/route';
import { ViewList } from './view-list';

/** The threads this user follows, the newest reply first. */
export function ThreadsList({ onClose }: { readonly onClose: () => void }) {
  const { threads, ...pages } = useThreads();
  return (
    <ViewList
      title="Threads"
      emptyText="No threads yet. Reply in one, and you follow it here."
      isEmpty={threads.length === 0}
      onClose={onClose}
      {...pages}
    >
      {threads.map((thread) => (
        <ThreadRow key={thread.rootId} thread={thread} />
      ))}
    </ViewList>
  );
}

interface ThreadRowProps {
  readonly thread: UseThreadsResult['threads'][number];
}

function ThreadRow({ thread: { conversationId, rootId, root, unread } }: ThreadRowProps) {
  const { conversation } = useConversation(conversationId);
  const now = useNow();
  const { replyCount = 0, lastReplyAt = root.createdAt } = root.thread ?? {};
  return (
    <li>
      <a className="found-message" href={hrefOf(conversationId, `thread/${rootId}`)} data-unread={unread}>
        <span className="found-head">
          <bdi>{visibleName(conversation?.name ?? '')}</bdi>
          <time dateTime={lastReplyAt} title={formatFull(lastReplyAt)}>
            {formatShort(lastReplyAt, now)}
          </time>
        </span>
        <span className="found-text" dir="auto">
          {plainText(root.content ?? 'Message deleted')}
        </span>
        <span className="thread-count">
          {replyCount === 1 ? '1 reply' : `${replyCount} replies`}
          {unread && (
            <>
              <span className="unread-dot" aria-hidden="true" />
              <span className="visually-hidden">unread</span>
            </>
          )}
        </span>
      </a>
    </li>
  );
}
