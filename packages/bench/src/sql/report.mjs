// The table of `pnpm bench sql`, and the line of JSON that ends it.

/** What the figures are held to: times faster than the baseline, times slower than the floor, milliseconds. */
const TARGETS = {
  page: { vsBaseline: 8, vsFloor: 2.5 },
  list: { vsBaseline: 5, vsFloor: 2.5 },
  unread: { vsBaseline: 5, ms: 5 },
  markRead: { vsBaseline: 3 },
  search: { vsBaseline: 10 },
  searchHub: { vsBaseline: 10 },
  send: { vsBaseline: 0.8, vsFloor: 4 },
  pull: { ms: 50 },
};

const BYTES_TARGETS = { 2: 1, 20: 0.3 };

const NAMES = {
  page: 'newest page of 50',
  list: 'list of 30 of 1,000 conversations',
  unread: 'total unread of 1,000 conversations',
  markRead: 'mark 50 unread as read',
  search: 'search two words, 20 results',
  searchHub: 'the same in 1,000 conversations',
  send: 'send, 2 members',
  pull: 'pull of 200 changed conversations',
};

/** The figures of a run: `{ page: { ms, p95, vsBaseline, vsFloor, isMet }, …, bytes, rates, ok }`. */
export function summarise({ operations, bytes, rates, scale, facts }) {
  const figures = {};
  for (const [name, sides] of Object.entries(operations)) {
    const { ms, p95 } = sides.confab;
    const figure = { ms: round(ms), p95: round(p95) };
    if (sides.baseline !== undefined) {
      figure.baselineMs = round(sides.baseline.ms);
      figure.vsBaseline = round(sides.baseline.ms / ms);
    }
    if (sides.floor !== undefined) {
      figure.floorMs = round(sides.floor.ms);
      figure.vsFloor = round(ms / sides.floor.ms);
    }
    figure.isMet = missesOf(name, figure).length === 0;
    figures[name] = figure;
  }
  figures.bytes = {};
  for (const [members, sides] of Object.entries(bytes)) {
    const vsBaseline = round(sides.confab.perMessage / sides.baseline.perMessage);
    figures.bytes[`members${members}`] = {
      perMessage: sides.confab.perMessage,
      baseline: sides.baseline.perMessage,
      vsBaseline,
      isMet: vsBaseline <= BYTES_TARGETS[members],
    };
  }
  const all = [...Object.keys(operations).map((name) => figures[name]), ...Object.values(figures.bytes)];
  return { ...figures, rates, scale, messages: facts.messages, ok: all.every((figure) => figure.isMet) };
}

function missesOf(name, figure) {
  const target = TARGETS[name];
  return [
    target.vsBaseline !== undefined && figure.vsBaseline < target.vsBaseline && 'baseline',
    target.vsFloor !== undefined && figure.vsFloor > target.vsFloor && 'floor',
    target.ms !== undefined && figure.ms >= target.ms && 'ms',
  ].filter(Boolean);
}

/** Lines of the tables for people; `earlier` are the figures of the last runs at other scales. */
export function tableOf({ figures, operations, bytes, earlier }) {
  const lines = [
    [
      'operation',
      'Confab ms (p95)',
      'baseline ms',
      'floor ms',
      'faster than baseline',
      'slower than floor',
      '',
    ],
  ];
  for (const [name, sides] of Object.entries(operations)) {
    const { vsBaseline, vsFloor, isMet } = figures[name];
    const target = TARGETS[name];
    lines.push([
      NAMES[name],
      `${show(sides.confab.ms)} (${show(sides.confab.p95)})${target.ms === undefined ? '' : ` < ${target.ms}`}`,
      sides.baseline === undefined ? '–' : `${show(sides.baseline.ms)} (${show(sides.baseline.p95)})`,
      sides.floor === undefined ? '–' : `${show(sides.floor.ms)} (${show(sides.floor.p95)})`,
      vsBaseline === undefined
        ? '–'
        : `${show(vsBaseline)}×${target.vsBaseline === undefined ? '' : ` ≥ ${target.vsBaseline}×`}`,
      vsFloor === undefined
        ? '–'
        : `${show(vsFloor)}×${target.vsFloor === undefined ? '' : ` ≤ ${target.vsFloor}×`}`,
      isMet ? 'met' : 'MISSED',
    ]);
  }
  const out = align(lines);
  out.push('');
  for (const [members, sides] of Object.entries(bytes)) {
    const { vsBaseline, isMet } = figures.bytes[`members${members}`];
    out.push(
      `bytes per message, ${members} members: ${sides.confab.perMessage} against ${sides.baseline.perMessage}: ` +
        `${show(vsBaseline)}× ≤ ${BYTES_TARGETS[members]}×  ${isMet ? 'met' : 'MISSED'}`,
    );
    for (const side of ['confab', 'baseline']) {
      const parts = Object.entries(sides[side].parts).map(([name, size]) => `${name} ${size}`);
      out.push(`  ${side}: ${parts.join(', ')}`);
    }
  }
  out.push('', 'messages per second by connections:');
  for (const [into, rates] of Object.entries(figures.rates)) {
    out.push(
      `  ${into.padEnd(10)} ${Object.entries(rates)
        .map(([count, rate]) => `${count}: ${rate}`)
        .join('   ')}`,
    );
  }
  return [...out, ...growthOf(figures, earlier)];
}

/** How the figures move with the size, when other sizes were measured before with the same schema. */
function growthOf(figures, earlier) {
  const runs = [...earlier.filter((run) => run.scale !== figures.scale), figures].sort(
    (a, b) => a.scale - b.scale,
  );
  if (runs.length < 2) return [];
  const lines = [['Confab ms by messages', ...runs.map((run) => run.messages.toLocaleString('en'))]];
  for (const name of Object.keys(TARGETS)) {
    lines.push([NAMES[name], ...runs.map((run) => (run[name] === undefined ? '–' : show(run[name].ms)))]);
  }
  return ['', ...align(lines)];
}

function align(lines) {
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  return lines.map((line) =>
    line
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column])))
      .join('  '),
  );
}

function show(value) {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

function round(value) {
  return Math.round(value * 1000) / 1000;
}
