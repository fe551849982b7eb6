import type { FakeServer } from '../../../src/testing/fake-server/fake-server';
import type { MessageRow } from '../../../src/testing/fake-server/rows';
import type { SeededRandom } from '../../../src/testing/seeded-random';
import type { NamedUser } from './setup';

export type Args = Readonly<Record<string, unknown>>;

/** A write as a mutation of a push has it. */
export interface Write {
  readonly id: string;
  readonly type: string;
  readonly conversation_id: string | null;
  readonly args: Args;
}

/** What a history is played with. The fake server is asked what there is to do something with. */
export interface Play {
  readonly random: SeededRandom;
  readonly server: FakeServer;
  readonly users: readonly NamedUser[];
  /** Those made so far. */
  readonly rooms: string[];
  readonly done: Write[];
  readonly mint: () => string;
  /** Whether the real server has it under a name that is known. */
  readonly isKnown: (id: string) => boolean;
}

/** Times that devices give: exact to the second, so that both servers print the same. */
const givenTimes: readonly string[] = [
  '2026-01-01T00:00:00Z',
  '2026-01-01T12:30:15+02:00',
  '2026-01-02T00:00:00.000Z',
  '2026-03-01T00:00:00Z',
];
const FUTURE = '2100-01-01T00:00:00Z';
export const knownTimes: ReadonlySet<number> = new Set(
  [...givenTimes, FUTURE].map((time) => Date.parse(time) * 1000),
);

const EMOJI = ['👍', '❤', '❤️', '🎉', '🇩🇪', '👨‍👩‍👧', '5⃣', 'x', ''];
const DAYS = ['2026-01-01', '2026-01-31', '2025-12-24', '2026-02-30'];
const WORDS = [
  'hello',
  'world',
  'Straße',
  'Ünïcode',
  '你好世界',
  'fox 🦊',
  'don’t',
  'a-b',
  'x',
  'lorem ipsum dolor',
];
const ROLES = ['member', 'admin', 'owner', 'boss'];

const userOf = ({ random, users }: Play): string => random.pick(users).id;
const roomOf = (play: Play): string =>
  play.random.chance(0.02) ? play.mint() : play.random.pick(play.rooms);
const seqOf = ({ random, server }: Play, room: string): number =>
  random.chance(0.05) ? -1 : random.int(server.allMessages(room).length + 3);

function messageOf(
  play: Play,
  room: string,
  fits: (row: MessageRow) => boolean = () => true,
  last = 12,
): string {
  const rows = play.server.allMessages(room).filter((row) => play.isKnown(row.id) && fits(row));
  return rows.length === 0 || play.random.chance(0.03) ? play.mint() : play.random.pick(rows.slice(-last)).id;
}

const contentOf = ({ random }: Play): string | null =>
  random.chance(0.04)
    ? random.pick(['', '   ', '\n\t', 'é'.repeat(60), null])
    : Array.from({ length: 1 + random.int(3) }, () => random.pick(WORDS)).join(random.pick([' ', ', ']));

/** Where it mentions whom; some of it cannot be. */
function placesFor({ random, ...play }: Play): Args {
  if (!random.chance(0.2)) return {};
  if (random.chance(0.05))
    return { mentions: random.pick<unknown>([null, [], {}, 'x', [1], [{}], [{ user_id: 1 }]]) };
  const place = () => ({
    user_id: random.chance(0.1) ? random.pick([null, 'x']) : userOf({ random, ...play }),
    start: random.chance(0.05) ? random.pick([-1, 0.5, 1e9]) : random.int(10),
    length: random.chance(0.05) ? random.pick([-1, 0, 1.5]) : 1 + random.int(4),
  });
  return { mentions: Array.from({ length: random.int(4) }, place) };
}

const dataOf = ({ random }: Play): unknown =>
  random.pick<unknown>([{}, { a: 1 }, { a: [1, { b: null }], c: 'ü' }, { long: 'x'.repeat(80) }, [1], null]);

const isRoot = (row: MessageRow) => row.thread_root_id === null;

type Make = (play: Play, room: string, by: string) => Args;

