import type { MessageKinds } from '../../model/kinds';
import type { Message } from '../../model/view';
import { pick, type Actions } from './scene';
import { watchRoom } from './watch';
import { change, read, send, shown } from './writing';

const EMOJI = ['👍', '🎉'];

const isOwn = (message: Message<MessageKinds>) => message.isOwn && message.deletedAt === null;

/** What people do. */
export const actions: Actions = {
  send: { weight: 24, act: (scene) => send(scene) },
  burst: {
    weight: 3,
    act: (scene) => {
      for (let n = 2 + (scene.step.b % 5); n > 0; n--) send(scene).catch(() => undefined);
    },
  },
  reply: {
    weight: 3,
    act: (scene) => {
      const root = pick(
        shown(scene, ({ seq, deletedAt }) => seq !== null && deletedAt === null),
        scene.step.a,
      );
      return root ? send(scene, root.id) : undefined;
    },
  },
  edit: {
    weight: 5,
    act: (scene) => {
      const message = pick(shown(scene, isOwn).toReversed(), scene.step.a % 6);
      if (!message) return;
      const content = `e${scene.run.ledger.changes.length}`;
      const { step, run } = scene;
      const mentions = [
        {},
        {},
        { mentionsEveryone: true },
        { mentionedUserIds: run.users },
        { mentionedUserIds: [] },
      ];
      return change(scene, 'edit', message.id, content, () =>
        scene.tab.confab.messages.edit(scene.room, message.id, { content, ...pick(mentions, step.b) }),
      );
    },
  },
  delete: {
    weight: 3,
    act: (scene) => {
      const message = pick(shown(scene, isOwn).toReversed(), scene.step.a % 6);
      if (!message) return;
      scene.run.ledger.letGo.add(message.id);
      return change(scene, 'delete', message.id, '', () =>
        scene.tab.confab.messages.delete(scene.room, message.id),
      );
    },
  },
  react: {
    weight: 4,
    act: (scene) => {
      const message = pick(
        shown(scene, ({ deletedAt }) => deletedAt === null).toReversed(),
        scene.step.a % 5,
      );
      const emoji = pick(EMOJI, scene.step.b) ?? '';
      if (!message) return;
      const isOn = scene.step.b % 3 > 0;
      const { reactions } = scene.tab.confab;
      return change(scene, isOn ? 'react' : 'unreact', message.id, emoji, () =>
        isOn ? reactions.add(scene.room, message.id, emoji) : reactions.remove(scene.room, message.id, emoji),
      );
    },
  },
  read: { weight: 6, act: ({ tab, room }) => tab.confab.messages.markRead(room) },
  readSome: {
    weight: 2,
    act: (scene) => {
      const seq = pick(
        shown(scene, (message) => message.seq !== null),
        scene.step.a,
      )?.seq;
      if (!seq) return;
      // In two windows side by side both may read before they hear of each other.
      const other = pick(
        scene.client.tabs.filter((tab) => tab !== scene.tab && !tab.life.isFrozen),
        scene.step.b,
      );
      const lower = Math.ceil(seq / 2);
      return Promise.all([read(scene, seq), other && read({ ...scene, tab: other }, lower)]);
    },
  },
  unread: {
    weight: 2,
    act: (scene) => {
      const seq = pick(
        shown(scene, (message) => message.seq !== null),
        scene.step.a,
      )?.seq;
      if (!seq) return;
      // It may take the place of a read mark that waits.
      scene.run.ledger.unsureReads.add(`${scene.client.user} ${scene.room}`);
      return scene.tab.confab.messages.markUnread(scene.room, seq);
    },
  },
  older: { weight: 3, act: ({ tab, room }) => tab.lists.get(room)?.list.fetchOlder() },
  newer: { weight: 1, act: ({ tab, room }) => tab.lists.get(room)?.list.fetchNewer() },
  jump: {
    weight: 2,
    act: ({ run, tab, room, step }) => {
      const list = tab.lists.get(room)?.list;
      if (step.b % 3 === 0) return list?.jumpToLatest();
      const target = pick(run.ledger.timeline(room), step.b);
      if (!target) return;
      return list?.jumpTo(step.b % 2 === 0 ? { seq: target.seq } : { messageId: target.id });
    },
  },
  create: {
    weight: 1,
    act: async (scene) => {
      const { run, tab, client } = scene;
      const other = pick(
        run.users.filter((user) => user !== client.user),
        scene.step.a,
      );
      const { id } = await tab.confab.conversations.create({
        kind: 'group',
        title: `t${scene.step.a}`,
        memberIds: other === undefined ? [] : [other],
      });
      if (tab.life.isDead) return;
      watchRoom(run, tab, id);
      await send(scene, null, id);
    },
  },
  retry: {
    weight: 4,
    act: (scene) => {
      const failed = pick(
        shown(scene, ({ status, error }) => status === 'failed' || error !== null),
        scene.step.a,
      );
      return failed ? scene.tab.confab.messages.retry(failed.id) : undefined;
    },
  },
  discard: {
    weight: 1,
    act: (scene) => {
      const failed = pick(
        shown(scene, ({ status }) => status === 'failed'),
        scene.step.a,
      );
      if (!failed) return;
      scene.run.ledger.letGo.add(failed.id);
      return scene.tab.confab.messages.discard(failed.id);
    },
  },
  /** Somebody writes from a device that is not part of the play. */
  elsewhere: {
    weight: 5,
    act: ({ run, room, step }) => {
      const members = run.users.filter((one) => run.server.conversationIds(one).includes(room));
      const user = pick(members, step.a);
      if (user === undefined) return;
      for (let n = step.b % 4 === 0 ? 7 : 1; n > 0; n--) {
        const token = `x${run.ledger.stored.size}`;
        run.server.send(user, room, token, step.b % 7 === 0 ? { mentions_everyone: true } : {});
      }
    },
  },
};
