/** Where somebody is mentioned in a text. */
export interface MentionRange {
  readonly start: number;
  readonly end: number;
}

/** Where these names are mentioned. */
export function findMentions(text: string, names: readonly string[]): MentionRange[] {
  const ranges: MentionRange[] = [];
  // The longest first: "@Ann Lee" is not "@Ann".
  for (const name of names.toSorted((a, b) => b.length - a.length)) {
    const mention = `@${name}`;
    for (let start = text.indexOf(mention); start >= 0; start = text.indexOf(mention, start + 1)) {
      const end = start + mention.length;
      if (!ranges.some((range) => start < range.end && end > range.start)) ranges.push({ start, end });
    }
  }
  return ranges.sort((a, b) => a.start - b.start);
}
