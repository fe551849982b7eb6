import { randomUUID } from 'node:crypto';

import type pg from 'pg';
import { afterAll, describe, expect, it } from 'vitest';

import { one, query, withDatabase } from './support/database.js';
import {
  become,
  groupOf,
  newPeople,
  pickFrom,
  pullAs,
  withConnectionsAs,
  type Person,
} from './support/people.js';
import { nextActionOf, remember, type World } from './support/random-actions.js';
import { randomOf } from './support/random.js';
import type { ConversationList, MutationResult, Pulled } from './support/wire.js';

const made: string[] = [];
const figures: string[] = [];

afterAll(async () => {
  await query('delete from confab.conversations where id = any ($1)', [made]);
  // For the record: what was done.
  if (figures.length > 0) console.info(`D4 ${figures.join('; ')}`);
});

interface Scene {
  alice: Person;
  bob: Person;
  carol: Person;
  id: string;
  /** By Alice, by Bob, by Carol. */
  messages: [string, string, string];
}

async function newScene(): Promise<Scene> {
  const people = await newPeople(3);
  const [alice, bob, carol] = people as [Person, Person, Person];
  const id = await groupOf(...people);
  made.push(id);
  const messages: [string, string, string] = [randomUUID(), randomUUID(), randomUUID()];
  await withConnectionsAs(people, async (clients) => {
    for (const [index, messageId] of messages.entries()) {
      await pickFrom(clients, index).query('select confab.send_message($1, $2, $3)', [messageId, id, 'x']);
    }
  });
  return { alice, bob, carol, id, messages };
}

interface Late {
  what: string;
  /** Who does it; Alice pulls. */
  by: 'alice' | 'bob';
  sql: string;
  values: (scene: Scene) => unknown[];
  /** Whether it is in what Alice pulls. */
  isIn: (pulled: Pulled, scene: Scene) => boolean;
}

