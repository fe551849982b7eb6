// Rows as they come from the server, for the engine's side, and the same messages in the shape of the peer.

const BEGINNING = Date.UTC(2026, 0, 1);
const WORDS =
  'the of and to in is that for it was on with as be at by this from or an have not are but had you'.split(
    ' ',
  );

const hex = (number, length) => number.toString(16).padStart(length, '0');
const uuid = (kind, number) => `019b${hex(kind, 4)}-0000-7000-8000-${hex(number, 12)}`;
export const ME = uuid(1, 0);
export const userId = (number) => uuid(1, number);
export const conversationId = (number) => uuid(2, number);
export const messageId = (number) => uuid(3, number);

/** About sixty characters, another text for each number. */
function contentOf(number) {
  let text = `${number}:`;
  for (let i = 1; text.length < 60; i += 1) text += ` ${WORDS[(number * 7 + i * i) % WORDS.length]}`;
  return text.slice(0, 60);
}

export const timeOf = (seq) => new Date(BEGINNING + seq * 1000).toISOString();

/** Members of the conversation that is watched; message `seq` is by one of the others. */
const MEMBERS = 10;
const senderOf = (seq) => userId(1 + (seq % (MEMBERS - 1)));

export function messageRow(conversation, seq, version = seq, more = {}) {
  return {
    id: messageId(seq),
    conversation_id: conversation,
    seq,
    version,
    sender_id: senderOf(seq),
    kind: 'text',
    content: contentOf(seq),
    data: {},
    reply_to_id: null,
    reply_to: null,
    thread_root_id: null,
    thread: null,
    forwarded_from_id: null,
    occurs_on: null,
    counts: true,
    mentioned_user_ids: [],
    mentions: null,
    mentions_everyone: false,
    reactions: [],
    pinned_at: null,
    pinned_by: null,
    created_at: `${timeOf(seq).slice(0, 19)}.123456+00:00`,
    edited_at: null,
    deleted_at: null,
    deleted_by: null,
    is_hidden: null,
    ...more,
  };
}

export function profileRow(number) {
  return {
    id: userId(number),
    display_name: `Person ${number}`,
    avatar_url: null,
    last_seen_at: null,
    deleted_at: null,
    changed: 700 + number,
  };
}

function memberRow(conversation, number) {
  return {
    conversation_id: conversation,
    user_id: userId(number),
    role: 'member',
    state: 'joined',
    last_read_seq: 0,
    last_delivered_seq: 0,
    joined_at: timeOf(0),
    left_at: null,
    changed: 800,
  };
}

export function ownMemberRow(conversation) {
  return {
    ...memberRow(conversation, 0),
    unread_after_seq: 0,
    visible_from_seq: 1,
    last_hidden_seq: 0,
    pinned_at: null,
    muted_until: null,
    archived_at: null,
    is_hidden: false,
    invited_by: null,
  };
}

/** A conversation of the list; the first one is the one that is watched. */
export function conversationRow(number, lastSeq) {
  const id = conversationId(number);
  const last = lastSeq > 0 ? messageRow(id, lastSeq, lastSeq, { is_hidden: false }) : null;
  return {
    id,
    kind: 'group',
    title: `Conversation ${number}`,
    description: null,
    avatar_url: null,
    data: {},
    context_type: null,
    context_id: null,
    created_by: ME,
    created_at: timeOf(0),
    last_activity_at: last?.created_at ?? timeOf(0),
    last_seq: lastSeq,
    version: lastSeq,
    member_count: MEMBERS,
    is_locked: false,
    slow_mode_seconds: 0,
    feed: null,
    last_message: last,
    unread: lastSeq,
    unread_mentions: 0,
    unread_threads: 0,
    me: ownMemberRow(id),
    changed: 900,
  };
}

export function membersOf(number) {
  const members = number === 0 ? MEMBERS : 2;
  return Array.from({ length: members }, (_, i) => memberRow(conversationId(number), i));
}

/** The live event of a message, as the server sends it to everybody's inbox. */
export function messageEvent(message) {
  const number = Number.parseInt(message.sender_id.slice(-12), 16);
  return {
    type: 'message',
    conversation_id: message.conversation_id,
    version: message.version,
    message,
    profile: profileRow(number),
  };
}

/** The message as the peer's server sends it. */
export function peerMessage(seq, more = {}) {
  const created = timeOf(seq);
  return {
    id: messageId(seq),
    text: contentOf(seq),
    html: `<p>${contentOf(seq)}</p>\n`,
    type: 'regular',
    user: peerUser(1 + (seq % (MEMBERS - 1))),
    attachments: [],
    latest_reactions: [],
    own_reactions: [],
    reaction_counts: {},
    reaction_scores: {},
    reply_count: 0,
    deleted_reply_count: 0,
    cid: 'messaging:watched',
    created_at: created,
    updated_at: created,
    shadowed: false,
    mentioned_users: [],
    silent: false,
    pinned: false,
    pinned_at: null,
    pinned_by: null,
    pin_expires: null,
    ...more,
  };
}

export function peerUser(number) {
  return {
    id: userId(number),
    role: 'user',
    created_at: timeOf(0),
    updated_at: timeOf(0),
    last_active: timeOf(0),
    banned: false,
    online: true,
    name: `Person ${number}`,
  };
}
