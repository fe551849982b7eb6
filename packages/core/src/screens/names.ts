import { trimmed } from '../lib/blank';
import { fold } from '../lib/fold';
import type { Profile } from '../model/view';

/** What is looked for in folded names, as the server does it. */
const wantedIn = (query: string): string => fold(trimmed(query) ?? '');

export const isNamed = (name: string, query: string): boolean => fold(name).includes(wantedIn(query));

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
  const wanted = wantedIn(query);
  return people
    .map((person) => ({ person, name: fold(person.profile.displayName) }))
    .filter(({ name }) => name.includes(wanted))
    .map((named) => ({ ...named, rank: named.name.startsWith(wanted) ? 0 : 1 }))
    .sort((a, b) => a.rank - b.rank || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
    .map(({ person }) => person);
}
