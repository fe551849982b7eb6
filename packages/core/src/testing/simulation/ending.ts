import type { MessageKinds } from '../../model/kinds';
import type { PendingMutation } from '../../model/pending';
import type { Message } from '../../model/view';
import { targetsOf } from '../../outbox/queue';
import type { Problem } from './problem';
import { effectsMissing } from './ending-effects';
import { extrasDiffer, isSeen } from './ending-extras';
import { short } from './run';
import type { Run, Tab } from './world';

type Found = Problem | null;
const problem = (kind: Problem['kind'], text: string): Problem => ({ kind, text });

/** What does not hold although the weather has been calm for a while; null when everything does. */
export function firstDifference(run: Run): Found {
  for (const client of run.clients) {
    for (const tab of client.tabs) {
      const found = tabDiffers(run, tab);
      if (found) return found;
    }
  }
  return promisesBroken(run) ?? effectsMissing(run, isKept) ?? tabsDiffer(run);
}

function tabDiffers(run: Run, tab: Tab): Found {
  const { confab, client, name } = tab;
  const { server } = run;
  const state = confab.connection.get();
  // A denied inbox is asked for again only when the user does something.
  const isDenied = state.type === 'polling' && state.reason === 'realtime_denied';
  if (state.type !== 'live' && !isDenied) return problem('diverged', `${name} is ${state.type}`);
  const held = heldIn(tab);
  if (state.unsentCount > held.length)
    return problem('lost', `${name} has not sent ${unsentIn(tab, held).join()}`);
  const list = confab.conversations.list().get();
  const expected = server.conversationIds(client.user);
  for (const room of expected) {
    const conversation = list.conversations.find(({ id }) => id === room);
    if (!conversation && list.hasNextPage) continue;
    if (!conversation) return problem('diverged', `${name} does not list ${short(room)}`);
    const unread = server.unread(client.user, room);
    if (conversation.unreadCount !== unread)
      return problem(
        'unreadWrong',
        `${name} counts ${conversation.unreadCount} unread of ${unread} in ${short(room)}`,
      );
    const row = server.conversation(client.user, room);
    const mentions = conversation.unreadMentionCount;
    if (mentions !== row?.unread_mentions)
      return problem(
        'unreadWrong',
        `${name} counts ${mentions} mentions of ${row?.unread_mentions} in ${short(room)}`,
      );
    const threads = conversation.unreadThreadCount;
    if (threads !== row.unread_threads)
      return problem(
        'unreadWrong',
        `${name} counts ${threads} threads of ${row.unread_threads} in ${short(room)}`,
      );
    const found = messagesDiffer(run, tab, room) ?? receiptsDiffer(run, tab, room);
    if (found) return found;
  }
  for (const { id, status } of list.conversations) {
    if (status === 'sent' && !expected.includes(id))
      return problem('diverged', `${name} lists ${short(id)} and is not in it`);
  }
  const total = server.unreadTotal(client.user);
  const counted = confab.conversations.unreadCount().get();
  if (counted !== total) return problem('unreadWrong', `${name} counts ${counted} unread of ${total}`);
  return extrasDiffer(run, tab);
}

/** How far all others have read and received, where they may be known. */
function receiptsDiffer(run: Run, tab: Tab, room: string): Found {
  const view = tab.lists.get(room)?.list.get();
  const { server, users } = run;
  const others = users
    .filter((user) => user !== tab.client.user)
    .flatMap((user) => server.member(room, user) ?? [])
    .filter(({ state }) => state === 'joined');
  const { receipts_max_members: most = Infinity } = run.plan.settings ?? {};
  if (!view || others.length === 0 || others.length >= most) return null;
  const here = [view.readByAllSeq, view.deliveredToAllSeq].join();
  const there = [
    Math.min(...others.map(({ last_read_seq }) => last_read_seq)),
    Math.min(...others.map(({ last_delivered_seq }) => last_delivered_seq)),
  ].join();
  if (here === there) return null;
  return problem('diverged', `${tab.name} has ${here} as read and received in ${short(room)}, not ${there}`);
}

function messagesDiffer(run: Run, tab: Tab, room: string): Found {
  const open = tab.lists.get(room);
  if (!open) return null;
  const view = open.list.get();
  if (view.hasNewer) {
    open.list.jumpToLatest().catch(() => undefined);
    return problem('diverged', `${tab.name} does not show the end of ${short(room)}`);
  }
  if (view.isPending || view.error)
    return problem('diverged', `${tab.name} has not loaded ${short(room)}: ${view.error?.code ?? 'pending'}`);
  const shown = view.messages.filter(({ status }) => status === 'sent');
  const { user } = tab.client;
  const all = run.server.messages(room).filter(({ id }) => isSeen(run, user, id));
  const stored = view.hasOlder ? all.slice(-shown.length) : all;
  if (shown.length !== stored.length)
    return problem('diverged', `${tab.name} shows ${shown.length} of ${stored.length} in ${short(room)}`);
  for (const [i, row] of stored.entries()) {
    const message = shown[i];
    const quoted = run.server.message(user, row.id)?.reply_to;
    const there = JSON.stringify([
      row.id,
      row.content,
      row.deleted_at,
      row.edited_at,
      row.pinned_at,
      row.thread?.reply_count,
      row.thread?.last_reply_seq,
      row.reactions.map(({ emoji, count, user_ids }) => [emoji, count, user_ids.includes(user)]),
      quoted && [quoted.id, quoted.content, quoted.deleted_at],
    ]);
    const here = message && seen(message);
    if (here !== there)
      return problem('diverged', `${tab.name} shows ${here} instead of ${there} in ${short(room)}`);
  }
  return null;
}

