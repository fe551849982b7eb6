import { defined } from '../lib/defined';
import type { Mutation } from '../model/mutation';
import type { OutboxEntry } from './entry';
import { foldKey, type Queue } from './queue';

/** What becomes of a new mutation and of one that waits. */
export type Folding =
  /** The waiting one becomes `mutation`, in its place. */
  | { readonly type: 'merge'; readonly into: OutboxEntry; readonly mutation: Mutation }
  /** Only the new one counts; it goes to the end. */
  | { readonly type: 'replace'; readonly old: OutboxEntry }
  /** Nothing is left of either. */
  | { readonly type: 'cancel'; readonly old: OutboxEntry };

/**
 * How a mutation can be joined with one that waits, so that sending the result does the same as sending both (rule E3).
 * Nothing is folded into what the server may know already: repeating it under its id would not bring the news.
 */
export function fold(queue: Queue, mutation: Mutation): Folding | null {
  const { type, args } = mutation;
  const at = (id: string | undefined): OutboxEntry | undefined => {
    const entry = id === undefined ? undefined : queue.slot(id)?.entry;
    return entry?.mutation.conversation_id === mutation.conversation_id && isFoldable(entry)
      ? entry
      : undefined;
  };
  const key = foldKey(mutation);
  const last = at(queue.lane(mutation.conversation_id)?.last.get(key ?? ''));
  const merged = (into: OutboxEntry, next: Mutation): Folding => ({ type: 'merge', into, mutation: next });

  switch (type) {
    case 'edit_message': {
      const send = at(args.message_id);
      if (send?.mutation.type === 'send_message') {
        const { message_id: _, ...changes } = args;
        const all = { ...send.mutation.args, ...defined(changes) };
        return merged(send, { ...send.mutation, args: all });
      }
      if (last?.mutation.type !== type) return null;
      return merged(last, { ...last.mutation, args: { ...last.mutation.args, ...defined(args) } });
    }
    case 'delete_message': {
      const old = at(args.message_id);
      return old && !isBuiltOn(queue, args.message_id) ? { type: 'cancel', old } : null;
    }
    case 'mark_read':
    case 'mark_delivered':
    case 'mark_thread_read': {
      if (last?.mutation.type !== type) return null;
      const seq = Math.max(last.mutation.args.seq, args.seq);
      return merged(last, { ...last.mutation, args: { ...last.mutation.args, seq } } as Mutation);
    }
    case 'set_membership': {
      if (last?.mutation.type !== type) return null;
      const changes = { ...last.mutation.args.changes, ...args.changes };
      return merged(last, { ...last.mutation, args: { changes } });
    }
    case 'pin_message':
    case 'unpin_message':
    case 'add_reaction':
    case 'remove_reaction':
    case 'follow_thread':
    case 'save_draft':
      return last ? { type: 'replace', old: last } : null;
    default:
      return null;
  }
}

/** Whether the server surely does not know it: it was refused, or never sent. */
function isFoldable({ status, isTried }: OutboxEntry): boolean {
  return status === 'failed' || (!isTried && (status === 'queued' || status === 'storing'));
}

/** Whether other messages hang under it or answer it: they have a text of their own, which must not go with it. */
function isBuiltOn(queue: Queue, id: string): boolean {
  for (const { entry } of queue.dependents(id))
    if (entry.mutation.type === 'send_message' || entry.mutation.type === 'forward_message') return true;
  return false;
}
