import { wallClock } from '../lib/days';
import { sameEnds, spliced } from '../lib/lists';
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
  const clock = wallClock(timeZone);
  let quarter = NaN;
  let quarterDay = '';
  const placeOf = (message: Shown | undefined): Placed<K> | undefined => {
    if (!message) return undefined;
    // Reading a date costs more than all the rest.
    const time = Date.parse(message.createdAt);
    // Days begin with a quarter of an hour everywhere.
    const its = Math.floor(time / QUARTER_MS);
    if (its !== quarter) quarterDay = clock(time).slice(0, 10);
    quarter = its;
    return { message, time, day: quarterDay };
  };
  let known: readonly Shown[] = [];
  let items: readonly Item[] = [];
  /** Where in `items` those of each message begin. */
  const starts: number[] = [];
  let hadOlder = false;
  let knownDivider: string | undefined;

  /** @param dividerId the message below the unread divider */
  return (messages: readonly Shown[], hasOlder: boolean, dividerId?: string): readonly Item[] => {
    let [head, tail] = dividerId === knownDivider ? sameEnds(messages, known) : [0, 0];
    // Whether a day begins with the first message depends on what is above it.
    if (hasOlder !== hadOlder) head = 0;
    else if (head === messages.length && head === known.length && dividerId === knownDivider) return items;
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
    const isCut = (above: Placed<K> | undefined, below: Placed<K> | undefined) =>
      below?.message.id === dividerId || !isGroup(above, below);
    let previous = placeOf(messages[head - 1]);
    let place = placeOf(messages[head]);
    let isFirstOfGroup = isCut(previous, place);
    for (let i = head; place && i < messages.length - tail; i++) {
      const { message, day } = place;
      const next = placeOf(messages[i + 1]);
      const isLastOfGroup = isCut(place, next);
      freshStarts.push(from + fresh.length);
      if (previous ? day !== previous.day : !hasOlder)
        add({ type: 'day', key: `day-${message.id}`, date: day });
      if (message.id === dividerId) add({ type: 'unread', key: 'unread' });
      add({ type: 'message', key: message.id, message, isFirstOfGroup, isLastOfGroup });
      previous = place;
      place = next;
      isFirstOfGroup = isLastOfGroup;
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

/** The first message after a seq that counts as unread; none while it may be among those that are not loaded. */
export function firstUnread(
  messages: readonly Message[],
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
    const message = messages[from++];
    if (message && isToRead(message)) return message.id;
  }
  return undefined;
}

/** Whether the user has to read it: in the timeline what counts as unread, in a thread each reply (rule D7). */
function isToRead({ seq, isOwn, deletedAt, countsAsUnread, threadRootId }: Message): boolean {
  return seq !== null && !isOwn && deletedAt === null && (countsAsUnread || threadRootId !== null);
}

/** A message, and when it was written. */
interface Placed<K extends MessageKinds> {
  readonly message: Message<K>;
  readonly time: number;
  readonly day: string;
}

function isGroup<K extends MessageKinds>(
  above: Placed<K> | undefined,
  below: Placed<K> | undefined,
): boolean {
  return (
    above?.message.senderId != null &&
    above.message.senderId === below?.message.senderId &&
    above.day === below.day &&
    below.time - above.time <= GROUP_MS &&
    !alone.has(above.message.kind) &&
    !alone.has(below.message.kind)
  );
}

function isSame(a: MessageListItem, b: MessageListItem): boolean {
  if (a.type === 'message' && b.type === 'message')
    return (
      a.message === b.message && a.isFirstOfGroup === b.isFirstOfGroup && a.isLastOfGroup === b.isLastOfGroup
    );
  return a.type === 'day' && b.type === 'day' ? a.date === b.date : a.type === b.type;
}
