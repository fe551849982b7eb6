export { cutAtMentions, isComposingKey, mentionsOf, trimMessage } from '@confab/core';
export type {
  ComposingKey,
  ConversationsFilter,
  Mention,
  Mentionable,
  ReadReceipts,
  TextPart,
} from '@confab/core';
export { ConfabProvider, type ConfabProviderProps } from './confab-provider';
export type { Register, RegisteredConfab, RegisteredKinds } from './register';
export { useComposer, type UseComposerOptions, type UseComposerResult } from './use-composer';
export { useConfab } from './use-confab';
export { useConfabClient } from './use-confab-client';
export { useConnection, type UseConnectionResult } from './use-connection';
export type { ActionState } from './use-action';
export {
  useConversation,
  type ConversationActions,
  type QueuedConversation,
  type UseConversationResult,
} from './use-conversation';
export { useConversations, type UseConversationsResult } from './use-conversations';
export { useCreateConversation, type UseCreateConversationResult } from './use-create-conversation';
export { useCurrentUser } from './use-current-user';
export { useInvites, type UseInvitesResult } from './use-invites';
export { useMarkRead } from './use-mark-read';
export { useMessage } from './use-message';
export { useMessageActions, type MessageActions } from './use-message-actions';
export {
  useMessages,
  type MessageItem,
  type MessageListItem,
  type UseMessagesOptions,
  type UseMessagesResult,
} from './use-messages';
export { useMessagesByDate, type UseMessagesByDateResult } from './use-messages-by-date';
export { useMembers, type MemberActions, type UseMembersResult } from './use-members';
export { useMentions, type UseMentionsResult } from './use-mentions';
export {
  useMessageSearch,
  type UseMessageSearchOptions,
  type UseMessageSearchResult,
} from './use-message-search';
export { useMyPresence, type UseMyPresenceResult } from './use-my-presence';
export { useOutbox, type UseOutboxResult } from './use-outbox';
export type { Pages } from './use-pages';
export { usePinnedMessages, type UsePinnedMessagesResult } from './use-pinned-messages';
export { usePresence } from './use-presence';
export {
  useReaders,
  useReadReceipts,
  type UseReadersOptions,
  type UseReadersResult,
} from './use-read-receipts';
export { useProfiles } from './use-profiles';
export {
  useReactions,
  useReactors,
  type UseReactionsResult,
  type UseReactorsOptions,
  type UseReactorsResult,
} from './use-reactions';
export { useSendMessage, type SendMessage } from './use-send-message';
export { useDraft, type UseDraftResult } from './use-draft';
export { useThreads, type UseThreadsOptions, type UseThreadsResult } from './use-threads';
export { useThread, type UseThreadResult } from './use-thread';
export { useTyping, type UseTypingResult } from './use-typing';
export { useUnreadCount } from './use-unread-count';
