import type { decode } from '../../../src/model/wire';
import { createFakeServer } from '../../../src/testing/fake-server/fake-server';
import { ALICE, BOB, CAROL, uuid } from '../../sync/support/ids';

/** Something that came over the wire, with the decoder that reads it. */
export interface Sample {
  readonly name: keyof typeof decode;
  readonly value: unknown;
}

/** Events and answers of a server on which a bit of everything has happened. */
export function createCorpus(): Sample[] {
  const server = createFakeServer({ messageKinds: { note: {} } });
  const samples: Sample[] = [];
  const add = (name: Sample['name'], value: unknown) => samples.push({ name, value: copied(value) });
  server.onEvent((topic, payload) => {
    if (topic !== `inbox:${ALICE}`) return;
    add('liveEvent', { ...payload, changes: [] });
    for (const change of payload.changes) add('liveChange', change);
  });
  server.addUser(ALICE, 'Alice');
  server.addUser(BOB, 'Bob');
  server.addUser(CAROL, 'Carol');
  const room = server.addConversation(uuid(10), [ALICE, BOB]);
  const { cursor } = server.call('pull', {}, ALICE) as { cursor: string };
  const root = server.send(BOB, room, 'The root', { data: { a: [1, { b: null }] }, mentions_everyone: true });
  const reply = server.send(ALICE, room, 'A reply', { thread_root_id: root.id, mentioned_user_ids: [BOB] });
  server.send(BOB, room, 'An answer', { reply_to_id: root.id });
  const gone = server.send(BOB, room, 'To be deleted');
  server.edit(BOB, room, root.id, 'The root, edited');
  server.react(ALICE, room, root.id, '👍');
  server.react(BOB, room, root.id, '🎉');
  server.apply(ALICE, 'pin_message', room, { message_id: root.id });
  server.delete(BOB, room, gone.id);
  server.apply(ALICE, 'hide_message', room, { message_id: server.send(BOB, room, 'Hidden').id });
  const shown = { message_id: server.send(BOB, room, 'Shown again').id };
  server.apply(ALICE, 'hide_message', room, shown);
  add('changed', server.apply(ALICE, 'unhide_message', room, shown));
  server.markRead(BOB, room, 2);
  server.apply(ALICE, 'set_membership', room, {
    changes: { is_pinned: true, is_archived: true, muted_until: 'infinity' },
  });
  server.apply(ALICE, 'invite_members', room, { user_ids: [CAROL] });
  const draft = { content: 'Unsent', saved_at: '2026-01-01T00:00:00Z', reply_to_id: root.id };
  add('draft', server.apply(ALICE, 'save_draft', room, draft));
  add('thread', server.apply(ALICE, 'follow_thread', null, { thread_root_id: root.id, is_following: true }));
  add('cursor', server.apply(ALICE, 'mark_unread', room, { seq: 1 }));
  add('message', server.message(ALICE, reply.id));
  add('conversation', server.conversation(ALICE, room));
  const ask = (name: Sample['name'], fn: string, args: Readonly<Record<string, unknown>> = {}) =>
    add(name, server.call(fn, args, ALICE));
  ask('pull', 'pull', { cursor, windows: { [room]: 0 } });
  ask('history', 'history', { conversation_id: room });
  ask('conversationPage', 'conversations', { max_rows: 1 });
  ask('push', 'push', {
    mutations: [
      { id: uuid(900), type: 'mark_read', conversation_id: room, args: { seq: 3 } },
      { id: uuid(901), type: 'mark_read', conversation_id: room, args: { seq: -1 } },
      { id: uuid(902), type: 'nothing', conversation_id: room, args: {} },
    ],
  });
  const told = [{ id: uuid(903), type: 'mark_unread', conversation_id: room, args: { seq: 1 } }];
  ask('told', 'push', { mutations: told });
  ask('messagePage', 'pinned_messages', { conversation_id: room });
  ask('memberPage', 'members', { conversation_id: room });
  ask('threadPage', 'threads');
  ask('reactionPage', 'reactors', { message_id: root.id });
  ask('readerPage', 'readers', { message_id: root.id });
  ask('searchPage', 'search_messages', { query: 'root' });
  ask('versions', 'message_versions', { message_id: root.id });
  ask('drafts', 'drafts');
  ask('unreadCounts', 'unread_counts');
  ask('exportPage', 'export_my_data');
  const list = server.call('conversations', {}, ALICE) as Record<string, unknown>;
  const { drafts } = server.call('drafts', {}, ALICE) as Record<string, unknown>;
  const { threads } = server.call('threads', {}, ALICE) as Record<string, unknown>;
  add('snapshot', { ...list, cursor, list, threads, drafts, invites: [] });
  return samples;
}

/** As JSON makes it. */
export const copied = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null));
