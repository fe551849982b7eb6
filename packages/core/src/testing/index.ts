export { createFakeServer, type FakeServer, type FakeServerOptions } from './fake-server/fake-server';
export type {
  FakeConversationKind,
  FakeMessageKind,
  FakeServerSettings,
  GivenKinds,
} from './fake-server/state';
export type { CallArguments } from './fake-server/arguments';
export type { PushedMutation, Refusal } from './fake-server/push';
export type {
  ConversationRow,
  MemberRow,
  MessageRow,
  OwnMemberRow,
  ReactionRow,
  ReplyRow,
  ThreadSummaryRow,
} from './fake-server/rows';
export { createTestConfab, type TestConfab, type TestConfabOptions } from './test-confab';
export { createFakeAuth, type FakeAuth } from './fake-auth';
export { createFakeEnvironment, type FakeEnvironment } from './fake-environment';
export {
  createFakeRealtime,
  type FakeChannel,
  type FakeRealtime,
  type FakeRealtimeOptions,
  type SentBroadcast,
} from './fake-realtime';
export { createFakeBrowser, type FakeBrowser, type FakeBrowserOptions, type FakeTab } from './fake-tabs';
export {
  createFakeTransport,
  failure,
  type CallArgs,
  type CallHandler,
  type FakeCall,
  type FakeTransport,
  type HeldCall,
} from './fake-transport';
export {
  createFaultyStorage,
  type FaultyStorage,
  type StorageCall,
  type StorageOperation,
} from './faulty-storage';
export { createManualClock, type ManualClock, type ManualClockOptions } from './manual-clock';
export { runQueriesOn } from './query-timers';
export { createSeededIds, createSeededRandom, type SeededRandom } from './seeded-random';
export { settled } from './settled';