function seen(message: Message<MessageKinds>): string {
  return JSON.stringify([
    message.id,
    message.content,
    message.deletedAt,
    message.editedAt,
    message.pinnedAt,
    message.thread?.replyCount,
    message.thread?.lastReplySeq,
    message.reactions.map(({ emoji, count, isOwn }) => [emoji, count, isOwn]),
    message.replyTo && [message.replyTo.id, message.replyTo.content, message.replyTo.deletedAt],
  ]);
}

/** Everything acknowledged has taken effect, once and in order, or is shown as refused. */
function promisesBroken(run: Run): Found {
  const { ledger, server } = run;
  const last = new Map<string, number>();
  for (const sent of ledger.sent) {
    const messages = [...(ledger.byContent.get(sent.token) ?? [])];
    if (messages.length > 1) return problem('duplicated', `${sent.token} is ${messages.map(short).join()}`);
    const { id } = sent;
    if (id === null) continue;
    const stored = ledger.stored.get(id);
    if (messages[0] !== undefined && messages[0] !== id)
      return problem('duplicated', `${sent.token} was ${short(id)} and is ${short(messages[0])}`);
    if (!stored) {
      if (ledger.letGo.has(id) || sent.isForfeit || isKept(run, sent.client, id)) continue;
      return problem('lost', `${sent.token} (${short(id)}) of c${sent.client} is not in ${short(sent.room)}`);
    }
    const author = server.messages(sent.room).find((row) => row.id === id)?.sender_id;
    if (author !== undefined && author !== sent.user)
      return problem(
        'dishonest',
        `${sent.token} of ${short(sent.user)} was sent by ${short(author ?? 'nobody')}`,
      );
    // What was refused comes later, and what is about it waits for it.
    if ([id, sent.room, sent.rootId ?? ''].some((about) => ledger.refused.has(about))) continue;
    const lane = `${sent.lane} ${sent.room}`;
    const before = last.get(lane) ?? 0;
    if (stored.seq < before)
      return problem('reordered', `${sent.token} of c${sent.client} is ${stored.seq}, after ${before}`);
    last.set(lane, stored.seq);
  }
  return null;
}

/** Refused, or about something refused, and kept for the user to decide. */
function isKept({ ledger, clients }: Run, client: number, id: string): boolean {
  return ledger.leftBehind.has(id) || (clients[client]?.tabs ?? []).some((tab) => keptIn(tab).includes(id));
}

export function keptIn(tab: Tab): readonly string[] {
  const failed = pendingIn(tab).filter(({ status }) => status === 'failed');
  return [...failed, ...heldIn(tab)].map(({ mutation }) => mutation.id);
}

/** Those that wait with what was refused, because they are about it. */
function heldIn(tab: Tab): readonly PendingMutation[] {
  const view = tab.engine.outbox.view.get();
  const isHeld = ({ status, mutation }: PendingMutation): boolean =>
    status === 'pending' &&
    [mutation.conversation_id, ...targetsOf(mutation)].some((id) => {
      const target = id === mutation.id ? undefined : view.find(id);
      return target?.status === 'failed' || (target !== undefined && isHeld(target));
    });
  return pendingIn(tab).filter(isHeld);
}

function unsentIn(tab: Tab, held: readonly PendingMutation[]): readonly string[] {
  return pendingIn(tab)
    .filter((one) => one.status === 'pending' && !held.includes(one))
    .map(({ mutation: { type, id } }) => `${type} ${short(id)}`);
}

function pendingIn({ engine }: Tab): readonly PendingMutation[] {
  const view = engine.outbox.view.get();
  return [...view.lanes()].flatMap((lane) => view.lane(lane));
}

function tabsDiffer(run: Run): Found {
  for (const { tabs } of run.clients) {
    const [first, ...others] = tabs;
    if (!first) continue;
    for (const other of others) {
      const rooms = run.server.conversationIds(first.client.user);
      for (const [room, { list }] of first.lists) {
        if (!rooms.includes(room)) continue;
        const there = other.lists.get(room)?.list.get().messages;
        if (!there) continue;
        const here = list.get().messages;
        const count = Math.min(here.length, there.length);
        const say = (messages: typeof here) =>
          JSON.stringify(messages.slice(-count).map((message) => [seen(message), message.status]));
        if (say(here) !== say(there))
          return problem(
            'tabsDiffer',
            `${first.name} and ${other.name} in ${short(room)}: ${say(here)} ${say(there)}`,
          );
      }
    }
  }
  return null;
}
