import type { Conversations } from '../features/conversations';
import type { Drafts } from '../features/drafts';
import type { Messages } from '../features/messages';
import type { Threads } from '../features/threads';
import type { Typing } from '../features/typing';
import type { Readable } from '../lib/readable';
import type { MessageKinds } from '../model/kinds';

/** What a screen is made of; a `Confab` has it all. */
export interface Parts<K extends MessageKinds> {
  readonly conversations: Pick<Conversations<K>, 'get'>;
  readonly messages: Pick<Messages<K>, 'list' | 'get' | 'send' | 'edit'>;
  readonly threads: Pick<Threads<K>, 'replies' | 'state' | 'follow' | 'markRead'>;
  readonly drafts: Drafts;
  readonly typing: Typing;
  readonly currentUser: Readable<string | null | undefined>;
}

/** What a screen shows, and what can be done there. */
export interface Screen<V, A> extends Readable<V> {
  /** Stable references. */
  readonly actions: A;
}
