import type { DraftRow } from '../fake-server/rows';
import type { Change } from './ledger';
import type { Problem } from './problem';
import { short } from './run';
import type { Run } from './world';

type Found = Problem | null;
/** Whether it was refused, or waits for something refused, and its user has not decided yet. */
type IsKept = (run: Run, client: number, id: string) => boolean;
const lost = (text: string): Problem => ({ kind: 'lost', text });

/** Changes that undo each other, or take each other's place. */
const rivals: readonly (readonly Change['type'][])[] = [
  ['edit'],
  ['delete'],
  ['react', 'unreact'],
  ['pin', 'unpin'],
  ['hide', 'unhide'],
];

/** Every change that was confirmed, or stored and not refused, is there, or something later took its place. */
export function effectsMissing(run: Run, isKept: IsKept): Found {
  return changesLost(run, isKept) ?? readsLost(run) ?? draftsBack(run);
}

function changesLost(run: Run, isKept: IsKept): Found {
  /** It waits nowhere, and it was not refused. */
  const isSettled = ({ mutationId, client }: Change): boolean =>
    mutationId !== null && !run.ledger.refused.has(mutationId) && !isKept(run, client, mutationId);
  /** Whether its effect has to be seen, unless something else took its place. */
  const isExpected = (change: Change): boolean => {
    if (change.isConfirmed) return true;
    if (!change.isSafe || change.isForfeit) return false;
    return isSettled(change) && !run.ledger.refused.has(change.messageId);
  };
  const { ledger } = run;
  for (const change of ledger.changes) {
    const { type, messageId, value, user } = change;
    if (!isExpected(change)) continue;
    const state = ledger.stored.get(messageId)?.states.at(-1);
    if (!state) continue;
    if (type === 'delete' && !state.isDeleted) return lost(`the deletion of ${short(messageId)}`);
    // Nothing else is left of a message that somebody has deleted.
    if (type === 'delete' || state.isDeleted) continue;
    const others = ledger.changes.filter((other) => other !== change && isRival(change, other));
    const isLast = others.every((other) => isBefore(run, other, change));
    if (!isLast || !others.every(isSettled)) continue;
    if (!isThere(run, change)) return lost(`${type} ${value} of ${short(messageId)} by ${short(user)}`);
  }
  return null;
}

function isRival(change: Change, other: Change): boolean {
  if (other.messageId !== change.messageId) return false;
  if (!rivals.some((types) => types.includes(change.type) && types.includes(other.type))) return false;
  if (change.type === 'hide' || change.type === 'unhide') return other.user === change.user;
  const isReaction = change.type === 'react' || change.type === 'unreact';
  return !isReaction || (other.user === change.user && other.value === change.value);
}

function isBefore({ ledger }: Run, a: Change, b: Change): boolean {
  return a.lane === b.lane && ledger.changes.indexOf(a) < ledger.changes.indexOf(b);
}

function isThere({ server, ledger }: Run, { type, room, messageId, value, user }: Change): boolean {
  const row = server.allMessages(room).find(({ id }) => id === messageId);
  if (!row) return true;
  const hasReacted = row.reactions.some(({ emoji, user_ids }) => emoji === value && user_ids.includes(user));
  switch (type) {
    case 'edit':
      return ledger.stored.get(messageId)?.states.at(-1)?.content === value;
    case 'delete':
      return row.deleted_at !== null;
    case 'react':
      return hasReacted;
    case 'unreact':
      return !hasReacted;
    case 'pin':
      return row.pinned_at !== null;
    case 'unpin':
      return row.pinned_at === null;
    case 'unhide':
      return server.message(user, messageId)?.is_hidden !== true;
    case 'hide':
      // Null: the user may not see the conversation any more.
      return server.message(user, messageId)?.is_hidden !== false;
  }
}

/** A draft that was shown and emptied, as it is when it is sent, does not come back. */
function draftsBack({ ledger, server, users }: Run): Found {
  for (const user of users) {
    const { drafts } = server.call('drafts', { max_rows: 200 }, user) as { drafts: readonly DraftRow[] };
    const back = drafts.find(({ content }) => content !== null && ledger.emptied.has(content));
    if (back) return lost(`that ${short(user)} has emptied the draft ${back.content}`);
  }
  return null;
}

function readsLost({ ledger, server }: Run): Found {
  for (const { room, user, seq, isSafe, isForfeit } of ledger.reads) {
    if (!isSafe || isForfeit || ledger.unsureReads.has(`${user} ${room}`)) continue;
    const cursor = server.member(room, user)?.last_read_seq;
    if (cursor === undefined || ledger.moved.has(`${user} ${room}`)) continue;
    if (cursor < seq)
      return lost(`${short(user)} has read ${seq} of ${short(room)}, and the server ${cursor}`);
  }
  return null;
}
