// What arrives, on each side in its server's shape: `what` is message, edit or reaction; `version` grows by one with each.
import {
  conversationId,
  messageEvent,
  messageId,
  messageRow,
  peerMessage,
  peerUser,
  timeOf,
  userId,
} from '../client/rows.mjs';

export const WATCHED = conversationId(0);
const EDIT = 'Edited: another text of about sixty characters, as before.';

/** People say three things in a row: messages come in groups. */
const personOf = (seq) => 1 + (Math.floor(seq / 3) % 9);
export const senderOfRun = (seq) => ({ sender_id: userId(personOf(seq)) });
export const peerSenderOfRun = (seq) => ({ user: peerUser(personOf(seq)) });

/** One of the newer half of those loaded at first, another one each time: the older ones may have been let go. */
const targetOf = (version, loaded) => loaded - ((version * 7919) % Math.floor(loaded / 2));

/** `seq`: of a new message. */
export function confabChange(what, { version, seq }, loaded) {
  const target = what === 'message' ? seq : targetOf(version, loaded);
  const changes = {
    message: {},
    edit: { edited_at: timeOf(version), content: `${EDIT} ${version}` },
    reaction: { reactions: [{ emoji: '👍', count: version, user_ids: [userId(1)], own: null }] },
  };
  return messageEvent(messageRow(WATCHED, target, version, { ...senderOfRun(target), ...changes[what] }));
}

export function peerChange(what, { version, seq }, loaded) {
  const cid = 'messaging:watched';
  if (what === 'message')
    return { type: 'message.new', cid, message: peerMessage(seq, peerSenderOfRun(seq)), user: peerUser(1) };
  const target = targetOf(version, loaded);
  const updated = { ...peerSenderOfRun(target), updated_at: timeOf(version) };
  if (what === 'edit')
    return {
      type: 'message.updated',
      cid,
      message: peerMessage(target, { ...updated, text: `${EDIT} ${version}` }),
    };
  const reaction = {
    message_id: messageId(target),
    type: '👍',
    score: 1,
    user_id: userId(1),
    user: peerUser(1),
    created_at: timeOf(version),
    updated_at: timeOf(version),
  };
  const reactions = {
    latest_reactions: [reaction],
    reaction_counts: { '👍': version },
    reaction_groups: {
      '👍': {
        count: version,
        sum_scores: version,
        first_reaction_at: timeOf(1),
        last_reaction_at: timeOf(1),
      },
    },
  };
  return { type: 'reaction.new', cid, reaction, message: peerMessage(target, { ...updated, ...reactions }) };
}
