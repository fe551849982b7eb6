import type { Readable } from '../lib/readable';
import type { Room, Rooms } from '../sync/rooms';

/** A room that is joined while anything of it is watched. */
export interface WatchedRoom {
  /** The joined room; null while nobody watches. */
  current(): Room | null;
  /** A part of the room as a readable; `absent` while nobody watches. */
  read<T>(part: (room: Room) => Readable<T>, absent: T): Readable<T>;
}

export function throughRoom(rooms: Rooms, conversationId: string): WatchedRoom {
  let users = 0;
  let joined: { readonly room: Room; readonly release: () => void } | null = null;
  const enter = (): { readonly room: Room; readonly leave: () => void } => {
    users++;
    joined ??= rooms.use(conversationId);
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
