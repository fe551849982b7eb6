/** How many items two lists have in common at their beginning, and after those at their end. */
export function sameEnds(
  a: readonly unknown[],
  b: readonly unknown[],
): readonly [head: number, tail: number] {
  const shorter = Math.min(a.length, b.length);
  let head = 0;
  while (head < shorter && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < shorter - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  return [head, tail];
}

/** The list with others in the place of those from `from` to before `to`; what is long is copied once, mostly. */
export function spliced<T>(list: readonly T[], from: number, to: number, others: readonly T[]): readonly T[] {
  const added = others.length - (to - from);
  if (added < 0 || (added > 0 && to < list.length)) return list.slice(0, from).concat(others, list.slice(to));
  const copy = list.concat(others.slice(to - from));
  for (let i = 0; i < to - from; i++) copy[from + i] = others[i] as T;
  return copy;
}
