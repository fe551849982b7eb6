import type { Profile } from '../model/view';

/** Without case, accents and what cannot be seen. */
const folded = (text: string) =>
  text
    .normalize('NFKD')
    .replace(/[\p{M}\p{Cf}]/gu, '')
    .toLowerCase()
    .trim();

export const isNamed = (name: string, query: string): boolean => folded(name).includes(folded(query));

/**
 * Those with the query in their names, without regard to case and accents: those whose names begin so first, then by name
 * (rule E16.13).
 *
 * @example
 * ```ts
 * const { conversation } = confab.conversations.get(conversationId).get();
 * const found = findByName(conversation?.members ?? [], 'ann');
 * ```
 */
export function findByName<T extends { readonly profile: Pick<Profile, 'displayName'> }>(
  people: readonly T[],
  query: string,
): readonly T[] {
  const wanted = folded(query);
  return people
    .map((person) => ({ person, name: folded(person.profile.displayName) }))
    .filter(({ name }) => name.includes(wanted))
    .map((named) => ({ ...named, rank: named.name.startsWith(wanted) ? 0 : 1 }))
    .sort((a, b) => a.rank - b.rank || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
    .map(({ person }) => person);
}
