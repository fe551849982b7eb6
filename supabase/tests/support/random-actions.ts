import { pickFrom, type Person } from './people.js';
import type { randomOf } from './random.js';
import { mutation } from './users.js';
import type { Mutation, MutationResult } from './wire.js';

type Random = ReturnType<typeof randomOf>;

interface Sent {
  id: string;
  conversationId: string;
  by: Person;
  isReply: boolean;
}

/** What a random history knows of what it has made. */
export interface World {
  people: readonly Person[];
  /** The first person owns all of them. */
  conversationIds: readonly string[];
  sent: Sent[];
}

export interface Action {
  by: Person;
  mutation: Mutation;
}

const emoji = ['👍', '🎉', '🦊', '💡'];

const settings = [{ is_pinned: true }, { is_archived: false }, { muted_until: null }, { is_hidden: true }];

type Make = (random: Random, world: World) => Action | null;

/** The last few messages are what people do something with. */
function pickSent({ sent }: World, random: Random, isRoot = false): Sent | null {
  const recent = sent.slice(-150).filter(({ isReply }) => !isRoot || !isReply);
  return recent.length === 0 ? null : pickFrom(recent, random.below(recent.length));
}

const anybody = ({ people }: World, random: Random): Person => pickFrom(people, random.below(people.length));
const anywhere = ({ conversationIds }: World, random: Random): string =>
  pickFrom(conversationIds, random.below(conversationIds.length));

const withMessage =
  (type: string, args: (random: Random, world: World) => Record<string, unknown>, isOwn = false): Make =>
  (random, world) => {
    const sent = pickSent(world, random);
    if (sent === null) return null;
    return {
      // Now and then somebody tries with what belongs to another.
      by: isOwn && random.next() < 0.9 ? sent.by : anybody(world, random),
      mutation: mutation(type, sent.conversationId, { message_id: sent.id, ...args(random, world) }),
    };
  };

const withThread =
  (type: string, args: (random: Random) => Record<string, unknown>): Make =>
  (random, world) => {
    const root = pickSent(world, random, true);
    if (root === null) return null;
    return {
      by: anybody(world, random),
      mutation: mutation(type, root.conversationId, { thread_root_id: root.id, ...args(random) }),
    };
  };

const withConversation =
  (
    type: string,
    args: (random: Random, world: World) => Record<string, unknown>,
    by: (world: World, random: Random) => Person = anybody,
  ): Make =>
  (random, world) => ({
    by: by(world, random),
    mutation: mutation(type, anywhere(world, random), args(random, world)),
  });

const owner = ({ people }: World): Person => pickFrom(people, 0);

function sending(random: Random, world: World): Record<string, unknown> {
  const dice = random.next();
  if (dice < 0.12) return { content: 'x', mentioned_user_ids: [anybody(world, random).id] };
  if (dice < 0.16) return { content: 'x', mentions_everyone: true };
  if (dice < 0.24) return { content: 'x', kind: 'hush' };
  return { content: 'x' };
}

/** Each kind of action with how often it is chosen. Needs the message kind `hush`, which does not count. */
const actions: readonly [weight: number, make: Make][] = [
  [26, withConversation('send_message', sending)],
  [
    9,
    (random, world) => {
      const root = pickSent(world, random, true);
      if (root === null) return null;
      const mentioned = random.next() < 0.2 ? [anybody(world, random).id] : [];
      return {
        by: anybody(world, random),
        mutation: mutation('send_message', root.conversationId, {
          content: 'x',
          thread_root_id: root.id,
          mentioned_user_ids: mentioned,
        }),
      };
    },
  ],
  [
    3,
    (random, world) => {
      const sent = pickSent(world, random);
      if (sent === null) return null;
      return {
        by: anybody(world, random),
        mutation: mutation('forward_message', anywhere(world, random), { message_id: sent.id }),
      };
    },
  ],
  [
    6,
    withMessage(
      'edit_message',
      (random, world) => ({
        content: 'y',
        ...(random.next() < 0.3 ? { mentioned_user_ids: [anybody(world, random).id] } : {}),
        ...(random.next() < 0.1 ? { mentions_everyone: random.next() < 0.5 } : {}),
      }),
      true,
    ),
  ],
  [7, withMessage('delete_message', () => ({}), true)],
  [5, withMessage('hide_message', () => ({}))],
  [3, withMessage('unhide_message', () => ({}))],
  [4, withMessage('add_reaction', (random) => ({ emoji: pickFrom(emoji, random.below(4)) }))],
  [2, withMessage('remove_reaction', (random) => ({ emoji: pickFrom(emoji, random.below(4)) }))],
  [1, withMessage('pin_message', () => ({}))],
  [1, withMessage('unpin_message', () => ({}))],
  [12, withConversation('mark_read', (random) => ({ seq: random.below(1000) }))],
  [3, withConversation('mark_delivered', (random) => ({ seq: random.below(1000) }))],
  [4, withConversation('mark_unread', (random) => ({ seq: 1 + random.below(1000) }))],
  [1, (random, world) => ({ by: anybody(world, random), mutation: mutation('mark_all_read', null) })],
  [4, withThread('mark_thread_read', (random) => ({ seq: random.below(1000) }))],
  [2, withThread('follow_thread', (random) => ({ is_following: random.next() < 0.6 }))],
  [
    3,
    withConversation('save_draft', (random) => ({
      content: random.next() < 0.8 ? 'draft' : '',
      saved_at: new Date(Date.UTC(2026, 0, 1) + random.below(1_000_000)).toISOString(),
    })),
  ],
  [3, withConversation('set_membership', (random) => ({ changes: pickFrom(settings, random.below(4)) }))],
  [
    5,
    withConversation(
      'add_members',
      (random, world) => ({ user_ids: [anybody(world, random).id], shows_history: random.next() < 0.5 }),
      owner,
    ),
  ],
  [
    1,
    withConversation('invite_members', (random, world) => ({ user_ids: [anybody(world, random).id] }), owner),
  ],
  [2, withConversation('accept_invite', () => ({}))],
  [1, withConversation('leave_conversation', () => ({}))],
  [
    1,
    withConversation(
      'remove_member',
      (random, { people }) => ({
        user_id: pickFrom(people.slice(1), random.below(people.length - 1)).id,
      }),
      owner,
    ),
  ],
];

const total = actions.reduce((sum, [weight]) => sum + weight, 0);

/** Something somebody may do next; a mutation for `push`. */
function nextAction(random: Random, world: World): Action {
  let dice = random.below(total);
  for (const [weight, make] of actions) {
    dice -= weight;
    if (dice < 0) return make(random, world) ?? nextAction(random, world);
  }
  throw new Error('no action');
}

/** Something that person may do next. */
export function nextActionOf(person: Person, random: Random, world: World): Action {
  for (;;) {
    const action = nextAction(random, world);
    if (action.by === person) return action;
  }
}

/** Remembers a message that was sent. */
export function remember(world: World, { by, mutation: done }: Action, result: MutationResult): void {
  if (!result.ok || !['send_message', 'forward_message'].includes(done.type)) return;
  const conversationId = done.conversation_id;
  if (conversationId === null) return;
  world.sent.push({
    id: done.id,
    conversationId,
    by,
    isReply: done.args['thread_root_id'] !== undefined,
  });
}
