import type { ArgumentReader } from './arguments';
import { createConversation, getOrCreateDirect } from './conversations';
import {
  followThread,
  markAllRead,
  markDelivered,
  markRead,
  markThreadRead,
  markUnread,
  type ReadAll,
} from './cursors';
import { saveDraft } from './drafts';
import {
  acceptInvite,
  addMembers,
  declineInvite,
  inviteMembers,
  leaveConversation,
  removeMember,
} from './membership';
import { deleteMessage, editMessage, forwardMessage, sendMessage, setHidden, setPinned } from './messages';
import { DIGITS, pagePlace } from './pages';
import { addReaction, removeReaction } from './reactions';
import { setMembership, setRole, transferOwnership, updateConversation } from './roles';
import type { Db } from './state';
import { unreadTotalOf } from './unread';

/** One write: a mutation of a push, or the function of the same name. */
export interface Writing {
  readonly db: Db;
  readonly me: string;
  readonly id: string | null;
  readonly conversationId: string | null;
  readonly args: Readonly<Record<string, unknown>>;
  readonly read: ArgumentReader;
  readonly isPushed: boolean;
}

interface MutationRules {
  /** What it is about, which is remembered of those that are recorded. */
  readonly target: 'message' | 'thread' | 'conversation' | null;
  /** Whether a repetition could undo something newer (rule E2). */
  readonly isRecorded: boolean;
  readonly apply: (writing: Writing) => unknown;
}

const rule = (
  target: MutationRules['target'],
  isRecorded: boolean,
  apply: MutationRules['apply'],
): MutationRules => ({ target, isRecorded, apply });

const messageId = ({ read }: Writing) => read('uuid', 'message_id');
const rootId = ({ read }: Writing) => read('uuid', 'thread_root_id');
const userId = ({ read }: Writing) => read('uuid', 'user_id');
const seq = ({ read }: Writing) => read('bigint', 'seq');
const seenSeq = ({ read }: Writing) => read('bigint', 'seen_seq');
const readAll = ({ read }: Writing): ReadAll => ({
  seen: read('object', 'seen'),
  restAfter: read('text', 'rest_after'),
});

/** An empty list takes all mentions away, none leaves them; in a push what is named and null is an empty one. */
const editedMentions = ({ read, args, isPushed }: Writing) =>
  read('uuids', 'mentioned_user_ids') ?? (isPushed && 'mentioned_user_ids' in args ? [] : null);

/** In a push they have to be a list before anything else is looked at. */
const mentionPlacesOf = ({ read, args, isPushed }: Writing): unknown =>
  isPushed ? read('list', 'mentions') : args['mentions'];

