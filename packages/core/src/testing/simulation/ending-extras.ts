import type { DraftRow, ThreadRow } from '../fake-server/rows';
import type { Problem } from './problem';
import { short } from './run';
import type { Run, Tab } from './world';

type Found = Problem | null;
const diverged = (text: string): Problem => ({ kind: 'diverged', text });

/** Whether the server shows a message to a user. */
export const isSeen = ({ server }: Run, user: string, id: string): boolean =>
  server.message(user, id)?.is_hidden === false;

/** Threads, drafts and invitations. */
export function extrasDiffer(run: Run, tab: Tab): Found {
  return (
    threadsDiffer(run, tab) ??
    (run.plan.showsAll ? (draftsDiffer(run, tab) ?? invitesDiffer(run, tab)) : null)
  );
}

function threadsDiffer(run: Run, tab: Tab): Found {
  const { server } = run;
  const { user } = tab.client;
  const { threads } = server.call('threads', { max_rows: 100 }, user) as { threads: readonly ThreadRow[] };
  for (const { root_id, is_following, last_read_seq, unread } of threads) {
    const state = tab.confab.threads.state(root_id).get();
    if (!state) continue;
    const here = JSON.stringify([state.isFollowing, state.lastReadSeq, state.unread]);
    const there = JSON.stringify([is_following, last_read_seq, unread]);
    if (here !== there)
      return diverged(`${tab.name} has the thread ${short(root_id)} as ${here} instead of ${there}`);
  }
  for (const [rootId, { room, list }] of tab.threads) {
    if (!isSeen(run, user, rootId)) continue;
    const { messages, isPending, error, hasOlder } = list.get();
    if (isPending || error)
      return diverged(`${tab.name} has not loaded the thread ${short(rootId)}: ${error?.code ?? 'pending'}`);
    const shown = messages.filter(({ status }) => status === 'sent');
    const all = server
      .allMessages(room)
      .filter(({ id, thread_root_id }) => thread_root_id === rootId && isSeen(run, user, id));
    const stored = hasOlder ? all.slice(-shown.length) : all;
    const here = shown.map(({ id, content, deletedAt, replyTo }) => [
      short(id),
      content,
      deletedAt,
      replyTo && [replyTo.content, replyTo.deletedAt],
    ]);
    const there = stored.map(({ id, content, deleted_at }) => {
      const quoted = server.message(user, id)?.reply_to;
      return [short(id), content, deleted_at, quoted && [quoted.content, quoted.deleted_at]];
    });
    if (JSON.stringify(here) !== JSON.stringify(there))
      return diverged(
        `${tab.name} shows ${JSON.stringify(here)} instead of ${JSON.stringify(there)} in the thread ${short(rootId)}`,
      );
  }
  return null;
}

function draftsDiffer(run: Run, tab: Tab): Found {
  const { drafts } = run.server.call('drafts', { max_rows: 200 }, tab.client.user) as {
    drafts: readonly DraftRow[];
  };
  const place = (room: string, root: string | null) => short(root ?? room);
  const own = tab.confab.drafts.list().get();
  // What was refused, or waits for something refused, stays on the device, and what the server has there is not shown.
  const outbox = tab.engine.outbox.view.get();
  const kept = new Set(
    [...outbox.lanes()]
      .flatMap((lane) => outbox.lane(lane))
      .flatMap(({ mutation: { type, args, conversation_id: room } }) =>
        type === 'save_draft' ? [place(room, args.thread_root_id ?? null)] : [],
      ),
  );
  const there = drafts
    .filter((row) => !kept.has(place(row.conversation_id, row.thread_root_id)))
    .map((row) => `${place(row.conversation_id, row.thread_root_id)} ${row.content}`)
    .sort();
  const here = own
    .filter((row) => !kept.has(place(row.conversationId, row.threadRootId)))
    .map((row) => `${place(row.conversationId, row.threadRootId)} ${row.content}`)
    .sort();
  if (here.join() === there.join()) return null;
  return diverged(`${tab.name} has the drafts ${here.join()} instead of ${there.join()}`);
}

function invitesDiffer({ server, rooms }: Run, tab: Tab): Found {
  const there = rooms.filter((room) => server.member(room, tab.client.user)?.state === 'invited');
  const here = tab.confab.conversations
    .invites()
    .get()
    .map(({ id }) => id);
  if (here.join() === there.join()) return null;
  return diverged(
    `${tab.name} is invited to ${here.map(short).join()} instead of ${there.map(short).join()}`,
  );
}
