import { remembered } from '../lib/remembered';

/** Keys that are looked up with every event are made once, and their hashes. */
type Key = readonly string[];
const timelineKey = remembered((id): Key => ['confab', 'messages', id]);

/** All keys of Confab in the QueryClient. */
export const keys = {
  all: ['confab'],
  sync: ['confab', 'sync'],
  owner: ['confab', 'owner'],
  conversations: ['confab', 'conversations'],
  allConversations: ['confab', 'conversation'],
  conversation: remembered((id): Key => ['confab', 'conversation', id]),
  members: ['confab', 'members'],
  profiles: ['confab', 'profiles'],
  invites: ['confab', 'invites'],
  drafts: ['confab', 'drafts'],
  threads: ['confab', 'threads'],
  allMessages: ['confab', 'messages'],
  /** Who is in a conversation; only a server writes it. */
  people: (conversationId: string): Key => ['confab', 'people', conversationId],
  /** Whether a single message was looked for; what is known of it is with the others. */
  message: (id: string) => ['confab', 'message', id],
  /** The timeline, or the replies of a thread. */
  messages: (conversationId: string, threadRootId?: string | null) =>
    threadRootId ? ['confab', 'messages', conversationId, threadRootId] : timelineKey(conversationId),
} as const;

/** The same as `hashKey` makes of them, which sorts what objects there might be. */
export function hashOf(key: readonly string[]): string {
  const known = hashes.get(key);
  if (known !== undefined) return known;
  const hash = JSON.stringify(key);
  hashes.set(key, hash);
  return hash;
}
const hashes = new WeakMap<readonly string[], string>();
