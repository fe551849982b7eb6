// The table of `pnpm bench client`: what each row is held to, and the line of JSON that ends it.

/**
 * A row is `{ name, unit, confab, peer?, limits }`; a limit is `{ of, atMost? | atLeast? }`, `of` being a number of the
 * row. `faster` is how many times faster than the peer.
 */
export function rowOf({ name, unit, confab, peer, limits, ...more }) {
  const faster = peer === undefined ? undefined : peer.median / confab.median;
  const row = {
    name,
    unit,
    ...figures('', confab),
    ...(peer && figures('peer_', peer)),
    ...round({ faster, ...more }),
  };
  const checks = limits.map(({ of, atMost, atLeast }) => ({
    text: `${of === 'median' ? '' : `${LABELS[of] ?? of} `}${atMost === undefined ? `≥ ${atLeast}` : `≤ ${atMost}`}`,
    value: row[of],
    isMet: atMost === undefined ? row[of] >= atLeast : row[of] <= atMost,
  }));
  return { row: { ...row, isMet: checks.every(({ isMet }) => isMet) }, checks };
}

const LABELS = { faster: '×', requests: 'requests', slower: '×', growth: 'growth' };

function figures(prefix, { median, p95, min }) {
  return round({ [`${prefix}median`]: median, [`${prefix}p95`]: p95, [`${prefix}min`]: min });
}

function round(values) {
  return Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [key, typeof value === 'number' ? Number(value.toPrecision(4)) : value]),
  );
}

export function tableOf(results) {
  const lines = [['operation', 'Confab (p95)', 'peer (p95)', 'faster', 'targets', '']];
  for (const { row, checks } of results) {
    lines.push([
      row.name,
      `${show(row.median)}${row.p95 === undefined ? '' : ` (${show(row.p95)})`} ${row.unit}`,
      row.peer_median === undefined ? '–' : `${show(row.peer_median)} (${show(row.peer_p95)}) ${row.unit}`,
      row.faster === undefined ? '–' : `${show(row.faster)}×`,
      checks.map(({ text, value, isMet }) => `${text} (${show(value)})${isMet ? '' : ' !'}`).join(', '),
      row.isMet ? 'met' : 'MISSED',
    ]);
  }
  return aligned(lines, [0, 4]);
}

/** Cells as columns; those of `left` begin at the same place, all others end there. */
export function aligned(lines, left) {
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  return lines.map((line) =>
    line.map((cell, i) => (left.includes(i) ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  '),
  );
}

export function show(value) {
  if (value === undefined || Number.isNaN(value)) return '–';
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
