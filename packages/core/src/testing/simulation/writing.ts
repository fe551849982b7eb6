import type { MessageKinds } from '../../model/kinds';
import type { Message, Queued } from '../../model/view';
import type { Change, ReadMark, Sent } from './ledger';
import { short } from './run';
import type { Scene } from './scene';
import type { Run, Tab } from './world';

export interface Mentions {
  readonly mentionedUserIds?: readonly string[];
  readonly mentionsEveryone?: boolean;
}

/** What else a message says. */
export interface Besides extends Mentions {
  readonly replyToId?: string;
}

/** What the tab shows of a room that fits. */
export const shown = ({ tab, room }: Scene, fits: (message: Message<MessageKinds>) => boolean) =>
  tab.lists.get(room)?.list.get().messages.filter(fits) ?? [];

export const send = (
  scene: Scene,
  rootId: string | null = null,
  room = scene.room,
  besides: Besides = {},
): Promise<void> =>
  sending(scene, { rootId, room, isForward: false }, (token) =>
    scene.tab.confab.messages.send(room, {
      content: token,
      ...(rootId === null ? {} : { threadRootId: rootId }),
      ...besides,
    }),
  );

/** Writes down what becomes of a new message. */
export const sending = async (
  { run, client, tab }: Scene,
  { rootId, room, isForward }: Pick<Sent, 'rootId' | 'room' | 'isForward'>,
  act: (token: string) => Promise<{ readonly id: string }>,
): Promise<void> => {
  const token = `m${run.ledger.sent.length}`;
  const sent: Sent = {
    token,
    user: client.user,
    client: client.index,
    session: tab.life.session,
    lane: laneOf(run, tab),
    room,
    rootId,
    isForward,
    id: null,
    isSafe: false,
    isForfeit: false,
  };
  run.ledger.sent.push(sent);
  const { id } = await act(token);
  // Nobody was there any more to be told.
  if (tab.life.isDead || client.user !== sent.user || tab.confab.currentUser.get() !== sent.user) return;
  sent.id = id;
  sent.isSafe = tab.confab.connection.get().isDurable;
  run.note(`${tab.name} has stored ${token} as ${short(id)}${sent.isSafe ? '' : ' in memory'}`);
};

/**
 * A device with one tab keeps its order over all its lives; of several tabs each one its own, unless what they tell each
 * other gets lost: then the leader may hear of the later one first.
 */
const laneOf = ({ plan, ledger }: Run, { client, life }: Tab) => {
  const hasOneTab = plan.clients[client.index]?.tabs === 1;
  if (hasOneTab) return `${client.name} ${client.user}`;
  return `${life.session} ${client.user}${plan.climate.loseTabMessage > 0 ? ` ${ledger.sent.length}` : ''}`;
};

/** Writes down what becomes of a change of a message. */
export const change = async (
  { run, client, tab, room }: Scene,
  type: Change['type'],
  messageId: string,
  value: string,
  act: () => Promise<Queued<unknown>>,
): Promise<void> => {
  const made: Change = {
    type,
    room,
    messageId,
    value,
    user: client.user,
    client: client.index,
    session: tab.life.session,
    lane: laneOf(run, tab),
    mutationId: null,
    isConfirmed: false,
    isSafe: false,
    isForfeit: false,
  };
  run.ledger.changes.push(made);
  run.note(`${tab.name} ${type} ${short(messageId)} ${value}`);
  const { id, confirmed } = await act();
  if (tab.life.isDead || tab.confab.currentUser.get() !== made.user) return;
  made.mutationId = id;
  made.isSafe = tab.confab.connection.get().isDurable;
  const outcome = await confirmed;
  made.isConfirmed = outcome.ok;
};

/** Writes down what becomes of a read mark. */
export const read = async ({ run, client, tab, room }: Scene, wanted: number): Promise<void> => {
  // Nobody has read what the tab has neither loaded nor heard of.
  const loaded = tab.cache.messages(room)?.windows.at(-1)?.covers.to ?? 0;
  const seq = Math.min(wanted, Math.max(tab.cache.conversation(room)?.lastSeq ?? wanted, loaded));
  const made: ReadMark = {
    room,
    user: client.user,
    seq,
    session: tab.life.session,
    isSafe: false,
    isForfeit: false,
  };
  await tab.confab.messages.markRead(room, seq);
  if (tab.life.isDead || tab.confab.currentUser.get() !== made.user) return;
  run.ledger.reads.push(made);
  made.isSafe = tab.confab.connection.get().isDurable;
};

/** A message of the timeline that the server has. */
export const isStored = ({ seq, deletedAt }: Message<MessageKinds>): boolean =>
  seq !== null && deletedAt === null;
