import type { Readable } from '../lib/readable';
import type { Room, Rooms } from '../sync/rooms';
import type { Introduce } from './introductions';

/** A room that is joined while anything of it is watched. */
export interface WatchedRoom {
  /** The joined room; null while nobody watches. */
  current(): Room | null;
  /** A part of the room as a readable; `absent` while nobody watches. */
  read<T>(part: (room: Room) => Readable<T>, absent: T): Readable<T>;
}

export function throughRoom(rooms: Rooms, conversationId: string, introduce: Introduce): WatchedRoom {
  let users = 0;
  let joined: { readonly room: Room; readonly release: () => void } | null = null;
  const join = () => {
    const { room, release } = rooms.use(conversationId);
    const meet = () => introduce(conversationId, [...room.typing.get(), ...Object.keys(room.presence.get())]);
    const stops = [room.typing.subscribe(meet), room.presence.subscribe(meet), release];
    meet();
    return { room, release: () => stops.forEach((stop) => stop()) };
  };
  const enter = (): { readonly room: Room; readonly leave: () => void } => {
    users++;
    joined ??= join();
    const { room } = joined;
    return {
      room,
      leave() {
        if (--users > 0) return;
        joined?.release();
        joined = null;
      },
    };
  };
  return {
    current: () => joined?.room ?? null,
    read: (part, absent) => ({
      get: () => (joined ? part(joined.room).get() : absent),
      subscribe(listener) {
        const { room, leave } = enter();
        const stop = part(room).subscribe(listener);
        let isWatched = true;
        return () => {
          if (!isWatched) return;
          isWatched = false;
          stop();
          leave();
        };
      },
    }),
  };
}
