import type {
  Confab,
  ConfabError,
  Conversation,
  ConversationChanges,
  ConversationInput,
  Draft,
  Member,
  MemberRole,
  Message,
  MessageEdit,
  MessageInput,
  MessageKinds,
  JsonObject,
  OutboxItem,
  PresenceView,
  Profile,
  Queued,
  Reaction,
  Reactor,
  Reader,
  SearchResult,
  Thread,
} from '@confab/core';
import { describe, expectTypeOf, it } from 'vitest';
import type * as z from 'zod/mini';
import type * as hooks from '../src/index';
import type { ClientOf, KindsOf } from '../src/register';
import type { Kinds } from './support/kinds';

type Hooks = typeof hooks;
type Result<N extends keyof Hooks> = Hooks[N] extends (...args: never[]) => infer R ? R : never;
type Args<N extends keyof Hooks> = Hooks[N] extends (...args: infer A) => unknown ? A : never;
type Shown = Message<Kinds>;
/** What lists that the server pages say of themselves, as TanStack Query does. */
interface Paged {
  readonly isPending: boolean;
  readonly error: ConfabError | null;
  readonly isFetching: boolean;
  readonly hasNextPage: boolean;
  readonly isFetchingNextPage: boolean;
  readonly fetchNextPage: () => Promise<void>;
}

/** What a component does with a message: data has the type of its kind. */
function expectNarrowing(message: Shown): void {
  if (message.kind === 'daily_note') expectTypeOf(message.data).toEqualTypeOf<{ mood: string }>();
  if (message.kind === 'text') expectTypeOf(message.data).toEqualTypeOf<JsonObject>();
}
expectTypeOf(expectNarrowing).toBeFunction();

