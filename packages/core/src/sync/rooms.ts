import { createWritable, type Readable } from '../lib/readable';
import type { PresenceState } from '../model/view';
import type { Channel, Clock, Environment, Logger, PresenceMetas } from '../ports';
import type { Channels, JoinStatus } from './channels';

/** Typing and presence of one conversation (rule E11). */
export interface Room {
  /** Ids of the other members who are typing. */
  readonly typing: Readable<readonly string[]>;
  /** Connected members by user id; who is absent is offline. */
  readonly presence: Readable<Readonly<Record<string, PresenceState>>>;
  keystroke(): void;
  stopTyping(): void;
}

/** What others see of this user. */
export interface OwnPresence {
  readonly state: PresenceState;
  /** What the user has set; null while it follows the app. */
  readonly chosen: 'away' | 'busy' | null;
}

/**
 * Rooms by conversation, joined while somebody uses them. Of more than 39 in use the least recently used ones are left
 * until they are used again or others have gone.
 */
export interface Rooms {
  /** Joins the room, once for all who use it; the returned function gives it back. */
  use(conversationId: string): { readonly room: Room; readonly release: () => void };
  /** Another user: leaves all rooms and joins those still in use as the one signed in now, if any. */
  rejoin(): void;
  /** A message of this user arrived: typing is over. */
  noteMessage(conversationId: string, senderId: string): void;
  /** Tells everybody in the rooms what this client has: events written in the database do not arrive (rule E8). */
  tellVersions(): void;
  /** A message is being sent from here: own typing is over. */
  noteSent(conversationId: string): void;
  readonly own: Readable<OwnPresence>;
  /** Null follows the visibility of the app. */
  setPresence(state: OwnPresence['chosen']): void;
  /** From then on presence follows the visibility of the app. */
  start(): void;
  close(): void;
}

const SEND_TYPING_EVERY_MS = 2_000;
const TYPING_EXPIRES_MS = 4_000;
/** The server allows 5 presence calls in 30 s. */
const TRACK_EVERY_MS = 7_000;
/** Long enough for a view that unmounts and mounts again to find its channel. */
const LINGER_MS = 1_000;
/** With the inbox and the feeds less than the 100 channels of a connection: some are left for the app's own. */
const MAX_ROOMS = 39;
/** A denied join freezes the socket for seconds: a room is not asked for again any sooner (rule E9). */
const DENIED_FOR_MS = 60_000;

const STATES: ReadonlySet<unknown> = new Set<PresenceState>(['online', 'away', 'busy']);

interface RoomDeps {
  readonly channels: Channels;
  readonly clock: Clock;
  readonly environment: Environment;
  readonly logger: Logger;
  readonly currentUserId: () => string | null;
  /** The version of a conversation that this client has. */
  readonly versionOf: (conversationId: string) => number;
  /** Another member has a version of the conversation, or says so. */
  readonly onVersion: (conversationId: string, version: number) => void;
}

export function createRooms(deps: RoomDeps): Rooms {
  /** The least recently used first. */
  const rooms = new Map<string, OpenRoom>();
  /** When the server refused them. */
  const denied = new Map<string, number>();
  let isLimited = false;
  let chosen: OwnPresence['chosen'] = null;
  const { environment } = deps;
  const isHere = () => environment.isVisible() && environment.isIdle?.() !== true;
  const myState = (): PresenceState => chosen ?? (isHere() ? 'online' : 'away');
  const own = createWritable<OwnPresence>({ state: myState(), chosen });
  const announce = () => {
    const { state } = own.get();
    if (state !== myState() || own.get().chosen !== chosen) own.set({ state: myState(), chosen });
    for (const room of rooms.values()) room.announce();
  };
  let stopWatching = () => {};
  /** Nothing is joined any more. */
  let isOver = false;
  const joining = { ...deps, currentUserId: () => (isOver ? null : deps.currentUserId()) };
  /** One place decides which rooms are joined. */
  const admit = () => {
    [...rooms.values()].reverse().forEach((room, rank) => (rank < MAX_ROOMS ? room.join() : room.leave()));
    if (isLimited === rooms.size > MAX_ROOMS) return;
    isLimited = !isLimited;
    if (isLimited) deps.logger({ level: 'warn', event: 'rooms_limited', detail: { joined: MAX_ROOMS } });
  };
  const use = (conversationId: string, room: OpenRoom) => {
    rooms.delete(conversationId);
    rooms.set(conversationId, room);
    admit();
  };

  return {
    use(conversationId) {
      const open: OpenRoom =
        rooms.get(conversationId) ??
        openRoom(conversationId, joining, denied, myState, () => use(conversationId, open));
      use(conversationId, open);
      open.users++;
      open.cancelClosing();
      let isReleased = false;
      return {
        room: open.room,
        release() {
          if (isReleased) return;
          isReleased = true;
          if (--open.users > 0 || isOver) return;
          open.cancelClosing = deps.clock.after(LINGER_MS, () => {
            open.leave();
            if (rooms.get(conversationId) === open) rooms.delete(conversationId);
            admit();
          });
        },
      };
    },
    rejoin() {
      denied.clear();
      for (const room of rooms.values()) room.leave();
      admit();
    },
    own,
    tellVersions() {
      for (const room of rooms.values()) room.tellVersion();
    },
    noteMessage: (conversationId, senderId) => rooms.get(conversationId)?.stopped(senderId),
    noteSent: (conversationId) => rooms.get(conversationId)?.room.stopTyping(),
    setPresence(state) {
      chosen = state;
      announce();
    },
    start() {
      stopWatching = environment.onChange(announce);
      announce();
    },
    close() {
      isOver = true;
      stopWatching();
      for (const room of rooms.values()) {
        room.cancelClosing();
        room.leave();
      }
      rooms.clear();
    },
  };
}

