import type { MessageKinds } from '../model/kinds';
import type { Message } from '../model/view';

/** A message in its list, with its place in the run of messages by one person it belongs to. */
export interface MessageItem<K extends MessageKinds = MessageKinds> {
  readonly type: 'message';
  readonly key: string;
  readonly message: Message<K>;
  readonly isFirstOfGroup: boolean;
  readonly isLastOfGroup: boolean;
}

/**
 * What a list of messages shows, line by line. `key` is unique in the list.
 *
 * - `day`: the messages below it are of this day, `YYYY-MM-DD`; none above the first message while older ones are left
 * - `unread`: the messages below it were not read yet
 */
export type MessageListItem<K extends MessageKinds = MessageKinds> =
  | { readonly type: 'day'; readonly key: string; readonly date: string }
  | { readonly type: 'unread'; readonly key: string }
  | MessageItem<K>;

const GROUP_MS = 5 * 60_000;
const QUARTER_MS = 15 * 60_000;

/** Kinds that nobody says: each stands alone. */
const alone = new Set<unknown>(['system', 'notification']);

/**
 * Makes the items of one list, again and again: what has changed and its neighbours are looked at, all other items keep
 * their reference.
 *
 * @param timeZone decides where days begin; by default that of the device
 */
export function createMessageItems<K extends MessageKinds>(timeZone?: string) {
  type Shown = Message<K>;
  type Item = MessageListItem<K>;
  // The one language whose dates are ISO 8601 everywhere.
  const days = new Intl.DateTimeFormat('sv', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  let quarter = NaN;
  let quarterDay = '';
  const dayOf = (message: Shown | undefined) => {
    if (!message) return undefined;
    const time = Date.parse(message.createdAt);
    // Days begin with a quarter of an hour everywhere, and asking for one costs more than all the rest of a change.
    const its = Math.floor(time / QUARTER_MS);
    if (its !== quarter) quarterDay = days.format(time);
    quarter = its;
    return quarterDay;
  };
  let known: readonly Shown[] = [];
  let items: readonly Item[] = [];
  /** Where in `items` those of each message begin. */
  const starts: number[] = [];
  let hadOlder = false;
  let knownDivider: string | undefined;

  /** @param dividerId the message below the unread divider */
  return (messages: readonly Shown[], hasOlder: boolean, dividerId?: string): readonly Item[] => {
    const shorter = Math.min(messages.length, known.length);
    const end = messages.length - 1;
    const knownEnd = known.length - 1;
    let head = 0;
    let tail = 0;
    if (dividerId === knownDivider) {
      // Whether a day begins with the first message depends on what is above it.
      if (hasOlder === hadOlder) while (head < shorter && messages[head] === known[head]) head++;
      while (tail < shorter - head && messages[end - tail] === known[knownEnd - tail]) tail++;
      if (head > end && head > knownEnd && hasOlder === hadOlder) return items;
    }
    // The neighbours of what has changed may begin or end a group now.
    head = Math.max(0, head - 1);
    tail = Math.max(0, tail - 1);
    const from = starts[head] ?? items.length;
    const to = starts[known.length - tail] ?? items.length;
    const before = new Map(items.slice(from, to).map((item) => [item.key, item]));
    const fresh: Item[] = [];
    const add = (item: Item) => {
      const same = before.get(item.key);
      fresh.push(same && isSame(same, item) ? same : item);
    };
    const freshStarts: number[] = [];
    let previous = messages[head - 1];
    let previousDay = dayOf(previous);
    let day = dayOf(messages[head]);
    for (let i = head; i < messages.length - tail; i++) {
      const message = messages[i];
      if (!message || day === undefined) break;
      const next = messages[i + 1];
      const nextDay = dayOf(next);
      freshStarts.push(from + fresh.length);
      if (previous ? day !== previousDay : !hasOlder)
        add({ type: 'day', key: `day-${message.id}`, date: day });
      if (message.id === dividerId) add({ type: 'unread', key: 'unread' });
      add({
        type: 'message',
        key: message.id,
        message,
        isFirstOfGroup: day !== previousDay || message.id === dividerId || !isGroup(previous, message),
        isLastOfGroup: day !== nextDay || next?.id === dividerId || !isGroup(message, next),
      });
      previous = message;
      previousDay = day;
      day = nextDay;
    }
    const moved = from + fresh.length - to;
    starts.splice(head, known.length - tail - head, ...freshStarts);
    if (moved !== 0)
      for (let i = starts.length - tail; i < starts.length; i++) starts[i] = (starts[i] ?? 0) + moved;
    items = spliced(items, from, to, fresh);
    known = messages;
    hadOlder = hasOlder;
    knownDivider = dividerId;
    return items;
  };
}

/** The first message of others after a seq; none while it may be among those that are not loaded. */
export function firstUnread(
  messages: readonly Pick<Message, 'seq' | 'isOwn' | 'id'>[],
  afterSeq: number | null,
  hasOlder: boolean,
): string | undefined {
  if (afterSeq === null) return undefined;
  // By halves: what has no seq yet comes last.
  let from = 0;
  let to = messages.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((messages[middle]?.seq ?? Infinity) > afterSeq) to = middle;
    else from = middle + 1;
  }
  if (from === 0 && hasOlder) return undefined;
  while (from < messages.length) {
    const { seq = null, isOwn = true, id } = messages[from++] ?? {};
    if (seq !== null && !isOwn) return id;
  }
  return undefined;
}

/** The list with others in the place of those from `from` to before `to`; what is long is copied once, mostly. */
function spliced<T>(list: readonly T[], from: number, to: number, others: readonly T[]): readonly T[] {
  const added = others.length - (to - from);
  if (added < 0 || (added > 0 && to < list.length)) return list.slice(0, from).concat(others, list.slice(to));
  const copy = list.concat(others.slice(to - from));
  others.slice(0, to - from).forEach((other, i) => (copy[from + i] = other));
  return copy;
}

type Placed = Pick<Message, 'senderId' | 'kind' | 'createdAt'>;

function isGroup(a: Placed | undefined, b: Placed | undefined): boolean {
  return (
    a?.senderId != null &&
    a.senderId === b?.senderId &&
    !alone.has(a.kind) &&
    !alone.has(b.kind) &&
    Date.parse(b.createdAt) - Date.parse(a.createdAt) <= GROUP_MS
  );
}

function isSame(a: MessageListItem, b: MessageListItem): boolean {
  if (a.type === 'message' && b.type === 'message')
    return (
      a.message === b.message && a.isFirstOfGroup === b.isFirstOfGroup && a.isLastOfGroup === b.isLastOfGroup
    );
  return a.type === 'day' && b.type === 'day' ? a.date === b.date : a.type === b.type;
}
