import { derive, type Readable } from '../lib/readable';
import { remembered } from '../lib/remembered';
import { isSame } from '../lib/same';
import type { MessageKinds } from '../model/kinds';
import type { TypingView } from '../model/view';
import type { Rooms } from '../sync/rooms';
import { assertId } from './input';
import type { Introduce } from './introductions';
import { throughRoom } from './room-readable';
import type { Sources } from './views';

/** Who is typing in a conversation. */
export interface TypingList extends Readable<TypingView> {
  /** Call on every change of the text; others are told at most every 2 s (rule E11). Works while this is watched. */
  keystroke(): void;
  /** Call when the text is cleared or the field is left; sending a message does it for you. */
  stop(): void;
}

/** Typing indicators: best effort, never stored. */
export interface Typing {
  /**
   * The other members who are typing; they are forgotten after 4 s of silence (rule E11). The same object for the same id.
   *
   * @throws ConfabError `invalid` for a malformed id
   * @example
   * ```ts
   * const typing = confab.typing.in(conversationId);
   * const stop = typing.subscribe(() => console.log(typing.get().map(({ displayName }) => displayName)));
   * typing.keystroke();
   * ```
   */
  in(conversationId: string): TypingList;
}

export function createTyping<K extends MessageKinds>(
  rooms: Rooms,
  sources: Sources<K>,
  introduce: Introduce,
): Typing {
  const inConversation = remembered((conversationId): TypingList => {
    const room = throughRoom(rooms, conversationId, introduce);
    const ids = room.read((open) => open.typing, []);
    const view = derive(
      [ids, sources.people],
      (userIds): TypingView => userIds.map(sources.person),
      (a, b) => a.length === b.length && a.every((person, i) => isSame(person, b[i] ?? person)),
    );
    return {
      ...view,
      keystroke: () => room.current()?.keystroke(),
      stop: () => room.current()?.stopTyping(),
    };
  });
  return {
    in(conversationId) {
      assertId(conversationId, 'watch typing');
      return inConversation(conversationId);
    },
  };
}
