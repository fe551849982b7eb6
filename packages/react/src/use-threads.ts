import { derive, type Thread } from '@confab/core';
import { useMemo } from 'react';
import type { RegisteredKinds } from './register';
import { useConfab } from './use-confab';
import { usePages, type Follow, type Pages } from './use-pages';

export interface UseThreadsOptions {
  /** Only those with unread replies. */
  readonly onlyUnread?: boolean;
}

export interface UseThreadsResult extends Pages {
  readonly threads: readonly Thread<RegisteredKinds>[];
}

/**
 * The threads the current user follows, newest reply first, 30 to a page. They are loaded again when what is unread in
 * threads changes (rule D7), and their roots follow each change; {@link useThread} is live.
 *
 * `error` has the code `offline`, `unauthenticated` or another of the server.
 *
 * @example
 * ```tsx
 * function Threads() {
 *   const { threads, hasNextPage, fetchNextPage } = useThreads({ onlyUnread: true });
 *   return (
 *     <>
 *       {threads.map(({ rootId, root }) => (
 *         <p key={rootId}>
 *           {root.content} ({root.thread?.replyCount} replies)
 *         </p>
 *       ))}
 *       {hasNextPage && <button onClick={() => void fetchNextPage()}>More</button>}
 *     </>
 *   );
 * }
 * ```
 */
export function useThreads({ onlyUnread = false }: UseThreadsOptions = {}): UseThreadsResult {
  const { threads, conversations } = useConfab();
  const list = conversations.list();
  const outdatedBy = useMemo(() => {
    const counts = derive([list], (view) =>
      view.conversations
        .flatMap(({ id, unreadThreadCount }) => (unreadThreadCount > 0 ? id + unreadThreadCount : []))
        .join(),
    );
    return derive([counts, threads.states()], (unread, states) => ({ unread, states }));
  }, [list, threads]);
  return usePages('threads', ['threads', onlyUnread], (page) => threads.list({ ...page, onlyUnread }), {
    outdatedBy,
    follow: followRoot,
  });
}

const followRoot: Follow<Thread<RegisteredKinds>> = (thread, now) => {
  const root = now(thread.root);
  return root === thread.root ? thread : root && { ...thread, root };
};
