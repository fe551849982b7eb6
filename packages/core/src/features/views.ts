import { keys, type Cache, type MembersByConversation, type ProfilesById } from '../cache/cache';
import type { ConversationContext } from '../cache/conversation-overlay';
import { latestWindow, messageById } from '../cache/loaded-messages';
import { createMessageOverlay, type MessageOverlay } from '../cache/message-overlay';
import { toProfile } from '../cache/people';
import { queryData } from '../cache/query-readable';
import { derive, type Readable } from '../lib/readable';
import type { MessageKinds } from '../model/kinds';
import { readAllIn, type OutboxView, type PendingMutation } from '../model/pending';
import type { Profile } from '../model/view';
import type { Engine } from '../sync/engine';

/** What all views are computed from; made once per client so that they share their work. */
export interface Sources<K extends MessageKinds> {
  readonly members: Readable<MembersByConversation>;
  readonly profiles: Readable<ProfilesById>;
  readonly outbox: Readable<OutboxView>;
  /** The pending mutations of one conversation; keeps its reference while they do. */
  pendingOf(conversationId: string): Readable<readonly PendingMutation[]>;
  readonly overlay: Readable<MessageOverlay<K>>;
  /** What is to read everything, where that is pending. */
  readonly readAll: Readable<PendingMutation | undefined>;
  /** What conversations of the view are made of. */
  readonly context: Readable<ConversationContext<K>>;
  /** Everybody who is known by name. */
  readonly people: Readable<Readonly<Record<string, Profile>>>;
  readonly person: (userId: string) => Profile;
  /** Until the session has been looked up, whose data the cache holds. */
  readonly currentUser: Readable<string | null | undefined>;
}

export function createSources<K extends MessageKinds>(engine: Engine, cache: Cache, kinds: K): Sources<K> {
  const members = queryData<MembersByConversation>(cache, keys.members, []);
  const profiles = queryData<ProfilesById>(cache, keys.profiles, {});
  const shown = derive([profiles], toShown, isSameShown);
  const outbox = engine.outbox.view;
  const toPerson = (byId: Shown, userId: string): Profile => byId[userId] ?? toProfile(userId, undefined);
  const owner = queryData<string | undefined>(cache, keys.owner, undefined);
  const currentUser = derive([engine.currentUser, owner], (userId, hydrated) =>
    userId === undefined ? hydrated : userId,
  );
  const overlay = derive([shown, currentUser], (byId, currentUserId) =>
    createMessageOverlay({
      kinds,
      currentUserId: currentUserId ?? null,
      profile: (userId) => toPerson(byId, userId),
      loaded: (conversationId, threadRootId, messageId) =>
        messageById(cache.messages(conversationId, threadRootId), messageId) ??
        messageById(cache.messages(conversationId), messageId),
      visibleFromSeq: (conversationId) => cache.conversation(conversationId)?.me.visibleFromSeq ?? 0,
    }),
  );
  const readAll = derive([outbox], readAllIn);
  return {
    members,
    profiles,
    outbox,
    readAll,
    pendingOf: (conversationId) => derive([outbox], (view) => view.lane(conversationId)),
    overlay,
    context: derive(
      [members, profiles, overlay, currentUser, readAll],
      (membersOf, byId, messages, currentUserId, all): ConversationContext<K> => ({
        members: membersOf,
        profiles: byId,
        overlay: messages,
        currentUserId: currentUserId ?? null,
        readAll: all,
        window: (conversationId) => latestWindow(cache.messages(conversationId)),
      }),
    ),
    currentUser,
    people: shown,
    person: (userId) => toPerson(shown.get(), userId),
  };
}

type Shown = Readonly<Record<string, Profile>>;

function toShown(profiles: ProfilesById): Shown {
  return Object.fromEntries(Object.values(profiles).map((known) => [known.id, toProfile(known.id, known)]));
}

/** Someone's being seen changes their profile every minute; what messages show of them stays. */
function isSameShown(a: Shown, b: Shown): boolean {
  const ids = Object.keys(b);
  return (
    ids.length === Object.keys(a).length &&
    ids.every((id) => a[id]?.displayName === b[id]?.displayName && a[id]?.avatarUrl === b[id]?.avatarUrl)
  );
}