/** Every mutation, as the table `confab_private.mutation_types` and `call_mutation` have them. */
export const mutations: ReadonlyMap<string, MutationRules> = new Map(
  Object.entries({
    send_message: rule('conversation', false, (w) =>
      sendMessage(w.db, w.me, {
        id: w.id,
        conversationId: w.conversationId,
        content: w.read('text', 'content'),
        kind: w.read('text', 'kind'),
        data: w.args['data'],
        replyToId: w.read('uuid', 'reply_to_id'),
        threadRootId: rootId(w),
        occursOn: w.read('date', 'occurs_on'),
        mentioned: w.read('uuids', 'mentioned_user_ids'),
        mentionsEveryone: w.read('boolean', 'mentions_everyone'),
        places: mentionPlacesOf(w),
        seenSeq: seenSeq(w),
      }),
    ),
    forward_message: rule('conversation', false, (w) =>
      forwardMessage(w.db, w.me, w.id, messageId(w), w.conversationId, seenSeq(w)),
    ),
    edit_message: rule('message', false, (w) =>
      editMessage(w.db, w.me, {
        id: w.id,
        messageId: messageId(w),
        content: w.read('text', 'content'),
        data: w.read('object', 'data'),
        mentioned: editedMentions(w),
        mentionsEveryone: w.read('boolean', 'mentions_everyone'),
        places: mentionPlacesOf(w),
      }),
    ),
    delete_message: rule('message', false, (w) => deleteMessage(w.db, w.me, messageId(w))),
    hide_message: rule('message', true, (w) => setHidden(w.db, w.me, messageId(w), true)),
    unhide_message: rule('message', true, (w) => setHidden(w.db, w.me, messageId(w), false)),
    pin_message: rule('message', true, (w) => setPinned(w.db, w.me, messageId(w), true)),
    unpin_message: rule('message', true, (w) => setPinned(w.db, w.me, messageId(w), false)),
    add_reaction: rule('message', true, (w) =>
      addReaction(w.db, w.me, messageId(w), w.read('text', 'emoji')),
    ),
    remove_reaction: rule('message', true, (w) =>
      removeReaction(w.db, w.me, messageId(w), w.read('text', 'emoji')),
    ),
    mark_read: rule('conversation', false, (w) => markRead(w.db, w.me, w.conversationId, seq(w))),
    mark_delivered: rule('conversation', false, (w) => markDelivered(w.db, w.me, w.conversationId, seq(w))),
    mark_unread: rule('conversation', true, (w) => markUnread(w.db, w.me, w.conversationId, seq(w))),
    // In a push its conversations have been read each in its lane.
    mark_all_read: rule(null, false, (w) => {
      const asked = readAll(w);
      if (!w.isPushed) return markAllRead(w.db, w.me, asked);
      pagePlace(asked.restAfter, DIGITS, 'mark everything as read');
      return { unread_total: unreadTotalOf(w.db, w.me) };
    }),
    mark_thread_read: rule('thread', false, (w) => markThreadRead(w.db, w.me, rootId(w), seq(w))),
    follow_thread: rule('thread', true, (w) =>
      followThread(w.db, w.me, rootId(w), w.read('boolean', 'is_following'), seenSeq(w)),
    ),
    create_conversation: rule(null, false, (w) =>
      createConversation(w.db, w.me, {
        id: w.id,
        kind: w.read('text', 'kind'),
        memberIds: w.read('uuids', 'member_ids') ?? [],
        title: w.read('text', 'title'),
        data: w.args['data'],
        contextType: w.read('text', 'context_type'),
        contextId: w.read('text', 'context_id'),
        description: w.read('text', 'description'),
        avatarUrl: w.read('text', 'avatar_url'),
      }),
    ),
    get_or_create_direct: rule(null, false, (w) => getOrCreateDirect(w.db, w.me, userId(w))),
    update_conversation: rule('conversation', true, (w) =>
      updateConversation(w.db, w.me, w.conversationId, w.args['changes']),
    ),
    add_members: rule('conversation', true, (w) =>
      addMembers(
        w.db,
        w.me,
        w.conversationId,
        w.read('uuids', 'user_ids'),
        w.read('boolean', 'shows_history'),
      ),
    ),
    invite_members: rule('conversation', true, (w) =>
      inviteMembers(
        w.db,
        w.me,
        w.conversationId,
        w.read('uuids', 'user_ids'),
        w.read('boolean', 'shows_history'),
      ),
    ),
    accept_invite: rule('conversation', true, (w) => acceptInvite(w.db, w.me, w.conversationId)),
    decline_invite: rule('conversation', true, (w) => declineInvite(w.db, w.me, w.conversationId)),
    remove_member: rule('conversation', true, (w) => removeMember(w.db, w.me, w.conversationId, userId(w))),
    leave_conversation: rule('conversation', true, (w) => leaveConversation(w.db, w.me, w.conversationId)),
    set_role: rule('conversation', true, (w) =>
      setRole(w.db, w.me, w.conversationId, userId(w), w.read('text', 'role')),
    ),
    transfer_ownership: rule('conversation', true, (w) =>
      transferOwnership(w.db, w.me, w.conversationId, userId(w)),
    ),
    set_membership: rule('conversation', true, (w) =>
      setMembership(w.db, w.me, w.conversationId, w.args['changes']),
    ),
    save_draft: rule('conversation', false, (w) =>
      saveDraft(w.db, w.me, w.conversationId, {
        content: w.read('text', 'content'),
        savedAt: w.read('time', 'saved_at'),
        data: w.args['data'],
        threadRootId: rootId(w),
        replyToId: w.read('uuid', 'reply_to_id'),
      }),
    ),
  }),
);
