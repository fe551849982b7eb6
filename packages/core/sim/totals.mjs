const add = (to, from) => {
  for (const [key, count] of Object.entries(from)) to[key] = (to[key] ?? 0) + count;
};

/** Many histories together. */
export function createTotals() {
  const totals = { histories: 0, operations: 0, faults: {}, counts: {} };
  return {
    add(outcome) {
      totals.histories++;
      totals.operations += outcome.operations;
      add(totals.faults, outcome.faults);
      add(totals.counts, outcome.counts);
    },
    /** The one line a run ends with. */
    line() {
      const { histories, operations, faults, counts } = totals;
      const sorted = Object.fromEntries(Object.entries(faults).sort(([a], [b]) => (a < b ? -1 : 1)));
      return JSON.stringify({ histories, operations, faults: sorted, ...counts });
    },
  };
}