describe('H21 types', () => {
  it('H21.1 the registered kinds are those of the client', () => {
    expectTypeOf<hooks.RegisteredKinds>().toEqualTypeOf<Kinds>();
    expectTypeOf<hooks.RegisteredConfab>().toEqualTypeOf<Confab<Kinds>>();
    expectTypeOf<Result<'useConfab'>>().toEqualTypeOf<Confab<Kinds>>();
    expectTypeOf<Parameters<Hooks['ConfabProvider']>[0]['client']>().toEqualTypeOf<Confab<Kinds>>();
  });

  it('H21.1 an app that registers nothing may have any client, and reads foreign kinds as unknown', () => {
    // What an app without declaration merging has.
    type Nothing = Record<never, never>;
    expectTypeOf<KindsOf<Nothing>>().toEqualTypeOf<Nothing>();
    interface Other extends MessageKinds {
      readonly note: z.ZodMiniObject<{ text: z.ZodMiniString }>;
    }
    expectTypeOf<Confab<Other>>().toExtend<ClientOf<Nothing>>();
    expectTypeOf<Confab<Nothing>>().toExtend<ClientOf<Nothing>>();
    const read = (message: Message<KindsOf<Nothing>>) => {
      if (message.kind === 'text') expectTypeOf(message.data).toEqualTypeOf<JsonObject>();
      else if (message.kind !== 'system' && message.kind !== 'unreadable')
        expectTypeOf(message.data).toBeUnknown();
    };
    expectTypeOf(read).toBeFunction();
  });

  it('H21.2 messages that hooks return narrow by their kind', () => {
    expectTypeOf<Result<'useMessages'>['messages']>().toEqualTypeOf<readonly Shown[]>();
    expectTypeOf<
      Extract<Result<'useMessages'>['items'][number], { type: 'message' }>['message']
    >().toEqualTypeOf<Shown>();
    expectTypeOf<hooks.MessageItem['message']>().toEqualTypeOf<Shown>();
    expectTypeOf<Result<'useThread'>['root']>().toEqualTypeOf<Shown | null>();
    expectTypeOf<Result<'useThread'>['messages']>().toEqualTypeOf<readonly Shown[]>();
    expectTypeOf<Result<'useThreads'>['threads']>().toEqualTypeOf<readonly Thread<Kinds>[]>();
    expectTypeOf<Result<'useMessage'>['message']>().toEqualTypeOf<Shown | null>();
    expectTypeOf<Result<'useMessageSearch'>['results']>().toEqualTypeOf<readonly SearchResult<Kinds>[]>();
    expectTypeOf<Result<'usePinnedMessages'>['messages']>().toEqualTypeOf<readonly Shown[]>();
    expectTypeOf<Result<'useMentions'>['messages']>().toEqualTypeOf<readonly Shown[]>();
    expectTypeOf<Result<'useComposer'>['editing']>().toEqualTypeOf<Shown | null>();
    expectTypeOf<Result<'useComposer'>['replyTo']>().toEqualTypeOf<Shown | null>();
    type Last = Result<'useConversations'>['conversations'][number]['lastMessage'];
    expectTypeOf<Last>().toEqualTypeOf<Shown | null>();
    expectTypeOf<Result<'useConversation'>['conversation']>().toEqualTypeOf<Conversation<Kinds> | null>();
    expectTypeOf<Result<'useInvites'>['invites']>().toEqualTypeOf<readonly Conversation<Kinds>[]>();
  });

  it('H21.3 the registered kinds decide what may be sent', () => {
    type Sends = [
      Result<'useSendMessage'>,
      Result<'useThread'>['send'],
      (input: MessageInput<Kinds>) => Promise<Queued<Shown>>,
    ];
    expectTypeOf<Sends[0]>().toEqualTypeOf<Sends[2]>();
    expectTypeOf<Sends[1]>().toEqualTypeOf<Sends[2]>();
    type Input = Parameters<hooks.SendMessage>[0];
    expectTypeOf<{ kind: 'daily_note'; data: { mood: string } }>().toExtend<Input>();
    expectTypeOf<{ kind: 'daily_note'; data: { mood: number } }>().not.toExtend<Input>();
    expectTypeOf<{ kind: 'unheard_of'; data: object }>().not.toExtend<Input>();
  });

  it('H21.4 lists of the server say how they are loaded as TanStack Query does', () => {
    expectTypeOf<Result<'useMembers'>>().toExtend<Paged & { members: readonly Member[] }>();
    expectTypeOf<Result<'useMentions'>>().toExtend<Paged>();
    expectTypeOf<Result<'useMessagesByDate'>>().toExtend<Paged & { messages: readonly Shown[] }>();
    expectTypeOf<Result<'useMessageSearch'>>().toExtend<Paged>();
    expectTypeOf<Result<'usePinnedMessages'>>().toExtend<Paged>();
    expectTypeOf<Result<'useReactors'>>().toExtend<Paged & { reactors: readonly Reactor[] }>();
    expectTypeOf<Result<'useReaders'>>().toExtend<Paged & { readers: readonly Reader[] }>();
    expectTypeOf<Result<'useThreads'>>().toExtend<Paged>();
    expectTypeOf<Result<'useConversations'>>().toExtend<Paged>();
    type Load = Pick<Paged, 'isPending' | 'error'>;
    expectTypeOf<Result<'useMessages'>>().toExtend<Load>();
    expectTypeOf<Result<'useThread'>>().toExtend<Load>();
    expectTypeOf<Result<'useMessage'>>().toExtend<Load>();
    expectTypeOf<Result<'useConversation'>>().toExtend<Load>();
    expectTypeOf<Result<'useCreateConversation'>>().toExtend<Load>();
  });

  it('H21.5 what hooks are asked to do takes and gives what the client does', () => {
    type Act<A extends unknown[], R> = (...args: A) => Promise<R>;
    type ConversationAct<A extends unknown[]> = Act<A, hooks.QueuedConversation>;
    expectTypeOf<hooks.QueuedConversation>().toEqualTypeOf<Queued<Conversation<Kinds> | null>>();
    expectTypeOf<Result<'useConversation'>['update']>().toEqualTypeOf<
      ConversationAct<[ConversationChanges]>
    >();
    expectTypeOf<Result<'useConversation'>['mute']>().toEqualTypeOf<
      ConversationAct<[until?: string | null]>
    >();
    expectTypeOf<Result<'useConversation'>['leave']>().toEqualTypeOf<ConversationAct<[]>>();
    type Creates = Act<[ConversationInput], Queued<Conversation<Kinds>>>;
    expectTypeOf<Result<'useCreateConversation'>['create']>().toEqualTypeOf<Creates>();
    expectTypeOf<Result<'useCreateConversation'>['direct']>().toEqualTypeOf<Act<[string], string>>();
    expectTypeOf<Result<'useInvites'>['accept']>().toEqualTypeOf<ConversationAct<[string]>>();
    expectTypeOf<Result<'useMembers'>['setRole']>().toEqualTypeOf<ConversationAct<[string, MemberRole]>>();
    expectTypeOf<Result<'useMarkRead'>>().toEqualTypeOf<Act<[seq?: number], void>>();
    expectTypeOf<Result<'useMessageActions'>['edit']>().toEqualTypeOf<Act<[MessageEdit], Queued<Shown>>>();
    expectTypeOf<Result<'useReactions'>['toggle']>().toEqualTypeOf<Act<[string], Queued<Shown>>>();
    expectTypeOf<Result<'useReactions'>['reactions']>().toEqualTypeOf<readonly Reaction[]>();
    expectTypeOf<Result<'useComposer'>['send']>().toEqualTypeOf<Act<[], Queued<Shown> | null>>();
    expectTypeOf<Result<'useOutbox'>['edit']>().toEqualTypeOf<
      Act<[OutboxItem, MessageEdit], Queued<Shown>>
    >();
    expectTypeOf<Result<'useMessages'>['jumpTo']>().returns.toEqualTypeOf<Promise<number>>();
  });

  it('H21.6 what is small is what it is', () => {
    expectTypeOf<Result<'useCurrentUser'>>().toEqualTypeOf<string | null | undefined>();
    expectTypeOf<Result<'useUnreadCount'>>().toEqualTypeOf<number | null>();
    expectTypeOf<Args<'useUnreadCount'>>().toEqualTypeOf<[conversationId?: string]>();
    expectTypeOf<Result<'useProfiles'>>().toEqualTypeOf<Readonly<Record<string, Profile>>>();
    expectTypeOf<Result<'usePresence'>>().toEqualTypeOf<PresenceView>();
    expectTypeOf<Result<'useTyping'>['typers']>().toEqualTypeOf<readonly Profile[]>();
    expectTypeOf<Result<'useTyping'>['names']>().toEqualTypeOf<readonly string[]>();
    expectTypeOf<Result<'useDraft'>['draft']>().toEqualTypeOf<Draft | null>();
    expectTypeOf<Result<'useReadReceipts'>>().toEqualTypeOf<Readonly<Record<string, readonly Member[]>>>();
    expectTypeOf<Result<'useMyPresence'>['chosen']>().toEqualTypeOf<'away' | 'busy' | null>();
    const reason = (connection: Result<'useConnection'>) =>
      // @ts-expect-error only a connection that is lost says why
      connection.type === 'live' ? connection.reason : undefined;
    expectTypeOf(reason).toBeFunction();
  });
});
