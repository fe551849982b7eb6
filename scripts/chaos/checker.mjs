/**
 * @typedef {{ id: string, seq: number, content: string | null, isDeleted: boolean, reactions: string }} Row
 * @typedef {{ user: string, conversation: string, messages: Row[], unread: number }} View
 * @typedef {{ device: string, conversation: string, id: string, isOptional: boolean }} Sent `isOptional`: its sender deleted
 *   it before it was confirmed, so that it may never have left
 * @typedef {{ database: Map<string, Row[]>, unread: Map<string, number>, sent: Sent[], views: View[] }} Found
 */

/** What is counted, in the order of the report. */
export const noHarm = () => ({ lost: 0, duplicated: 0, reordered: 0, diverged: 0, holes: 0, unreadWrong: 0 });

/**
 * Compares what was sent, what the database has and what every client shows in the end.
 *
 * @param {Found} found
 * @param {(line: string) => void} explain
 */
export function check({ database, unread, sent, views }, explain) {
  const harm = noHarm();
  for (const { id, conversation, isOptional, device } of sent) {
    const copies = (database.get(conversation) ?? []).filter((row) => row.id === id).length;
    if (copies === 0 && !isOptional) {
      harm.lost++;
      explain(`lost: ${id} of ${device}`);
    }
  }
  const lanes = groupBy(sent, ({ device, conversation }) => `${device} ${conversation}`);
  for (const [lane, messages] of lanes) {
    const rows = database.get(messages[0]?.conversation ?? '') ?? [];
    const position = new Map(rows.map(({ id, seq }) => [id, seq]));
    const seqs = messages.flatMap(({ id }) => position.get(id) ?? []);
    const stepsBack = seqs.filter((seq, i) => i > 0 && seq < (seqs[i - 1] ?? 0)).length;
    harm.reordered += stepsBack;
    if (stepsBack > 0) explain(`reordered: ${lane}`);
  }
  for (const { user, conversation, messages, unread: shown } of views) {
    const rows = database.get(conversation) ?? [];
    harm.duplicated += messages.length - new Set(messages.map(({ id }) => id)).size;
    const [a, b] = [JSON.stringify(messages), JSON.stringify(rows)];
    if (a !== b) {
      harm.diverged++;
      const at = rows.findIndex((row, i) => JSON.stringify(row) !== JSON.stringify(messages[i]));
      explain(`diverged: ${user} shows ${JSON.stringify(messages[at])} of ${JSON.stringify(rows[at])}`);
    }
    const counted = unread.get(`${user} ${conversation}`) ?? 0;
    if (shown !== counted) {
      harm.unreadWrong++;
      explain(`unread: ${user} counts ${shown} of ${counted}`);
    }
  }
  return harm;
}

/**
 * What may never be seen, at any moment: a message twice, or a hole between two. Returns what is wrong.
 *
 * @param {readonly { id: string, seq: number | null }[]} messages as a view shows them
 * @returns {'duplicated' | 'holes' | 'reordered' | null}
 */
export function wrongAtOnce(messages) {
  if (new Set(messages.map(({ id }) => id)).size !== messages.length) return 'duplicated';
  const seqs = messages.flatMap(({ seq }) => (seq === null ? [] : [seq]));
  for (let i = 1; i < seqs.length; i++) {
    const step = (seqs[i] ?? 0) - (seqs[i - 1] ?? 0);
    if (step < 1) return 'reordered';
    if (step > 1) return 'holes';
  }
  return null;
}

/**
 * @template T
 * @param {readonly T[]} items
 * @param {(item: T) => string} keyOf
 */
function groupBy(items, keyOf) {
  /** @type {Map<string, T[]>} */
  const groups = new Map();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}
