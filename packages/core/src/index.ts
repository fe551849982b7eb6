export { createConfab, type Confab } from './client/create-confab';
export type { ConfabOptions } from './client/options';
export { prefetchConversations, prefetchMessages } from './client/prefetch';
export { ConfabError, type ErrorInfo } from './errors/confab-error';
export type { ErrorClass, ErrorCode, ServerErrorCode } from './errors/codes';
export {
  createAppEnvironment,
  type AppEnvironmentOptions,
  type AppStateLike,
  type NetInfoLike,
  type NetInfoStateLike,
} from './adapters/app-environment';
export {
  createAsyncStorage,
  type AsyncStorageLike,
  type AsyncStorageOfPairs,
  type AsyncStorageOfRecords,
} from './adapters/async-storage';
export { createIndexedDbStorage } from './adapters/indexeddb-storage';
export { createMemoryStorage } from './adapters/memory-storage';
export type { Account } from './features/account';
export type { Connection, ConnectionView } from './features/connection';
export type {
  ConversationChanges,
  ConversationFilter,
  ConversationInput,
  Conversations,
  MembershipChanges,
} from './features/conversations';
export type { ConversationsList } from './features/conversation-views';
export type { Draft, DraftInput, Drafts } from './features/drafts';
export type { PageOptions } from './features/feature';
export type { JoinOptions, MemberFilter, Members } from './features/members';
export type { JumpTarget, MessageList } from './features/message-list';
export type { FoundView } from './features/found';
export type { DateRange, MessageEdit, Messages, MessageVersion } from './features/messages';
export type { Outbox, OutboxItem, OutboxItems } from './features/outbox';
export type { PresenceFeature } from './features/presence';
export type { Reactions, Reactor } from './features/reactions';
export type { Reader, Readers, Receipts, Unread, UnreadCounts } from './features/receipts';
export type { MessageQuery, Search, SearchResult, SnippetPart } from './features/search';
export type { Thread, Threads, ThreadState } from './features/threads';
export type { Typing, TypingList } from './features/typing';
export { observe } from './lib/observe';
export { trimMessage } from './lib/trim-message';
export { createWritable, derive, type Readable, type Writable } from './lib/readable';
export type { BuiltInKind, KindAndData, MessageInput, MessageKinds, OtherKind } from './model/kinds';
export type { JsonObject, Mention, MemberRole, MemberState, ThreadSummary } from './model/records';
export type {
  Conversation,
  ConversationsView,
  ConversationView,
  LoadState,
  Member,
  Message,
  MessagesView,
  MessageView,
  MessageStatus,
  Outcome,
  Page,
  Presence,
  PresenceState,
  PresenceView,
  Profile,
  Queued,
  Reaction,
  ReplyPreview,
  TypingView,
} from './model/view';
export {
  createComposer,
  type ComposerActions,
  type ComposerOptions,
  type ComposerState,
  type ComposerView,
} from './screens/composer';
export { isComposingKey, type ComposingKey } from './screens/composing';
export { fitsFilter, type ConversationsFilter } from './screens/conversation-filter';
export { cutAtMentions, mentionsOf, type Mentionable, type TextPart } from './screens/mentions';
export type { MessageItem, MessageListItem } from './screens/message-items';
export { findByName } from './screens/names';
export type { Screen } from './screens/parts';
export { createReadReceipts, type ReadReceipts } from './screens/read-receipts';
export { createThread, type ThreadActions, type ThreadView } from './screens/thread';
export {
  createTimeline,
  type TimelineActions,
  type TimelineOptions,
  type TimelineView,
} from './screens/timeline';
export type {
  Auth,
  Candidacy,
  Environment,
  KeyValueStore,
  LogEntry,
  Logger,
  Storage,
  TabChannel,
  TabRole,
  Tabs,
} from './ports';
export type { MutationType } from './model/mutation';
export type { AskUnsent, Unsent } from './sync/deps';
export type { ConnectionState } from './sync/connection-machine';
export type { OwnPresence } from './sync/rooms';
