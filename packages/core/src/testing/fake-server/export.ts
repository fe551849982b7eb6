import type { ArgumentReader } from './arguments';
import { DIGITS, pageOf, pagePlace } from './pages';
import type { Db } from './state';
import { printTime, printTimeOrNull } from './time';
import { draftWire, ownMemberWire, profileWire } from './wire';

const PAGE = 1000;

const byId = <T>(items: Iterable<T>, idOf: (item: T) => string): T[] =>
  [...items].sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1));

/** Everything the caller has written and that is kept about the caller, in pages. */
export function exportMyData(db: Db, me: string, read: ArgumentReader) {
  const place = pagePlace(read('text', 'after'), DIGITS, 'export your data');
  const own = [...db.messages.values()]
    .filter(({ senderId }) => senderId === me)
    .sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1));
  const { items, next } = pageOf(
    own,
    PAGE,
    ({ createdAt, id }) =>
      !place || createdAt > Number(place.key) || (createdAt === Number(place.key) && id > place.id),
    ({ createdAt, id }) => `${createdAt}_${id}`,
  );
  const messages = items.map((message) => ({
    id: message.id,
    conversation_id: message.conversation.id,
    seq: message.seq,
    kind: message.kind,
    content: message.content,
    data: message.data,
    reply_to_id: message.replyToId,
    thread_root_id: message.threadRootId,
    forwarded_from_id: message.forwardedFromId,
    occurs_on: message.occursOn,
    mentioned_user_ids: message.mentionedUserIds,
    mentions_everyone: message.mentionsEveryone,
    mentions: message.mentions,
    created_at: printTime(message.createdAt),
    edited_at: printTimeOrNull(message.editedAt),
    deleted_at: printTimeOrNull(message.deletedAt),
    versions: message.versions.map(({ content, data, at }, i) => ({
      number: i + 1,
      content,
      data,
      replaced_at: printTime(at),
    })),
  }));
  return place ? { messages, next } : { ...about(db, me), messages, next };
}

function about(db: Db, me: string) {
  const { memberships, hidden, follows, drafts } = db.user(me);
  const members = byId(memberships.values(), ({ conversation }) => conversation.id);
  const profile = db.profiles.get(me);
  const all = [...db.messages.values()];
  return {
    profile: profile ? profileWire(profile) : null,
    memberships: members.map((member) => ({
      ...ownMemberWire(db, member),
      kind: member.conversation.kind,
      // What it is called now is nothing to those who have left.
      title: member.state === 'joined' || member.state === 'invited' ? member.conversation.title : null,
    })),
    conversations_created: [...db.conversations.values()]
      .filter(({ createdBy }) => createdBy === me)
      .sort((a, b) => a.createdAt - b.createdAt)
      .map(({ id, createdAt }) => ({ id, created_at: printTime(createdAt) })),
    drafts: [...drafts.values()].sort((a, b) => a.savedAt - b.savedAt).map(draftWire),
    reactions: all
      .flatMap(({ id, reactions }) =>
        [...reactions].flatMap(([emoji, users]) => {
          const at = users.get(me);
          return at === undefined ? [] : [{ id, emoji, at }];
        }),
      )
      .sort((a, b) => a.at - b.at)
      .map(({ id, emoji, at }) => ({ message_id: id, emoji, created_at: printTime(at) })),
    // Of who is deleted it is forgotten where they were mentioned.
    mentions: all
      .filter(({ mentionedUserIds }) => mentionedUserIds.includes(me) && profile?.deletedAt === null)
      .map(({ conversation, seq }) => ({ conversation_id: conversation.id, seq }))
      .sort((a, b) =>
        a.conversation_id === b.conversation_id
          ? a.seq - b.seq
          : a.conversation_id < b.conversation_id
            ? -1
            : 1,
      ),
    threads: byId(follows.values(), ({ root }) => root.id).map((follow) => ({
      root_id: follow.root.id,
      conversation_id: follow.root.conversation.id,
      last_read_seq: follow.lastReadSeq,
      is_following: follow.isFollowing,
    })),
    hidden_messages: byId(hidden.values(), ({ message }) => message.id).map(({ message, isHidden }) => ({
      conversation_id: message.conversation.id,
      message_id: message.id,
      is_hidden: isHidden,
    })),
    read_log: members.flatMap(({ conversation, reads }) =>
      reads.map(({ seq, at }) => ({ conversation_id: conversation.id, seq, read_at: printTime(at) })),
    ),
  };
}
