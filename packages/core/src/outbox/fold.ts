import { defined } from '../lib/defined';
import type { Mutation, MutationType } from '../model/mutation';
import type { OutboxEntry } from './entry';
import { foldKey, type Queue } from './queue';

type Content = Pick<Extract<Mutation, { type: 'edit_message' }>['args'], 'mentions'> & {
  readonly content: string | null;
};

/** Where an edit has mentions: as it says, else as it was said of the same text; in another one nowhere. */
const placesIn = (edit: Content, before: Content): Pick<Content, 'mentions'> =>
  defined({ mentions: edit.mentions ?? (edit.content === before.content ? before.mentions : []) });

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
      // What is forwarded in between is forwarded as it was then.
      if (isSource(queue, args.message_id, ['forward_message'])) return null;
      const send = at(args.message_id);
      if (send?.mutation.type === 'send_message') {
        const { message_id: _, ...changes } = args;
        const all = {
          ...send.mutation.args,
          ...defined({ ...changes, ...placesIn(args, send.mutation.args) }),
        };
        return merged(send, { ...send.mutation, args: all });
      }
      if (last?.mutation.type !== type) return null;
      const { args: before } = last.mutation;
      return merged(last, {
        ...last.mutation,
        args: { ...before, ...defined({ ...args, ...placesIn(args, before) }) },
      });
    }
    case 'delete_message': {
      const old = at(args.message_id);
      return old?.mutation.type === 'send_message' &&
        !isSource(queue, args.message_id, ['send_message', 'forward_message'])
        ? { type: 'cancel', old }
        : null;
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
    case 'hide_message':
    case 'unhide_message':
    case 'pin_message':
    case 'unpin_message':
    case 'add_reaction':
    case 'remove_reaction':
      // Said again it changes nothing, not even the order of what is pinned; its opposite undoes it.
      if (last?.mutation.type === type) return merged(last, last.mutation);
      // What is unpinned and pinned again comes first among the pinned.
      return last && type !== 'pin_message' ? { type: 'replace', old: last } : null;
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

/** Whether messages that wait are made of it, hang under it or answer it: those must not change or go with it. */
function isSource(queue: Queue, id: string, types: readonly MutationType[]): boolean {
  for (const { entry } of queue.dependents(id)) if (types.includes(entry.mutation.type)) return true;
  return false;
}