const late: Late[] = [
  {
    what: 'a message',
    by: 'bob',
    sql: `select confab.send_message($1, $2, 'late')`,
    values: ({ id }) => [randomUUID(), id],
    isIn: ({ messages, conversations }, { id }) =>
      messages.some(({ content }) => content === 'late') &&
      conversations.some((found) => found.id === id && found.last_seq === 4),
  },
  {
    what: 'an edit',
    by: 'bob',
    sql: `select confab.edit_message($1, $2, 'late')`,
    values: ({ messages }) => [randomUUID(), messages[1]],
    isIn: ({ messages }) => messages.some(({ content }) => content === 'late'),
  },
  {
    what: 'a deletion',
    by: 'bob',
    sql: 'select confab.delete_message($1)',
    values: ({ messages }) => [messages[1]],
    isIn: ({ messages }, scene) =>
      messages.some((found) => found.id === scene.messages[1] && found.deleted_at !== null),
  },
  {
    what: 'a reaction',
    by: 'bob',
    sql: `select confab.add_reaction($1, '👍')`,
    values: ({ messages }) => [messages[0]],
    isIn: ({ messages }, scene) =>
      messages.some((found) => found.id === scene.messages[0] && found.reactions[0]?.count === 1),
  },
  {
    what: 'a reply in a thread, on its root and as one to follow',
    by: 'bob',
    sql: `select confab.send_message($1, $2, 'late', thread_root_id => $3)`,
    values: ({ id, messages }) => [randomUUID(), id, messages[0]],
    isIn: ({ messages, threads }, scene) =>
      messages.some((found) => found.id === scene.messages[0] && found.thread?.reply_count === 1) &&
      threads.some(({ root_id, unread }) => root_id === scene.messages[0] && unread === true),
  },
  {
    what: 'a cursor of another member',
    by: 'bob',
    sql: 'select confab.mark_delivered($1, 3), confab.mark_read($1, 3)',
    values: ({ id }) => [id],
    isIn: ({ members }, { bob }) =>
      members.some(({ user_id, last_read_seq }) => user_id === bob.id && last_read_seq === 3),
  },
  {
    what: 'the own cursor, moved on another device',
    by: 'alice',
    sql: 'select confab.mark_read($1, 3)',
    values: ({ id }) => [id],
    isIn: ({ conversations }, { id }) =>
      conversations.some((found) => found.id === id && found.unread === 0 && found.me.last_read_seq === 3),
  },
  {
    what: 'a member who leaves',
    by: 'bob',
    sql: 'select confab.leave_conversation($1)',
    values: ({ id }) => [id],
    isIn: ({ members, conversations }, { bob, id }) =>
      members.some(({ user_id, state }) => user_id === bob.id && state === 'left') &&
      conversations.some((found) => found.id === id && found.member_count === 2),
  },
  {
    what: 'a role',
    by: 'alice',
    sql: `select confab.set_role($1, $2, 'admin')`,
    values: ({ id, carol }) => [id, carol.id],
    isIn: ({ members }, { carol }) =>
      members.some(({ user_id, role }) => user_id === carol.id && role === 'admin'),
  },
  {
    what: 'a setting of one’s own',
    by: 'alice',
    sql: `select confab.set_membership($1, '{"is_pinned": true}')`,
    values: ({ id }) => [id],
    isIn: ({ conversations }, { id }) =>
      conversations.some((found) => found.id === id && found.me.pinned_at !== null),
  },
  {
    what: 'a title',
    by: 'alice',
    sql: `select confab.update_conversation($1, '{"title": "late"}')`,
    values: ({ id }) => [id],
    isIn: ({ conversations }) => conversations.some(({ title }) => title === 'late'),
  },
  {
    what: 'a new conversation, with its members and profiles',
    by: 'bob',
    sql: `select confab.create_conversation($1, 'group', $2, 'late')`,
    values: ({ alice }) => {
      const id = randomUUID();
      made.push(id);
      return [id, [alice.id]];
    },
    isIn: ({ conversations, members, profiles }, { alice, bob }) => {
      const found = conversations.find(({ title }) => title === 'late');
      const users = members
        .filter((member) => member.conversation_id === found?.id)
        .map((member) => member.user_id);
      return (
        users.sort().join() === [alice.id, bob.id].sort().join() &&
        [alice, bob].every((person) => profiles.some((profile) => profile.id === person.id))
      );
    },
  },
  {
    what: 'a draft saved on another device',
    by: 'alice',
    sql: `select confab.save_draft($1, 'late', now())`,
    values: ({ id }) => [id],
    isIn: ({ drafts }, { id }) =>
      drafts.some((draft) => draft.conversation_id === id && draft.content === 'late'),
  },
  {
    what: 'a message hidden on another device',
    by: 'alice',
    sql: 'select confab.hide_message($1)',
    values: ({ messages }) => [messages[1]],
    isIn: ({ hidden }, { id, messages }) =>
      hidden.some((mark) => mark.conversation_id === id && mark.message_id === messages[1]),
  },
  {
    what: 'a message shown again on another device',
    by: 'alice',
    sql: 'select confab.hide_message($1), confab.unhide_message($1)',
    values: ({ messages }) => [messages[1]],
    isIn: ({ hidden }, { messages }) => hidden.some(({ message }) => message?.id === messages[1]),
  },
  {
    what: 'a thread followed on another device',
    by: 'alice',
    sql: 'select confab.follow_thread($1, true)',
    values: ({ messages }) => [messages[1]],
    isIn: ({ threads }, { messages }) => threads.some(({ root_id }) => root_id === messages[1]),
  },
];

describe('a transaction that is open while others pull', () => {
  // Written at once, and written long after the transaction had its number.
  for (const order of ['writes, then waits', 'waits, then writes'] as const) {
    it.each(late)(`D4 that ${order}, and then commits, is not missed: $what`, async (change) => {
      const scene = await newScene();
      const windows = { [scene.id]: 3 };
      const other = await groupOf(scene.alice, scene.carol);
      made.push(other);
      await withConnectionsAs([scene.alice, scene.carol, scene[change.by]], async (clients) => {
        const [alice, carol, slow] = clients as [pg.Client, pg.Client, pg.Client];
        let { cursor } = await pullAs(alice, null, {});
        const write = (): Promise<unknown> => slow.query(change.sql, change.values(scene));
        await slow.query('begin');
        await slow.query('select pg_current_xact_id()');
        if (order === 'writes, then waits') await write();
        for (let n = 0; n < 3; n += 1) {
          await carol.query('select confab.send_message($1, $2, $3)', [randomUUID(), other, `${n}`]);
          const pulled = await pullAs(alice, cursor, windows);
          expect(pulled).toMatchObject({ reset: false, has_more: false });
          expect(pulled.conversations.map(({ id }) => id)).toContain(other);
          expect(change.isIn(pulled, scene)).toBe(false);
          ({ cursor } = pulled);
        }
        if (order === 'waits, then writes') await write();
        await slow.query('commit');
        expect(change.isIn(await pullAs(alice, cursor, windows), scene)).toBe(true);
      });
    });
  }
});