interface OpenRoom {
  readonly room: Room;
  users: number;
  cancelClosing: () => void;
  announce(): void;
  tellVersion(): void;
  stopped(userId: string): void;
  /** Joins, unless it is joined, nobody is signed in, or it was denied not long ago. */
  join(): void;
  leave(): void;
}

function openRoom(
  conversationId: string,
  { channels, clock, currentUserId, versionOf, onVersion }: RoomDeps,
  denied: Map<string, number>,
  myState: () => PresenceState,
  onUse: () => void,
): OpenRoom {
  const typing = createWritable<readonly string[]>([]);
  const presence = createWritable<Readonly<Record<string, PresenceState>>>({});
  const expiries = new Map<string, () => void>();
  let channel: Channel | null = null;
  let isJoined = false;
  let lastTypingAt = -Infinity;
  let lastTrackAt = -Infinity;
  let tracked: PresenceState | null = null;
  let cancelTrack = () => {};

  const stopped = (userId: string) => {
    expiries.get(userId)?.();
    if (expiries.delete(userId)) typing.update((ids) => ids.filter((id) => id !== userId));
  };

  const announce = () => {
    cancelTrack();
    if (!isJoined || tracked === myState()) return;
    const wait = lastTrackAt + TRACK_EVERY_MS - clock.now();
    if (wait > 0) {
      cancelTrack = clock.after(Math.min(wait, TRACK_EVERY_MS), announce);
      return;
    }
    lastTrackAt = clock.now();
    tracked = myState();
    channel?.track({ state: tracked });
  };

  const onStatus = ({ type }: JoinStatus) => {
    switch (type) {
      case 'joined':
        // Presence is forgotten with every join, and so are the calls the server counts.
        isJoined = true;
        tracked = null;
        lastTrackAt = -Infinity;
        announce();
        return;
      case 'ready':
        return;
      case 'denied':
        channel = null;
        denied.set(conversationId, clock.now());
        return clear();
      case 'lost':
        return clear();
    }
  };
  const clear = () => {
    isJoined = false;
    cancelTrack();
    for (const userId of [...expiries.keys()]) stopped(userId);
    presence.set({});
  };

  const onBroadcast = (event: string, payload: unknown) => {
    if (typeof payload !== 'object' || payload === null) return;
    // What is said in a room comes by another way than what the database tells.
    if ('version' in payload && typeof payload.version === 'number')
      onVersion(conversationId, payload.version);
    if (event !== 'typing') return;
    if (!('user_id' in payload) || !('is_typing' in payload)) return;
    const { user_id: userId, is_typing: isTyping } = payload;
    if (typeof userId !== 'string' || userId === currentUserId()) return;
    if (isTyping !== true) return stopped(userId);
    expiries.get(userId)?.();
    expiries.set(
      userId,
      clock.after(TYPING_EXPIRES_MS, () => stopped(userId)),
    );
    typing.update((ids) => (ids.includes(userId) ? ids : [...ids, userId]));
  };

  const onPresence = (metas: PresenceMetas) => presence.set(statesOf(metas));

  const sendTyping = (isTyping: boolean) =>
    channel?.send('typing', {
      user_id: currentUserId(),
      is_typing: isTyping,
      version: versionOf(conversationId),
    });
  return {
    users: 0,
    cancelClosing: () => {},
    announce,
    tellVersion: () => channel?.send('version', { version: versionOf(conversationId) }),
    stopped,
    room: {
      typing,
      presence,
      keystroke() {
        const since = clock.now() - lastTypingAt;
        // Negative after the clock was put back.
        if (since >= 0 && since < SEND_TYPING_EVERY_MS) return;
        lastTypingAt = clock.now();
        onUse();
        sendTyping(true);
      },
      stopTyping() {
        if (clock.now() - lastTypingAt < TYPING_EXPIRES_MS) sendTyping(false);
        lastTypingAt = -Infinity;
      },
    },
    join() {
      const userId = currentUserId();
      const since = clock.now() - (denied.get(conversationId) ?? -Infinity);
      // Before anybody is signed in the server would refuse.
      if (channel || userId === null || (since >= 0 && since < DENIED_FOR_MS)) return;
      channel = channels.open(`room:${conversationId}`, { onStatus, onBroadcast, onPresence }, userId);
    },
    leave() {
      clear();
      channel?.close();
      channel = null;
    },
  };
}

/** One state per user over all their connections: the most present one. */
function statesOf(metas: PresenceMetas): Record<string, PresenceState> {
  const rank: readonly PresenceState[] = ['busy', 'online', 'away'];
  return Object.fromEntries(
    Object.entries(metas).map(([userId, connections]) => {
      const states = connections.map(({ state }) => (STATES.has(state) ? state : 'online'));
      return [userId, rank.find((state) => states.includes(state)) ?? 'online'];
    }),
  );
}
