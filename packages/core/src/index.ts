export { createConfab, type Confab } from './client/create-confab';
export type { ConfabOptions } from './client/options';
export { ConfabError, type ErrorInfo } from './errors/confab-error';
export type { ErrorClass, ErrorCode, ServerErrorCode } from './errors/codes';
export { createIndexedDbStorage } from './adapters/indexeddb-storage';
export { createMemoryStorage } from './adapters/memory-storage';
export type { Connection, ConnectionView } from './features/connection';
export type { ConversationInput, Conversations, ConversationsList } from './features/conversations';
export type { MessageList, Messages } from './features/messages';
export type { PresenceFeature } from './features/presence';
export type { Typing, TypingList } from './features/typing';
export type { Readable } from './lib/readable';
export type { KindAndData, MessageInput, MessageKinds, OtherKind } from './model/kinds';
export type { JsonObject, MemberRole } from './model/records';
export type {
  Conversation,
  ConversationsView,
  ConversationView,
  LoadState,
  Member,
  Message,
  MessagesView,
  MessageStatus,
  Outcome,
  Presence,
  PresenceState,
  PresenceView,
  Profile,
  Queued,
  TypingView,
} from './model/view';
export type { Auth, Environment, KeyValueStore, LogEntry, Logger, Storage } from './ports';
export type { ConnectionState } from './sync/connection-machine';
