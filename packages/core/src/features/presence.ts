import { membersIn } from '../cache/cache';
import { derive, type Readable } from '../lib/readable';
import { remembered } from '../lib/remembered';
import type { MessageKinds } from '../model/kinds';
import type { Presence, PresenceState, PresenceView } from '../model/view';
import type { OwnPresence, Rooms } from '../sync/rooms';
import { assertId } from './input';
import type { Introduce } from './introductions';
import { throughRoom } from './room-readable';
import type { Sources } from './views';

/** Who is there (rule E11). */
export interface PresenceFeature {
  /**
   * The members of a conversation by user id: connected ones as they announce themselves, others offline with the time
   * they were last seen. Where there are more members than the conversation lists (50 by default) it is those who are
   * connected, and oneself. The same object for the same id.
   *
   * @throws ConfabError `invalid` for a malformed id
   * @example
   * ```ts
   * const presence = confab.presence.in(conversationId);
   * const stop = presence.subscribe(() => console.log(presence.get()[userId]?.state));
   * ```
   */
  in(conversationId: string): Readable<PresenceView>;
  /** What others see of this user, in conversations whose presence is watched. */
  own(): Readable<OwnPresence>;
  /** Sets it; null follows the app: online while visible, away while hidden. */
  set(state: OwnPresence['chosen']): void;
}

export function createPresence<K extends MessageKinds>(
  rooms: Rooms,
  sources: Sources<K>,
  introduce: Introduce,
): PresenceFeature {
  const inConversation = remembered((conversationId): Readable<PresenceView> =>
    derive(
      [
        throughRoom(rooms, conversationId, introduce).read((room) => room.presence, NOBODY),
        derive([sources.members], (all) => membersIn(all, conversationId)),
        sources.profiles,
      ],
      (states, members = [], profiles): PresenceView => {
        const ids = new Set(Object.keys(states));
        // Whoever has gone may not have left the room yet.
        for (const { userId, state } of members)
          if (state === 'joined') ids.add(userId);
          else ids.delete(userId);
        const presenceOf = (userId: string): Presence => ({
          state: states[userId] ?? 'offline',
          lastSeenAt: profiles[userId]?.lastSeenAt ?? null,
        });
        return Object.fromEntries([...ids].map((userId) => [userId, presenceOf(userId)]));
      },
      (a, b) => JSON.stringify(a) === JSON.stringify(b),
    ),
  );
  return {
    in(conversationId) {
      assertId(conversationId, 'watch presence');
      return inConversation(conversationId);
    },
    own: () => rooms.own,
    set: (state) => rooms.setPresence(state),
  };
}

const NOBODY: Readonly<Record<string, PresenceState>> = {};