function sending(play: Play, room: string): Args {
  const { random } = play;
  return {
    content: contentOf(play),
    ...(random.chance(0.2)
      ? { kind: random.pick(['text', 'hush', 'dated', 'decree', 'image', 'system', 'nope']) }
      : {}),
    ...(random.chance(0.15) ? { occurs_on: random.pick(DAYS) } : {}),
    ...(random.chance(0.2) ? { data: dataOf(play) } : {}),
    ...(random.chance(0.2) ? { reply_to_id: messageOf(play, room) } : {}),
    ...(random.chance(0.3) ? { thread_root_id: messageOf(play, room, isRoot) } : {}),
    ...(random.chance(0.2) ? { mentioned_user_ids: [userOf(play), userOf(play)] } : {}),
    ...placesFor(play),
    ...(random.chance(0.05) ? { mentions_everyone: true } : {}),
    ...seenOf(play, room),
  };
}

/** Mostly a device says up to where it had seen what it writes about. */
const seenOf = (play: Play, room: string): Args =>
  play.random.chance(0.6) ? { seen_seq: seqOf(play, room) } : {};

const withMessage: Make = (play, room) => ({ message_id: messageOf(play, room) });
const withSeq: Make = (play, room) => ({ seq: seqOf(play, room) });
const withUser: Make = (play) => ({ user_id: userOf(play) });
const withUsers: Make = (play) => ({
  user_ids: Array.from({ length: 1 + play.random.int(2) }, () => userOf(play)),
  ...(play.random.chance(0.5) ? { shows_history: play.random.chance(0.5) } : {}),
});

const own =
  (make: (play: Play, room: string) => Args): Make =>
  (play, room, by) => ({
    message_id: messageOf(play, room, ({ sender_id }) => sender_id === by || play.random.chance(0.1)),
    ...make(play, room),
  });

/** Each mutation with how often it is chosen. */
const makers: readonly (readonly [weight: number, type: string, make: Make])[] = [
  [30, 'send_message', sending],
  [
    3,
    'forward_message',
    (play, room) => ({ message_id: messageOf(play, roomOf(play)), ...seenOf(play, room) }),
  ],
  [
    7,
    'edit_message',
    own((play) => ({
      content: contentOf(play),
      ...(play.random.chance(0.2) ? { data: dataOf(play) } : {}),
      ...(play.random.chance(0.3)
        ? { mentioned_user_ids: play.random.pick([[], [userOf(play)], null]), ...placesFor(play) }
        : {}),
      ...(play.random.chance(0.1) ? { mentions_everyone: play.random.chance(0.5) } : {}),
    })),
  ],
  [5, 'delete_message', own(() => ({}))],
  [4, 'hide_message', withMessage],
  [3, 'unhide_message', withMessage],
  [2, 'pin_message', withMessage],
  [1, 'unpin_message', withMessage],
  [
    7,
    'add_reaction',
    (play, room) => ({ message_id: messageOf(play, room, undefined, 2), emoji: play.random.pick(EMOJI) }),
  ],
  [
    4,
    'remove_reaction',
    (play, room) => ({ message_id: messageOf(play, room), emoji: play.random.pick(EMOJI) }),
  ],
  [7, 'mark_read', withSeq],
  [3, 'mark_delivered', withSeq],
  [4, 'mark_unread', withSeq],
  [
    1,
    'mark_all_read',
    (play, room) =>
      play.random.chance(0.5) ? {} : { seen: { [room]: seqOf(play, room) }, rest_after: null },
  ],
  [
    3,
    'mark_thread_read',
    (play, room) => ({ thread_root_id: messageOf(play, room, isRoot), seq: seqOf(play, room) }),
  ],
  [
    2,
    'follow_thread',
    (play, room) => ({
      thread_root_id: messageOf(play, room),
      is_following: play.random.chance(0.6),
      ...seenOf(play, room),
    }),
  ],
  [
    2,
    'create_conversation',
    (play) => ({
      kind: play.random.pick([
        'group',
        'course',
        'announcement',
        'silent',
        'fresh',
        'open',
        'small',
        'direct',
        'no',
      ]),
      member_ids: [userOf(play), userOf(play)],
      title: play.random.pick(['Team', ' Zürich ', '', null]),
      ...(play.random.chance(0.4) ? { context_type: 'goal', context_id: `${play.random.int(3)}` } : {}),
      ...(play.random.chance(0.2) ? { description: 'What it is for', data: dataOf(play) } : {}),
    }),
  ],
  [1, 'get_or_create_direct', withUser],
  [
    3,
    'update_conversation',
    (play) => ({
      changes: play.random.pick<unknown>([
        { title: 'Renamed' },
        { title: null },
        { is_locked: play.random.chance(0.5) },
        { slow_mode_seconds: play.random.pick([0, 3600, -1]) },
        { data: { b: 2, a: 1 }, description: ' d ' },
        { avatar_url: 'https://example.com/a.png' },
        { titel: 'x' },
        { is_locked: null },
      ]),
    }),
  ],
  [4, 'add_members', withUsers],
  [5, 'invite_members', withUsers],
  [3, 'accept_invite', () => ({})],
  [3, 'decline_invite', () => ({})],
  [3, 'remove_member', withUser],
  [2, 'leave_conversation', () => ({})],
  [3, 'set_role', (play) => ({ user_id: userOf(play), role: play.random.pick(ROLES) })],
  [2, 'transfer_ownership', withUser],
  [
    4,
    'set_membership',
    (play) => ({
      changes: play.random.pick<unknown>([
        { is_pinned: play.random.chance(0.7) },
        { is_archived: play.random.chance(0.7) },
        { is_hidden: play.random.chance(0.8) },
        { muted_until: play.random.pick([FUTURE, 'infinity', null, '2020-01-01T00:00:00Z', 'soon']) },
        { is_pinned: null },
        {},
      ]),
    }),
  ],
  [
    4,
    'save_draft',
    (play, room) => ({
      content: contentOf(play),
      saved_at: play.random.pick([...givenTimes, FUTURE, 'infinity', 'never']),
      ...(play.random.chance(0.3) ? { thread_root_id: messageOf(play, room) } : {}),
      ...(play.random.chance(0.3) ? { reply_to_id: messageOf(play, room) } : {}),
      ...(play.random.chance(0.2) ? { data: dataOf(play) } : {}),
    }),
  ],
];
const total = makers.reduce((sum, [weight]) => sum + weight, 0);

