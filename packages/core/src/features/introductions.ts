import type { Cache, ProfilesById } from '../cache/cache';
import { keys } from '../cache/cache';
import { decode } from '../model/wire';
import type { Engine } from '../sync/engine';

/** Asks for the names of people who are seen in a conversation and not known. */
export type Introduce = (conversationId: string, userIds: readonly string[]) => void;

/** What one call asks for at most. */
const AT_ONCE = 200;

/**
 * Makes people known who show themselves in a room: where a conversation has more members than are listed, most of them
 * have come with nothing else. Nobody is asked for twice but after a failure.
 */
export function createIntroductions(engine: Engine, cache: Cache): Introduce {
  /** By user and conversation, because another user, or another conversation, may be told of more. */
  const asked = new Set<string>();
  return (conversationId, userIds) => {
    const me = engine.currentUser.get();
    const known = cache.queryClient.getQueryData<ProfilesById>(keys.profiles) ?? {};
    const markOf = (id: string) => `${me} ${conversationId} ${id}`;
    const strangers = userIds.filter((id) => !known[id] && !asked.has(markOf(id)));
    if (!me || strangers.length === 0) return;
    const ask = async (ids: readonly string[]) => {
      for (const id of ids) asked.add(markOf(id));
      const args = { conversation_id: conversationId, user_ids: [...ids], max_rows: AT_ONCE };
      try {
        engine.applier.profiles(decode.memberPage(await engine.call('members', args)).profiles);
      } catch {
        // They stay without a name until they show themselves again.
        for (const id of ids) asked.delete(markOf(id));
      }
    };
    for (let at = 0; at < strangers.length; at += AT_ONCE) void ask(strangers.slice(at, at + AT_ONCE));
  };
}
