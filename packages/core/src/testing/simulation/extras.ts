import type { Draft } from '../../features/drafts';
import { CALM } from './plan';
import { short } from './run';
import { pick, type Actions, type Scene } from './scene';
import { watchThread } from './watch';
import { change, isStored, send, sending, shown } from './writing';

/** A message people have replied to, or any. */
const rootOf = (scene: Scene) => {
  const roots = shown(scene, ({ thread }) => thread !== null);
  return pick(roots.length > 0 ? roots : shown(scene, isStored), scene.step.a);
};

/** Messages of the conversation that the tab does not hold, so that going there loads them. */
const notLoaded = ({ run, tab, room }: Scene) => {
  const windows = tab.cache.messages(room)?.windows ?? [];
  const isHeld = (seq: number) => windows.some(({ covers }) => covers.from <= seq && seq <= covers.to);
  return run.ledger.timeline(room).filter(({ seq }) => !isHeld(seq));
};

/** What people do besides writing. */
export const extras: Actions = {
  mention: {
    weight: 3,
    act: (scene) => {
      const { run, client, step, room } = scene;
      const others = run.users.filter((user) => user !== client.user);
      const other = pick(others, step.b);
      const mentions =
        step.a % 3 === 0
          ? { mentionsEveryone: true }
          : { mentionedUserIds: other === undefined ? [] : [other] };
      const root = step.b % 3 === 0 ? rootOf(scene) : undefined;
      return send(scene, root?.id ?? null, room, mentions);
    },
  },
  quote: {
    weight: 4,
    act: (scene) => {
      const quoted = pick(shown(scene, isStored).toReversed(), scene.step.a % 8);
      const root = scene.step.b % 4 === 0 ? rootOf(scene) : undefined;
      return quoted && send(scene, root?.id ?? null, scene.room, { replyToId: quoted.id });
    },
  },
  openThread: {
    weight: 3,
    act: (scene) => {
      const root = rootOf(scene);
      if (root) watchThread(scene.run, scene.tab, scene.room, root.id);
    },
  },
  readThread: {
    weight: 3,
    act: (scene) => {
      const root = rootOf(scene);
      const seq = root?.thread?.lastReplySeq ?? root?.seq ?? null;
      if (!root || seq === null) return;
      return scene.tab.confab.threads.markRead(scene.room, root.id, seq);
    },
  },
  followThread: {
    weight: 1,
    act: (scene) => {
      const root = rootOf(scene);
      return root && scene.tab.confab.threads.follow(scene.room, root.id, scene.step.b % 3 > 0);
    },
  },
  readAll: {
    weight: 1,
    act: ({ run, client, tab }) => {
      run.ledger.sweepers.add(client.user);
      return tab.confab.unread.markAllRead();
    },
  },
  pin: {
    weight: 2,
    act: (scene) => {
      const { messages } = scene.tab.confab;
      const message = pick(shown(scene, isStored).toReversed(), scene.step.a % 4);
      if (!message) return;
      const isOn = scene.step.b % 3 > 0;
      return change(scene, isOn ? 'pin' : 'unpin', message.id, '', () =>
        isOn ? messages.pin(scene.room, message.id) : messages.unpin(scene.room, message.id),
      );
    },
  },
  hide: {
    weight: 2,
    act: (scene) => {
      const { run, client, tab, room, step } = scene;
      // Also one that is loaded just now, which goes elsewhere in the list.
      const isLoading = step.b % 3 === 0 && run.climate !== CALM;
      const message = isLoading
        ? pick(notLoaded(scene), step.a)
        : pick(shown(scene, isStored).toReversed(), step.a % 6);
      if (!message) return;
      if (isLoading)
        tab.lists
          .get(room)
          ?.list.jumpTo({ seq: message.seq ?? 1 })
          .catch(() => undefined);
      run.ledger.hidden.add(`${client.user} ${message.id}`);
      return change(scene, 'hide', message.id, '', () => tab.confab.messages.hide(room, message.id));
    },
  },
  unhide: {
    weight: 2,
    act: (scene) => {
      const { run, client, tab, room, step } = scene;
      const ids = [...run.ledger.hidden].flatMap((mark) => {
        const [user, id = ''] = mark.split(' ');
        return user === client.user && run.ledger.stored.get(id)?.room === room ? [id] : [];
      });
      const id = pick(ids.toReversed(), step.a % 4);
      if (id === undefined) return;
      return change(scene, 'unhide', id, '', () => tab.confab.messages.unhide(room, id));
    },
  },
  ask: {
    weight: 2,
    act: async ({ run, client, tab, room }) => {
      const { session } = tab.life;
      await tab.confab.messages.pinned(room);
      if (tab.life.session !== session)
        run.report('leaked', `${tab.name} shows ${short(client.user)} what was asked by somebody before`);
    },
  },
  forward: {
    weight: 2,
    act: (scene) => {
      const message = pick(shown(scene, isStored), scene.step.a);
      const to = pick([...scene.tab.lists.keys()], scene.step.b);
      if (!message || to === undefined) return;
      return sending(scene, { rootId: null, room: to, isForward: true }, () =>
        scene.tab.confab.messages.forward(message.id, to),
      );
    },
  },
  draft: {
    weight: 3,
    act: async (scene) => {
      const { run, client, tab, step } = scene;
      // What is there is mostly sent, or thrown away.
      const begun = step.a % 3 > 0 ? pick(tab.confab.drafts.list().get(), step.b) : undefined;
      if (begun) return emptyDraft(scene, begun);
      const root = step.b % 3 === 0 ? rootOf(scene) : undefined;
      const content = `d${run.operations}`;
      run.ledger.drafts.set(content, client.user);
      await tab.confab.drafts.save(scene.room, { content, ...(root && { threadRootId: root.id }) });
    },
  },
};

/** Empties a draft that the tab shows, as sending it does; what was refused the server never had. */
async function emptyDraft({ run, client, tab, step }: Scene, draft: Draft): Promise<void> {
  const { conversationId, threadRootId, content, error } = draft;
  if (step.b % 3 === 0 && run.climate !== CALM) {
    run.fault('clockJumped');
    client.clock.jump(-(step.b % 3_600_000));
  }
  const place = threadRootId === null ? {} : { threadRootId };
  const { confirmed } = await tab.confab.drafts.save(conversationId, { content: null, ...place });
  const { ok } = await confirmed;
  if (ok && content !== null && !error) run.ledger.emptied.add(content);
}