/** Something this user may try next. */
export function nextWrite(play: Play, by: string): Write {
  const { random } = play;
  // The same mutation again, as after a lost answer; now and then its id for something else.
  if (play.done.length > 0 && random.chance(0.05)) {
    const again = random.pick(play.done.slice(-8));
    return random.chance(0.8)
      ? again
      : { ...again, conversation_id: roomOf(play), args: { ...again.args, again: true } };
  }
  const invitations = play.rooms.filter((id) => play.server.member(id, by)?.state === 'invited');
  const isAnswer = invitations.length > 0 && random.chance(0.35);
  let dice = random.int(total);
  const [, chosen, make] = makers.find(([weight]) => (dice -= weight) < 0) ?? makers[0] ?? [0, '', withSeq];
  const type = isAnswer ? random.pick(['accept_invite', 'decline_invite']) : chosen;
  const room = isAnswer ? random.pick(invitations) : roomOf(play);
  const isAboutRoom =
    type !== 'mark_all_read' && type !== 'create_conversation' && type !== 'get_or_create_direct';
  return {
    id: play.mint(),
    type,
    conversation_id: isAboutRoom ? room : null,
    args: isAnswer ? {} : make(play, room, by),
  };
}

/** Arguments of the function of the same name. */
export function argsOfFunction({ type, id, conversation_id, args }: Write): Args {
  const takesId = ['send_message', 'forward_message', 'edit_message', 'create_conversation'].includes(type);
  const isAboutMessage = 'message_id' in args || 'thread_root_id' in args;
  const takesRoom =
    conversation_id !== null &&
    (!isAboutMessage || ['send_message', 'forward_message', 'save_draft'].includes(type));
  return {
    ...args,
    ...(takesId ? { id } : {}),
    ...(takesRoom ? { conversation_id } : {}),
  };
}

/** What PostgREST would refuse for a missing argument, or convert, is no question for the functions. */
export const isCallable = ({ type, args }: Write): boolean =>
  !('again' in args) &&
  !('data' in args && !isPlainData(args['data'])) &&
  !(type === 'update_conversation' && args['changes'] === undefined);
const isPlainData = (data: unknown) => typeof data === 'object' && data !== null && !Array.isArray(data);

/** A read and its arguments. */
export interface Reading {
  readonly fn: string;
  readonly args: Args;
  /** The argument that takes the `next` of the page before, for those that have pages. */
  readonly pages?: 'before' | 'after';
}

