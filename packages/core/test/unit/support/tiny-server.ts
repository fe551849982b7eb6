import type { Mutation } from '../../../src/model/mutation';

interface Row {
  readonly seq: number;
  content: string | null;
  data: unknown;
  mentions: readonly string[];
  pinnedAt: number;
  readonly reactions: Set<string>;
  readSeq: number;
  isFollowing: boolean | null;
}

/**
 * What mutations do, in the fewest words: no members, no rights. Repeating one changes nothing; one that makes no sense
 * is refused, and so is every message of `refused`.
 */
export function createTinyServer(
  refused: ReadonlySet<string>,
  known: readonly (readonly [string, string])[],
) {
  const applied = new Set<string>();
  const lanes = new Map<string, Map<string, Row>>();
  const marks = new Map<string, unknown>();
  let time = 0;

  const laneOf = (id: string) => {
    const lane = lanes.get(id) ?? new Map<string, Row>();
    lanes.set(id, lane);
    return lane;
  };
  const rowOf = (id: string): Row | undefined => {
    for (const lane of lanes.values()) {
      const row = lane.get(id);
      if (row) return row.content === null ? undefined : row;
    }
    return undefined;
  };
  const isThere = (id: string | null | undefined) => !id || [...lanes.values()].some((lane) => lane.has(id));
  const mark = (key: string, value: unknown) => void marks.set(key, value);
  const seqAt = (key: string) => Number(marks.get(key) ?? 0);
  const add = (
    lane: string,
    id: string,
    content: string | null,
    data: unknown,
    mentions: readonly string[],
  ) => {
    const rows = laneOf(lane);
    rows.set(id, {
      seq: rows.size + 1,
      content: content ?? '',
      data,
      mentions,
      pinnedAt: 0,
      reactions: new Set(),
      readSeq: 0,
      isFollowing: null,
    });
    marks.delete(`${lane} is_hidden`);
  };
  for (const [lane, id] of known) add(lane, id, 'old', {}, []);

  /** Whether it was applied. */
  const apply = ({ type, id, conversation_id: lane, args }: Mutation): boolean => {
    time++;
    switch (type) {
      case 'send_message':
        if (refused.has(id) || !isThere(args.reply_to_id) || !isThere(args.thread_root_id)) return false;
        add(lane, id, args.content, args.data, args.mentioned_user_ids ?? []);
        return true;
      case 'forward_message': {
        const source = rowOf(args.message_id);
        if (!source) return false;
        add(lane, id, source.content, source.data, []);
        return true;
      }
      case 'edit_message': {
        const row = rowOf(args.message_id);
        if (!row) return false;
        row.content = args.content;
        row.data = args.data ?? row.data;
        row.mentions = args.mentioned_user_ids ?? row.mentions;
        return true;
      }
      case 'delete_message': {
        const row = rowOf(args.message_id);
        if (row) row.content = null;
        return isThere(args.message_id);
      }
      case 'pin_message':
      case 'unpin_message': {
        const row = rowOf(args.message_id);
        if (row) row.pinnedAt = type === 'unpin_message' ? 0 : row.pinnedAt || time;
        return row !== undefined;
      }
      case 'add_reaction':
      case 'remove_reaction': {
        const row = rowOf(args.message_id);
        if (type === 'add_reaction') row?.reactions.add(args.emoji);
        else row?.reactions.delete(args.emoji);
        return row !== undefined;
      }
      case 'mark_read':
        mark(`${lane} unread after`, Math.max(seqAt(`${lane} unread after`), args.seq));
        mark(`${lane} read`, Math.max(seqAt(`${lane} read`), args.seq));
        return true;
      case 'mark_unread':
        mark(`${lane} unread after`, Math.min(seqAt(`${lane} unread after`), args.seq - 1));
        return true;
      case 'mark_delivered':
        mark(`${lane} delivered`, Math.max(seqAt(`${lane} delivered`), args.seq));
        return true;
      case 'mark_thread_read': {
        const row = rowOf(args.thread_root_id);
        if (row) row.readSeq = Math.max(row.readSeq, args.seq);
        return row !== undefined;
      }
      case 'follow_thread': {
        const row = rowOf(args.thread_root_id);
        if (row) row.isFollowing = args.is_following;
        return row !== undefined;
      }
      case 'set_membership':
        for (const [key, value] of Object.entries(args.changes)) {
          if (value === false) marks.delete(`${lane} ${key}`);
          else mark(`${lane} ${key}`, value);
        }
        return true;
      case 'save_draft':
        mark(`${args.thread_root_id ?? lane} draft`, args.content);
        return true;
      default:
        throw new Error(`unable to apply ${type}; nobody sends it here`);
    }
  };

  return {
    apply(mutation: Mutation): boolean {
      if (applied.has(mutation.id)) return true;
      const ok = apply(mutation);
      if (ok) applied.add(mutation.id);
      return ok;
    },
    /** Messages that are left, in their order, with all there is of them; and everything else. */
    state() {
      return {
        messages: [...lanes].map(([lane, rows]) => [
          lane,
          [...rows]
            .filter(([, { content }]) => content !== null)
            .map(([id, { content, data, mentions, reactions, readSeq, isFollowing }]) => [
              id,
              content,
              data,
              mentions,
              [...reactions].sort(),
              readSeq,
              isFollowing,
            ]),
        ]),
        pinned: [...lanes].map(([lane, rows]) => [
          lane,
          [...rows]
            .filter(([, { pinnedAt, content }]) => pinnedAt > 0 && content !== null)
            .sort(([, a], [, b]) => a.pinnedAt - b.pinnedAt)
            .map(([id]) => id),
        ]),
        marks: [...marks].sort(([a], [b]) => (a < b ? -1 : 1)),
      };
    },
  };
}
