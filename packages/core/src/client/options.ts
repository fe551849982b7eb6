import type { SupabaseClient } from '@supabase/supabase-js';
import type { QueryClient } from '@tanstack/query-core';
import type { MessageKinds } from '../model/kinds';
import type { AskUnsent } from '../sync/deps';
import type { Auth, Environment, Logger, Storage, Tabs } from '../ports';

/** What {@link createConfab} takes; only `supabase` is required. */
export interface ConfabOptions<K extends MessageKinds> {
  /**
   * The app's client, signed in or not; Confab follows its session, or the tokens of its option `accessToken`.
   * In Node 20 give it `realtime: { transport: ws }`.
   */
  readonly supabase: SupabaseClient;
  /** The QueryClient that holds what the server confirmed, to share it with the app; by default one of its own. */
  readonly queryClient?: QueryClient;
  /** Where unsent writes are kept; by default IndexedDB, and memory where there is none. In React Native `createAsyncStorage`. */
  readonly storage?: Storage;
  /**
   * How the tabs of the app find each other (rule E10); by default Web Locks and BroadcastChannel, and none where they are
   * missing or nothing is stored.
   */
  readonly tabs?: Tabs;
  /**
   * Whether what the server confirmed is stored too, so that the next start shows it at once, also offline (rule E15). It
   * is deleted at sign-out. By default where `storage` survives a reload.
   */
  readonly persistCache?: boolean;
  /**
   * When the client looks up the session and begins (rule E15); by default true.
   *
   * - `true`: at once
   * - `when-watched`: when something is watched first, or called. Hooks watch once the page is hydrated, so until then it
   *   shows what the server's HTML does, and where components are rendered on a server it does nothing at all
   * - `false`: then too, and it only loads what is watched or prefetched: it neither joins Realtime nor sends anything
   */
  readonly connect?: boolean | 'when-watched';
  /** The app's message kinds, each with the schema of its `data` (rule E12). */
  readonly messageKinds?: K;
  /**
   * Receives what the engine does, each change with its cause (rule E14). By default warnings and errors go to the
   * console, each cause once, with what to do about it; `null` silences them.
   */
  readonly logger?: Logger | null;
  /**
   * Asked when somebody signs out while writes of theirs are unsent or refused (rule E4). `keep`, which is what happens
   * without it, leaves them on the device, where nobody else sees or sends them, for the user's next sign-in; `drop`
   * deletes them, which suits a shared device.
   *
   * @example
   * ```ts
   * const onSignOutUnsent = ({ unsentCount }: { unsentCount: number }) => (unsentCount > 3 ? 'keep' : 'drop');
   * ```
   */
  readonly onSignOutUnsent?: AskUnsent;
  /** Whether the app is online, visible and in use; by default the browser's signals. In React Native `createAppEnvironment`. */
  readonly environment?: Environment;
  /** Who is signed in; by default the session of `supabase`. Needed with third-party auth. */
  readonly auth?: Auth;
}
