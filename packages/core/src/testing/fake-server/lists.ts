import { trimmed } from '../../lib/blank';
import { fold } from '../../lib/fold';
import { fail, readArguments, requireKeys, requireText, type ArgumentReader } from './arguments';
import { requireMember } from './checks';
import { descending, DIGITS, pageOf, pagePlace, pageSize } from './pages';
import { isRole } from './roles';
import type { MemberRow } from './rows';
import type { Conversation, Db, Member } from './state';
import { unreadOf, unreadThreadsOf, unreadTotalOf } from './unread';
import { conversationFor, isHiddenConversation, memberWire, peopleOf, profilesOf } from './wire';

/** Those who are in it, and where only one is left, those who have gone: they give it its name. */
const shownOf = ({ members, memberCount }: Conversation): Member[] =>
  [...members.values()].filter(({ state }) => state === 'joined' || (memberCount < 2 && state !== 'invited'));

/** The answer of `conversations` and `conversation`. */
function showConversations(db: Db, me: string, found: readonly Conversation[], next: string | null) {
  const members: MemberRow[] = [];
  const people: (string | null)[] = [];
  for (const room of found) {
    const own = room.members.get(me);
    const isSmall = own?.state === 'joined' && room.memberCount <= db.settings.receipts_max_members;
    // Of a larger one none but the caller.
    for (const member of isSmall ? shownOf(room) : own ? [own] : []) {
      members.push(memberWire(db, member));
      people.push(member.userId);
    }
    const last = own?.state === 'joined' ? room.messages[room.lastTimelineSeq - 1] : undefined;
    if (last && own && last.seq >= own.visibleFromSeq) people.push(...peopleOf(db, last, own.visibleFromSeq));
    people.push(own?.invitedBy ?? null);
  }
  return {
    conversations: found.map((room) => conversationFor(db, me, room)),
    members,
    profiles: profilesOf(db, people),
    next,
    unread_total: unreadTotalOf(db, me),
  };
}

const FILTERS = [
  'kind',
  'state',
  'context_type',
  'context_id',
  'is_archived',
  'is_pinned',
  'is_muted',
  'is_hidden',
  'is_unread',
  'query',
];

function filterOf(db: Db, me: string, given: Readonly<Record<string, unknown>>, doing: string) {
  const read = readArguments(given, doing);
  const kind = read('text', 'kind');
  const state = read('text', 'state') ?? 'joined';
  const contextType = read('text', 'context_type');
  const contextId = read('text', 'context_id');
  const isArchived = read('boolean', 'is_archived');
  const isPinned = read('boolean', 'is_pinned');
  const isMuted = read('boolean', 'is_muted');
  const isHidden = read('boolean', 'is_hidden');
  const isUnread = read('boolean', 'is_unread');
  const text = trimmed(read('text', 'query') ?? '');
  const query = text === null ? null : fold(text);
  if (state !== 'joined' && state !== 'invited')
    fail('invalid', `unable to ${doing}; state must be joined or invited`);
  const now = db.now();
  const fits = <T>(wanted: T | null, is: T) => wanted === null || wanted === is;
  const isNamed = ({ title, members }: Conversation, part: string) =>
    (title !== null && fold(title).includes(part)) ||
    (state === 'joined' &&
      [...members.values()].some(
        (other) =>
          other.state === 'joined' &&
          other.userId !== me &&
          fold(db.profiles.get(other.userId)?.displayName ?? '').includes(part),
      ));
  return (member: Member): boolean => {
    const { conversation: room } = member;
    return (
      member.state === state &&
      fits(isArchived, member.archivedAt !== null) &&
      fits(isPinned, member.pinnedAt !== null) &&
      fits(isMuted, member.mutedUntil !== null && member.mutedUntil > now) &&
      fits(kind, room.kind) &&
      fits(contextType, room.contextType) &&
      fits(contextId, room.contextId) &&
      fits(isHidden, isHiddenConversation(member)) &&
      (isUnread === null || isUnread === (unreadOf(db, member) > 0 || unreadThreadsOf(db, member) > 0)) &&
      (query === null || isNamed(room, query))
    );
  };
}

