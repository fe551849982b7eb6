// Compares what the two servers say. Ids that a server makes, numbers of transactions, times and places of pages differ;
// each of them has to stand for the same thing wherever it comes again.

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

/** Lists whose order says nothing, or is that of ids which a server makes. */
const UNORDERED = new Set(['members', 'profiles', 'hidden', 'removed', 'truncated', 'told']);
const UNORDERED_IN_EXPORTS = new Set(['memberships', 'threads', 'hidden_messages', 'mentions', 'read_log']);
const UNORDERED_IN_PULLS = new Set([...UNORDERED, 'conversations', 'drafts', 'threads', 'messages']);

export interface Comparison {
  /** The first difference, null when there is none. */
  differ(fake: unknown, real: unknown, fn?: string): string | null;
  /** What the fake server calls something, as the real one does. */
  toReal(value: unknown): unknown;
  /** Whether both servers are known to mean the same by it. */
  isKnown(fakeId: string): boolean;
  /** With every id as the fake server calls it, and what cannot be compared left out. */
  normalised(real: unknown, isFake: boolean): unknown;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** @param shared ids that are the same on both sides */
export function createComparison(
  shared: (id: string) => boolean,
  givenTimes: ReadonlySet<number>,
): Comparison {
  const toReal = new Map<string, string>();
  const toFake = new Map<string, string>();
  const xids = new Map<number, number>();

  /** Learns what stands for what; false when it stood for something else. */
  const bind = (fake: string, real: string): boolean => {
    if (shared(fake) || shared(real)) return fake === real;
    if ((toReal.get(fake) ?? real) !== real || (toFake.get(real) ?? fake) !== fake) return false;
    toReal.set(fake, real);
    toFake.set(real, fake);
    return true;
  };
  const bindXid = (fake: number, real: number): boolean => {
    for (const [otherFake, otherReal] of xids)
      if (Math.sign(fake - otherFake) !== Math.sign(real - otherReal)) return false;
    xids.set(fake, real);
    return true;
  };
  const timeOf = (text: string) => {
    const micros = Date.parse(text) * 1000;
    return givenTimes.has(micros) ? micros : '<time>';
  };
  const keyOf = (item: unknown): string => {
    if (!isObject(item)) return JSON.stringify(item);
    // In a pull they come by conversation; inside of it by version, which stays.
    if ('reactions' in item) return JSON.stringify(item['conversation_id']);
    const { id, user_id, conversation_id, root_id, thread_root_id, message_id, seq } = item;
    return JSON.stringify([id, conversation_id, user_id, root_id, thread_root_id, message_id, seq]);
  };
  const asFake = (text: string) => text.replace(UUID, (id) => toFake.get(id) ?? id);
  const sorted = (items: readonly unknown[], rename: (text: string) => string) =>
    [...items]
      .map((item) => ({ item, key: rename(keyOf(item)) }))
      .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
      .map(({ item }) => item);

  const differ = (
    fake: unknown,
    real: unknown,
    path: string,
    unordered: ReadonlySet<string>,
  ): string | null => {
    const say = () => `${path}: fake ${JSON.stringify(fake)} real ${JSON.stringify(real)}`;
    const key = path.slice(path.lastIndexOf('.') + 1);
    if (Array.isArray(fake) && Array.isArray(real)) {
      if (fake.length !== real.length) return say();
      const [left, right] = unordered.has(key)
        ? [sorted(fake, (text) => text), sorted(real, asFake)]
        : [fake, real];
      for (let i = 0; i < left.length; i++) {
        const found = differ(left[i], right[i], `${path}[${i}]`, unordered);
        if (found) return found;
      }
      return null;
    }
    if (isObject(fake) && isObject(real)) {
      const keys = new Set([...Object.keys(fake), ...Object.keys(real)]);
      for (const name of keys) {
        // The database may say the same in other words; the code is what counts.
        if (name === 'message' && 'retryable' in fake) continue;
        const found = differ(fake[name], real[name], `${path}.${name}`, unordered);
        if (found) return found;
      }
      return null;
    }
    if (typeof fake === 'string' && typeof real === 'string') {
      if (fake === real && key !== 'next') return null;
      if (key === 'next' || key === 'cursor') return null;
      if (TIME.test(fake) && TIME.test(real)) return timeOf(fake) === timeOf(real) ? null : say();
      const feed = /^feed:(.{36}):[0-9a-f]{32}$/;
      if (feed.test(fake) && feed.test(real))
        return bind(fake.slice(5, 41), real.slice(5, 41)) && bind(fake.slice(42), real.slice(42))
          ? null
          : say();
      const isId = (text: string) => text.match(UUID)?.[0] === text;
      return isId(fake) && isId(real) && bind(fake, real) ? null : say();
    }
    if (typeof fake === 'number' && typeof real === 'number') {
      if (key === 'changed' || key === 'xid') return bindXid(fake, real) ? null : say();
      if (key === 'rank') return Math.abs(fake - real) < 0.0002 ? null : say();
      // Seconds until something is allowed again.
      if (key === 'retry_after') return Math.abs(fake - real) <= 60 ? null : say();
    }
    return fake === real ? null : say();
  };

  const replaced = (value: unknown, rename: (id: string) => string): unknown => {
    if (typeof value === 'string') return value.replace(UUID, rename);
    if (Array.isArray(value)) return value.map((item) => replaced(item, rename));
    if (!isObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [name.replace(UUID, rename), replaced(item, rename)]),
    );
  };
  const isKnown = (id: string) => shared(id) || toReal.has(id);
  const plain = (value: unknown, name: string): unknown => {
    if (Array.isArray(value)) return value.map((item) => plain(item, name));
    if (typeof value === 'string') return TIME.test(value) ? timeOf(value) : value;
    if (!isObject(value)) return name === 'changed' || name === 'xid' ? '<xid>' : value;
    return Object.fromEntries(
      Object.entries(value)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, item]) => [key, plain(item, key)]),
    );
  };

  return {
    differ(fake, real, fn) {
      const unordered =
        fn === 'pull' ? UNORDERED_IN_PULLS : fn === 'export_my_data' ? UNORDERED_IN_EXPORTS : UNORDERED;
      return differ(fake ?? null, real ?? null, '$', unordered);
    },
    toReal: (value) => replaced(value, (id) => toReal.get(id) ?? id),
    isKnown,
    normalised: (value, isFake) =>
      plain(
        replaced(value, (id) => {
          const name = isFake ? id : (toFake.get(id) ?? id);
          return isKnown(name) ? name : '<id>';
        }),
        '',
      ),
  };
}
