// The table of `pnpm bench react`, and the line of JSON that ends it.
import { aligned, show } from '../client/report.mjs';

const TARGETS = { rows: 1, vsPerItemStore: 1.3, vsStreamChatReact: 10 };
const NAMES = { message: 'incoming message', edit: 'edit', reaction: 'reaction' };

/** A row per number of loaded messages and kind of change; only incoming messages are held to a time. */
export function rowOf(loaded, what, sides) {
  const { confab, items, store, stream } = sides;
  const figures = Object.fromEntries(
    Object.entries(sides).flatMap(([name, { median, p95, min, rows }]) => [
      [`${name}Us`, round(median)],
      [`${name}P95Us`, round(p95)],
      [`${name}MinUs`, round(min)],
      [`${name}Rows`, round(rows)],
    ]),
  );
  const row = {
    loaded,
    what,
    ...figures,
    streamWrappers: round(stream.wrappers),
    vsPerItemStore: round(confab.median / store.median),
    itemsVsPerItemStore: round(items.median / store.median),
    vsStreamChatReact: round(stream.median / confab.median),
  };
  const misses = [];
  if (row.confabRows > TARGETS.rows) misses.push('rows');
  if (what === 'message' && row.vsPerItemStore > TARGETS.vsPerItemStore) misses.push('vsPerItemStore');
  if (what === 'message' && row.vsStreamChatReact < TARGETS.vsStreamChatReact)
    misses.push('vsStreamChatReact');
  return { ...row, misses, isMet: misses.length === 0 };
}

/** The worst of all rows, by what is promised; all rows behind it. */
export function summarise(rows) {
  const messages = rows.filter(({ what }) => what === 'message');
  const most = (of, name) => Math.max(...of.map((row) => row[name]));
  const rowsPer = (what, name) =>
    most(
      rows.filter((row) => row.what === what),
      name,
    );
  return {
    bench: 'react',
    rowsPerMessage: rowsPer('message', 'confabRows'),
    rowsPerEdit: rowsPer('edit', 'confabRows'),
    rowsPerReaction: rowsPer('reaction', 'confabRows'),
    rowsPerMessageOfItems: rowsPer('message', 'itemsRows'),
    vsPerItemStore: most(messages, 'vsPerItemStore'),
    itemsVsPerItemStore: most(messages, 'itemsVsPerItemStore'),
    vsStreamChatReact: Math.min(...messages.map((row) => row.vsStreamChatReact)),
    ok: rows.every(({ isMet }) => isMet),
    rows,
  };
}

const HEAD = [
  'change',
  'Confab µs (p95)',
  'rows',
  'with items',
  'rows',
  'per-item store',
  'rows',
  'stream-chat-react',
  'rows',
  'wrappers',
  '× store',
  '× stream',
  '',
];

export function tableOf(rows) {
  const lines = rows.map((row) => {
    const mark = (name, text) => (row.misses.includes(name) ? `${text} !` : text);
    const cells = (name) => [
      `${show(row[`${name}Us`])} (${show(row[`${name}P95Us`])})`,
      show(row[`${name}Rows`]),
    ];
    const [time, rendered] = cells('confab');
    return [
      `${NAMES[row.what]}, ${row.loaded / 1000} k loaded`,
      time,
      mark('rows', rendered),
      ...cells('items'),
      ...cells('store'),
      ...cells('stream'),
      show(row.streamWrappers),
      mark('vsPerItemStore', show(row.vsPerItemStore)),
      mark('vsStreamChatReact', show(row.vsStreamChatReact)),
      row.isMet ? 'met' : 'MISSED',
    ];
  });
  return [
    ...aligned([HEAD, ...lines], [0]),
    `targets: ${TARGETS.rows} row per change; of an incoming message ≤ ${TARGETS.vsPerItemStore} × the time of the ` +
      `store, ≥ ${TARGETS.vsStreamChatReact} × faster than stream-chat-react`,
  ];
}

function round(value) {
  return Number(value.toPrecision(4));
}