describe('pulling while others write', () => {
  const seed = 4_711;

  /** How a message looks that one has deleted for oneself. */
  const hiddenForm = {
    content: null,
    data: {},
    is_hidden: true,
    reply_to: null,
    reactions: [],
    mentioned_user_ids: [],
  };

  /** What a client has, by kind and key: whatever comes later replaces what was there. */
  function newReplica() {
    const rows = new Map<string, object>();
    const windows: Record<string, number> = {};
    const apply = (pulled: Pulled): void => {
      for (const one_ of pulled.conversations) {
        // Followed threads are told by themselves.
        rows.set(`conversation ${one_.id}`, { ...one_, unread_threads: null });
        windows[one_.id] ??= 0;
      }
      for (const one_ of pulled.members) rows.set(`member ${one_.conversation_id} ${one_.user_id}`, one_);
      for (const one_ of pulled.messages) {
        rows.set(`message ${one_.id}`, one_);
        windows[one_.conversation_id] = one_.version;
      }
      for (const one_ of pulled.drafts) {
        rows.set(`draft ${one_.conversation_id} ${one_.thread_root_id}`, one_);
      }
      for (const one_ of pulled.threads) rows.set(`thread ${one_.root_id}`, { ...one_, unread: null });
      for (const { message, message_id, conversation_id, changed } of pulled.hidden) {
        rows.set(`hidden ${message_id}`, {
          conversation_id,
          message_id,
          changed,
          is_hidden: message === null,
        });
        if (message) rows.set(`message ${message_id}`, message);
      }
    };
    const seen = (): Record<string, unknown> => {
      for (const [mark, row] of [...rows]) {
        const key = mark.replace('hidden ', 'message ');
        const message = rows.get(key);
        if (key !== mark && message !== undefined && 'is_hidden' in row && row.is_hidden === true)
          rows.set(key, { ...message, ...hiddenForm });
      }
      return Object.fromEntries(rows);
    };
    return { windows, apply, seen };
  }

  it('D4 a reader who pulls all the time ends with exactly what there is', async () => {
    const people = await newPeople(6);
    const [reader, ...writers] = people as [Person, ...Person[]];
    const ids: string[] = [];
    for (let n = 0; n < 4; n += 1) ids.push(await groupOf(...people));
    made.push(...ids);
    await query(
      `insert into confab.message_kinds (kind, counts_as_unread) values ('hush', false) on conflict do nothing`,
    );
    const world: World = { people, conversationIds: ids, sent: [] };
    const replica = newReplica();
    let writing = 0;
    let pulls = 0;

    // The reader's other device writes too.
    await withConnectionsAs([reader, ...writers, reader], async (clients) => {
      const [puller, ...others] = clients as [pg.Client, ...pg.Client[]];
      let { cursor } = await pullAs(puller, null, {});
      const first = await pullAs(puller, cursor, {});
      for (const id of ids) replica.windows[id] = 0;
      const pullAll = async (): Promise<void> => {
        for (let hasMore = true; hasMore;) {
          const pulled = await pullAs(puller, cursor, replica.windows);
          expect(pulled, `seed ${seed}`).toMatchObject({ reset: false, truncated: [] });
          replica.apply(pulled);
          ({ cursor, has_more: hasMore } = pulled);
          pulls += 1;
        }
      };
      expect(first.reset).toBe(false);
      // What was there before is not in the changes.
      const { rows } = await puller.query<{ listed: ConversationList }>(
        'select confab.conversations() as listed',
      );
      replica.apply({ ...first, ...pickFrom(rows, 0).listed });

      writing = others.length;
      await Promise.all([
        ...others.map(async (db, index) => {
          const random = randomOf(seed + index);
          const me = pickFrom([...writers, reader], index);
          for (let n = 0; n < 60; n += 1) {
            await db.query('begin');
            // Some take their number long before they write.
            if (random.next() < 0.5) await db.query('select pg_current_xact_id()');
            const isSlow = random.next() < 0.4;
            const actions = Array.from({ length: 1 + random.below(4) }, () =>
              nextActionOf(me, random, world),
            );
            const safe = actions.filter(
              ({ mutation: { type } }) => me !== reader || type !== 'leave_conversation',
            );
            const before = pulls;
            const answer = await db.query<{ results: MutationResult[] }>(
              `select confab.push($1) -> 'results' as results`,
              [JSON.stringify(safe.map((action) => action.mutation))],
            );
            // Held open until the reader has pulled: no clock is involved.
            if (isSlow) await db.query('select 1');
            while (isSlow && pulls < before + 2) await db.query('select 1');
            await db.query(random.next() < 0.1 ? 'rollback' : 'commit').then(({ command }) => {
              if (command !== 'COMMIT') return;
              answer.rows[0]?.results.forEach((result, place) => {
                remember(world, pickFrom(safe, place), result);
              });
            });
          }
          writing -= 1;
        }),
        (async () => {
          while (writing > 0) await pullAll();
        })(),
      ]);
      await pullAll();
      await pullAll();
    });

    const { rows: truth } = await one<{ rows: Record<string, unknown> }>(
      `select jsonb_object_agg(t.key, t.wire) as rows from (
         select 'conversation ' || w.conversation_id as key,
                w.wire::jsonb || '{"unread_threads": null}' as wire
         from confab_private.conversation_wire w where w.viewer_id = $1
         union all
         select 'member ' || w.conversation_id || ' ' || w.user_id, w.wire::jsonb
         from confab_private.member_wire w
         where w.conversation_id in (select conversation_id from confab.members where user_id = $1 and state = 'joined')
         union all
         select 'message ' || w.id, w.wire::jsonb
         from confab_private.visible_message w where w.viewer_id = $1
         union all
         select 'draft ' || w.conversation_id || ' ' || coalesce(w.thread_root_id::text, 'null'), w.wire::jsonb
         from confab_private.draft_wire w where w.user_id = $1
         union all
         select 'thread ' || w.root_id, w.wire::jsonb || '{"unread": null}'
         from confab_private.thread_wire w where w.user_id = $1
         union all
         select 'hidden ' || h.message_id,
                jsonb_build_object(
                  'conversation_id', h.conversation_id, 'message_id', h.message_id,
                  'changed', h.changed_xid::text::bigint, 'is_hidden', h.is_hidden
                )
         from confab.hidden_messages h where h.user_id = $1
       ) t`,
      [reader.id],
    );
    const held = replica.seen();
    expect(Object.keys(held).sort(), `seed ${seed}`).toEqual(Object.keys(truth).sort());
    for (const [key, row] of Object.entries(truth)) expect(held[key], `seed ${seed}: ${key}`).toEqual(row);
    // Much was compared; how much depends on how the writers took turns.
    expect(Object.keys(truth).length).toBeGreaterThan(100);
    figures.push(
      `${pulls} pulls beside ${writers.length + 1} writers: ${Object.keys(truth).length} rows, all equal`,
    );
  }, 300_000);

  it('D4 a row that waited for another keeps its place in the order', async () => {
    const { alice, bob, id } = await newScene();
    await withDatabase(async (probe) => {
      await become(probe, alice);
      let { cursor } = await pullAs(probe, null, {});
      await withConnectionsAs([bob, bob], async (clients) => {
        const [early, later] = clients as [pg.Client, pg.Client];
        // The elder transaction writes the row that the younger has just changed and told of.
        await early.query('begin');
        await early.query('select pg_current_xact_id()');
        await later.query('select confab.mark_delivered($1, 3)', [id]);
        ({ cursor } = await pullAs(probe, cursor, {}));
        await early.query('select confab.mark_read($1, 3)', [id]);
        await early.query('commit');
      });
      const pulled = await pullAs(probe, cursor, {});
      expect(pulled.members).toMatchObject([{ user_id: bob.id, last_read_seq: 3, last_delivered_seq: 3 }]);
    });
  });
});
