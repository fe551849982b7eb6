import type { Query, QueryCacheNotifyEvent } from '@tanstack/query-core';
import type { Buckets } from '../lib/buckets';
import type { MemberRecord, ProfileRecord } from '../model/records';
import { hashOf, keys } from './keys';

/**
 * The people of one conversation, as a server hands them over. The maps of all people are one query each, and one that is
 * there already is hydrated after the first render, on a server never: too late for the names in the first HTML.
 */
export interface People {
  readonly members: readonly MemberRecord[];
  readonly profiles: readonly ProfileRecord[];
}

/**
 * Takes in what the app hydrates, the work of a client on a server that knows nothing of what this one holds (rule E15):
 * what is new is kept up to date from where it was loaded, what is held already is newer, or will be by the next pull.
 */
export function createHydration(
  cache: {
    mergeMembers(members: readonly MemberRecord[]): void;
    mergeProfiles(profiles: readonly ProfileRecord[]): void;
    setOwner(userId: string): void;
    reset(): void;
  },
  {
    loaded,
    quietly,
  }: {
    /** To be called after a load. */
    readonly loaded: () => void;
    /** Tells of the changes afterwards: this may be within the rendering of a component. */
    readonly quietly: (change: () => void) => void;
  },
) {
  const held = new WeakMap<object, unknown>();
  const take = ({ queryKey: [, name], queryHash }: Query, data: unknown, own: unknown): void => {
    if (name === PEOPLE) {
      const { members, profiles } = data as People;
      cache.mergeProfiles(profiles);
      cache.mergeMembers(members);
    } else if (own === undefined) queueMicrotask(loaded);
    else if (queryHash === hashOf(keys.profiles))
      cache.mergeProfiles(Object.values(data as Readonly<Record<string, ProfileRecord>>));
    else if (queryHash === hashOf(keys.members))
      for (const bucket of data as Buckets<readonly MemberRecord[]>)
        for (const rows of Object.values(bucket ?? {})) cache.mergeMembers(rows);
    else if (queryHash === hashOf(keys.owner)) {
      // With it came what is of somebody else.
      cache.reset();
      cache.setOwner(own as string);
    }
  };
  return {
    /** To be called with each event of Confab's queries, before anybody else hears of it. */
    note(event: QueryCacheNotifyEvent): void {
      const query = event.query as Query;
      const { data } = query.state;
      const own = held.get(query);
      held.set(query, data);
      const isOurs = event.type === 'updated' && event.action.type !== 'setState';
      if (event.type === 'removed' || isOurs || data === undefined || data === own) return;
      quietly(() => {
        if (own !== undefined) query.setData(own, { manual: true });
        take(query, data, own);
      });
    },
  };
}

const PEOPLE = keys.people('')[1];