export function listConversations(
  db: Db,
  me: string,
  read: ArgumentReader,
  args: Readonly<Record<string, unknown>>,
  usualRows: number,
) {
  const doing = 'list conversations';
  const rows = pageSize(read('integer', 'max_rows'), usualRows);
  const place = pagePlace(read('text', 'before'), DIGITS, doing);
  const filter = requireKeys(args['filter'] ?? {}, FILTERS, doing);
  const sorted = [...db.user(me).memberships.values()]
    .filter(filterOf(db, me, filter, doing))
    .map(({ conversation }) => conversation)
    .sort((a, b) => descending(a.lastActivityAt, a.id, b.lastActivityAt, b.id));
  const { items, next } = pageOf(
    sorted,
    rows,
    ({ lastActivityAt, id }) => !place || descending(Number(place.key), place.id, lastActivityAt, id) < 0,
    ({ lastActivityAt, id }) => `${lastActivityAt}_${id}`,
  );
  return showConversations(db, me, items, next);
}

export function readConversation(db: Db, me: string, id: string | null) {
  const room = id === null ? undefined : db.conversations.get(id);
  // Who is invited may look at what the invitation is to.
  if (room?.members.get(me)?.state === 'invited') return showConversations(db, me, [room], null);
  const member = requireMember(db, id, me, 'read the conversation');
  return showConversations(db, me, [member.conversation], null);
}

const STATES: readonly string[] = ['joined', 'invited', 'left', 'removed'];

/** By the folded name, byte for byte as the collation "C" has it, then by id. */
const byName = (a: string, aId: string, b: string, bId: string): number =>
  compareCodePoints(a, b) || (aId < bId ? -1 : aId > bId ? 1 : 0);

function compareCodePoints(a: string, b: string): number {
  const [left, right] = [[...a], [...b]];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const difference = (left[i]?.codePointAt(0) ?? 0) - (right[i]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

export function listMembers(db: Db, me: string, read: ArgumentReader) {
  const doing = 'list members';
  const rows = pageSize(read('integer', 'max_rows'), 50);
  const place = pagePlace(read('text', 'after'), /^/, doing);
  const query = requireText(read('text', 'query'), 'query', 200, doing);
  const part = query === null ? null : fold(query);
  const state = read('text', 'state') ?? 'joined';
  const role = read('text', 'role');
  const userIds = read('uuids', 'user_ids');
  const own = requireMember(db, read('uuid', 'conversation_id'), me, doing);
  if (!STATES.includes(state)) fail('invalid', `unable to ${doing}; no such state`);
  if (role !== null && !isRole(role)) fail('invalid', `unable to ${doing}; no such role`);
  if ((state === 'left' || state === 'removed') && own.role === 'member')
    fail('forbidden', `unable to ${doing}; only admins see who has gone`);
  const sorted = [...own.conversation.members.values()]
    .map((member) => ({ member, name: fold(db.profiles.get(member.userId)?.displayName ?? '') }))
    .filter(
      ({ member, name }) =>
        member.state === state &&
        (userIds === null || userIds.includes(member.userId)) &&
        (role === null || member.role === role) &&
        (part === null || name.includes(part)),
    )
    .sort((a, b) => byName(a.name, a.member.userId, b.name, b.member.userId));
  const { items, next } = pageOf(
    sorted,
    rows,
    ({ name, member }) => !place || byName(place.key, place.id, name, member.userId) < 0,
    ({ name, member }) => `${name}_${member.userId}`,
  );
  return {
    members: items.map(({ member }) => memberWire(db, member)),
    profiles: profilesOf(
      db,
      items.map(({ member }) => member.userId),
    ),
    next,
  };
}
