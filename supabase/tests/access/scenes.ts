import { randomUUID } from 'node:crypto';

import type pg from 'pg';

import type { Actor, Company, Role, Target } from './cast.js';

/** A message of a scene; each is the root of a thread with one reply. */
export interface SceneMessage {
  id: string;
  conversationId: string;
  seq: number;
  senderId: string;
  reply: { id: string; seq: number };
  /** Occurs in this message only. */
  word: string;
}

/**
 * Two conversations made for one cell, or for several that change nothing.
 *
 * `here`: the caller (in the state its role says), the host (owner), the peer (member), both with a message.
 * `there`: the host (owner) and the other one with a message; the caller has nothing to do with it.
 */
export interface Scene {
  actor: Actor;
  target: Target;
  company: Company;
  here: string;
  there: string;
  own: SceneMessage;
  peers: SceneMessage;
  others: SceneMessage;
  /** What the target names: a conversation, one of the messages, a user. */
  conversationId: string;
  message: SceneMessage;
  userId: string;
}

export function newScene(actor: Actor, company: Company, target: Target): Scene {
  const [here, there] = [randomUUID(), randomUUID()];
  const message = (conversationId: string, seq: number, senderId: string): SceneMessage => {
    const id = randomUUID();
    const reply = { id: randomUUID(), seq: seq + (conversationId === here ? 2 : 1) };
    return { id, conversationId, seq, senderId, reply, word: `w${id.replaceAll('-', '')}` };
  };
  const own = message(here, 1, actor.userId);
  const peers = message(here, 2, company.peer);
  const others = message(there, 1, company.other);
  return {
    actor,
    target,
    company,
    here,
    there,
    own,
    peers,
    others,
    conversationId: target === 'other' ? there : here,
    message: { own, any: own, same: peers, other: others }[target],
    userId: { own: actor.userId, any: actor.userId, same: company.peer, other: company.other }[target],
  };
}

/** The caller's row of `here`, by role; null: it has none. */
const memberships: Record<Role, { role: string; state: string } | null> = {
  anon: { role: 'member', state: 'joined' },
  service: { role: 'member', state: 'joined' },
  stranger: null,
  invited: { role: 'member', state: 'invited' },
  member: { role: 'member', state: 'joined' },
  admin: { role: 'admin', state: 'joined' },
  owner: { role: 'owner', state: 'joined' },
  left: { role: 'member', state: 'left' },
  removed: { role: 'member', state: 'removed' },
};

type Row = Record<string, unknown>;
export type SceneRows = Record<string, Row[]>;

/** What every scene consists of. */
export function rowsOf(scene: Scene): SceneRows {
  const { actor, company, here, there, own, peers, others } = scene;
  const now = new Date().toISOString();
  const conversation = (id: string, createdBy: string, lastSeq: number, joined: number): Row => ({
    id,
    kind: 'group',
    title: `Scene ${id}`,
    created_by: createdBy,
    created_at: now,
    last_activity_at: now,
    last_message_at: now,
    last_seq: lastSeq,
    last_timeline_seq: lastSeq / 2,
    last_thread_seq: lastSeq,
    version: lastSeq,
    counted: lastSeq / 2,
    member_count: joined,
  });
  const member = (conversationId: string, userId: string, role: string, state = 'joined'): Row => ({
    conversation_id: conversationId,
    user_id: userId,
    role,
    state,
    joined_at: state === 'invited' ? null : now,
    left_at: state === 'left' || state === 'removed' ? now : null,
    invited_by: state === 'invited' ? company.host : null,
  });
  const membership = memberships[actor.role];
  const isJoined = membership?.state === 'joined';
  return {
    conversations: [
      // Who made a conversation has no rights by that: the target `own` is one the caller made.
      conversation(here, scene.target === 'own' ? actor.userId : company.host, 4, isJoined ? 3 : 2),
      conversation(there, company.host, 2, 2),
    ],
    members: [
      ...(membership === null ? [] : [member(here, actor.userId, membership.role, membership.state)]),
      member(here, company.host, 'owner'),
      member(here, company.peer, 'member'),
      member(there, company.host, 'owner'),
      member(there, company.other, 'member'),
    ],
    messages: [
      messageRow(own, now, 1, company.peer),
      messageRow(peers, now, 2, actor.userId),
      messageRow(others, now, 1, company.other),
      replyRow(own, now, company.peer),
      replyRow(peers, now, actor.userId),
      replyRow(others, now, company.host),
    ],
  };
}

function messageRow(message: SceneMessage, now: string, counted: number, mentioned: string): Row {
  return {
    id: message.id,
    conversation_id: message.conversationId,
    seq: message.seq,
    version: message.seq,
    counted,
    sender_id: message.senderId,
    kind: 'text',
    content: `hello ${message.word}`,
    occurs_on: now.slice(0, 10),
    counts: true,
    created_at: now,
    mentioned_user_ids: `{${mentioned}}`,
    reply_to_id: null,
    thread_root_id: null,
  };
}