export function nextReading(play: Play): Reading {
  const { random } = play;
  const room = roomOf(play);
  const conversation_id = room;
  const max_rows = random.pick([1, 2, 3, 10, 50]);
  const place = () =>
    random.pick<Args>([
      {},
      { before_seq: seqOf(play, room) },
      { after_seq: seqOf(play, room) },
      { around_seq: seqOf(play, room) },
      { around_message_id: messageOf(play, room) },
    ]);
  const filters: readonly Args[] = [
    {},
    { is_unread: random.chance(0.5) },
    { is_pinned: true },
    { is_hidden: random.chance(0.5) },
    { is_archived: random.chance(0.5) },
    { is_muted: random.chance(0.5) },
    { state: random.pick(['invited', 'joined', 'gone']) },
    { kind: 'group' },
    { context_type: 'goal', context_id: '1' },
    { query: random.pick(['ZURI', 'ali', 'room', 'é', '%']) },
    { nope: 1 },
  ];
  const readings: readonly (() => Reading)[] = [
    () => ({ fn: 'history', args: { conversation_id, max_rows, ...place() } }),
    () => ({ fn: 'history', args: { conversation_id, max_rows, ...place() } }),
    () => ({
      fn: 'history',
      args: { conversation_id, max_rows, ...place(), thread_root_id: messageOf(play, room, isRoot) },
    }),
    () => ({ fn: 'conversations', args: { max_rows, filter: random.pick(filters) }, pages: 'before' }),
    () => ({ fn: 'conversation', args: { conversation_id } }),
    () => ({
      fn: 'members',
      args: {
        conversation_id,
        max_rows,
        ...(random.chance(0.3) ? { state: random.pick(['joined', 'invited', 'left', 'removed', 'x']) } : {}),
        ...(random.chance(0.2) ? { role: random.pick(ROLES) } : {}),
        ...(random.chance(0.3) ? { query: random.pick(['a', 'É', 'bob']) } : {}),
        ...(random.chance(0.2) ? { user_ids: [random.pick(play.users).id, random.pick(play.users).id] } : {}),
      },
      pages: 'after',
    }),
    () => ({
      fn: 'reactors',
      args: {
        message_id: messageOf(play, room),
        max_rows,
        ...(random.chance(0.3) ? { emoji: random.pick(EMOJI) } : {}),
      },
      pages: 'after',
    }),
    () => ({ fn: 'readers', args: { message_id: messageOf(play, room), max_rows }, pages: 'after' }),
    () => ({ fn: 'threads', args: { max_rows, only_unread: random.chance(0.4) }, pages: 'before' }),
    () => ({
      fn: 'history_by_date',
      args: {
        conversation_id,
        from_date: random.pick(['2025-12-01', '2026-01-01', '2026-02-01']),
        to_date: random.pick(['2026-01-31', '2026-01-01', '2027-12-01']),
        max_rows,
        ...(random.chance(0.3) ? { kinds: random.pick([['dated'], ['text', 'image'], ['nope'], []]) } : {}),
      },
      pages: 'before',
    }),
    () => ({ fn: 'mentions', args: { max_rows }, pages: 'before' }),
    () => ({ fn: 'pinned_messages', args: { conversation_id, max_rows }, pages: 'before' }),
    () => ({ fn: 'message_versions', args: { message_id: messageOf(play, room) } }),
    () => ({
      fn: 'search_messages',
      args: {
        query: random.pick([
          'hello',
          'worl',
          'strasse',
          'unico',
          '好世',
          '🦊',
          '"lorem ipsum"',
          '-hello world',
          'dont',
          '-x',
          '',
        ]),
        ...(random.chance(0.2) && { excluding: random.pick(['world', '"lorem ipsum"', '-x', '']) }),
        max_rows,
        ...(random.chance(0.3) ? { sort: random.pick(['relevance', 'newest', 'best']) } : {}),
        ...(random.chance(0.3) ? { conversation_id } : {}),
        ...(random.chance(0.2) ? { sender_id: userOf(play) } : {}),
        ...(random.chance(0.2) ? { kind: random.pick(['hush', 'text', 'nope']) } : {}),
        ...(random.chance(0.1) ? { has_attachment: random.chance(0.5) } : {}),
        ...(random.chance(0.1) ? { thread_root_id: messageOf(play, room) } : {}),
      },
      pages: 'before',
    }),
    () => ({ fn: 'drafts', args: { max_rows } }),
    () => ({ fn: 'unread_counts', args: {} }),
    () => ({ fn: 'unread_total', args: {} }),
  ];
  return random.pick(readings)();
}

/** What shows everything there is to one user. */
export const finalReadings = (rooms: readonly string[]): Reading[] => [
  { fn: 'conversations', args: { max_rows: 200 } },
  { fn: 'conversations', args: { max_rows: 200, filter: { state: 'invited' } } },
  { fn: 'unread_counts', args: {} },
  { fn: 'threads', args: { max_rows: 200 } },
  { fn: 'mentions', args: { max_rows: 200 } },
  ...rooms.map((conversation_id) => ({ fn: 'history', args: { conversation_id, max_rows: 200 } })),
];