function replyRow(root: SceneMessage, now: string, senderId: string): Row {
  const { id, seq } = root.reply;
  return {
    ...messageRow({ ...root, id, seq, senderId }, now, root.seq, senderId),
    content: 'a reply',
    counts: false,
    mentioned_user_ids: null,
    thread_root_id: root.id,
  };
}

/** What a scene has besides when it is read: one row of the caller, the peer and the other one in every table. */
export function extraRowsOf(scene: Scene): SceneRows {
  const { actor, company, own, peers, others } = scene;
  const now = new Date().toISOString();
  const each = (rowFor: (user: string, message: SceneMessage) => Row): Row[] => [
    rowFor(actor.userId, own),
    rowFor(company.peer, peers),
    rowFor(company.other, others),
  ];
  return {
    reactions: each((user_id, { id }) => ({ message_id: id, user_id, emoji: '👍', created_at: now })),
    message_versions: each((_user, { id }) => ({
      message_id: id,
      number: 1,
      content: 'before',
      data: {},
      replaced_at: now,
    })),
    mentions: [
      { user_id: actor.userId, conversation_id: peers.conversationId, seq: peers.seq },
      { user_id: company.peer, conversation_id: own.conversationId, seq: own.seq },
      { user_id: company.other, conversation_id: others.conversationId, seq: others.seq },
    ],
    threads: each((user_id, { id, conversationId }) => ({
      user_id,
      root_id: id,
      conversation_id: conversationId,
      last_read_seq: 0,
      is_following: true,
    })),
    hidden_messages: each((user_id, { conversationId, reply }) => ({
      user_id,
      message_id: reply.id,
      conversation_id: conversationId,
      seq: reply.seq,
    })),
    drafts: each((user_id, { conversationId, word }) => ({
      user_id,
      conversation_id: conversationId,
      thread_root_id: null,
      content: `draft ${word}`,
      data: {},
      saved_at: now,
    })),
  };
}

/** Rows that name a membership; who has none (the stranger) has none of these either. */
export function logRowsOf({ actor, company, here, there }: Scene): SceneRows {
  const row = (userId: string, conversationId: string): Row => ({
    conversation_id: conversationId,
    user_id: userId,
    seq: 1,
  });
  return {
    read_log: [
      ...(memberships[actor.role] === null ? [] : [row(actor.userId, here)]),
      row(company.peer, here),
      row(company.other, there),
    ],
  };
}

/** Writes rows as the owner of the schema, table by table in the order given. */
export async function insertRows(db: pg.Client, scenes: SceneRows[]): Promise<void> {
  for (const table of new Set(scenes.flatMap((rows) => Object.keys(rows)))) {
    const rows = scenes.flatMap((scene) => scene[table] ?? []);
    const names = Object.keys(rows[0] ?? {});
    if (names.length === 0) continue;
    const list = names.map((name) => `"${name}"`).join(', ');
    const given = `jsonb_populate_recordset(null::confab.${table}, $1) r`;
    await db.query(
      // A view: its rows go by the number of the member.
      table === 'read_log'
        ? `insert into confab_private.read_log (member_number, seq)
           select m.number, r.seq from ${given} join confab.members m using (conversation_id, user_id)`
        : `insert into confab.${table} (${list}) select ${list} from ${given}`,
      [JSON.stringify(rows)],
    );
  }
}

/** One mark per conversation that changes with every row of it, cursors of members included. */
export async function fingerprints(db: pg.Client, ids?: string[]): Promise<Map<string, string>> {
  const { rows: tables } = await db.query<{ name: string; key: string }>(
    `select c.relname as name,
            case when c.relname = 'conversations' then 'id' else a.attname end as key
     from pg_class c
     join pg_attribute a on a.attrelid = c.oid and a.attname in ('conversation_id', 'message_id', 'kind')
     where c.relnamespace = 'confab'::regnamespace and c.relkind in ('r', 'v')
       and (a.attname = 'conversation_id' or c.relname = 'conversations'
            or (a.attname = 'message_id' and c.relname in ('reactions', 'message_versions')))`,
  );
  const parts = tables.map(({ name, key }) =>
    key === 'message_id'
      ? `select m.conversation_id as id, to_jsonb(t)::text as row
         from confab.${name} t join confab.messages m on m.id = t.message_id`
      : `select t.${key} as id, (to_jsonb(t) - 'changed_xid')::text as row from confab.${name} t`,
  );
  const { rows } = await db.query<{ id: string; mark: string }>(
    `select id, md5(string_agg(row, ',' order by row)) as mark from (${parts.join(' union all ')}) x
     where $1::uuid[] is null or id = any ($1)
     group by id`,
    [ids ?? null],
  );
  return new Map(rows.map(({ id, mark }) => [id, mark]));
}
