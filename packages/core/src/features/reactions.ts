import { defined } from '../lib/defined';
import { qualifiedEmoji } from '../lib/emoji';
import type { MessageKinds } from '../model/kinds';
import type { Message, Page, Profile, Queued } from '../model/view';
import { decode } from '../model/wire';
import { createFeature, type FeatureDeps, type PageOptions } from './feature';

/** Who reacted with what. */
export interface Reactor {
  readonly profile: Profile;
  readonly emoji: string;
  readonly createdAt: string;
}

/** Reactions to messages; what there is of them is in `message.reactions`. */
export interface Reactions<K extends MessageKinds> {
  /**
   * Reacts with one emoji. How its variation selectors were written makes no difference: `❤` and `❤️` are one reaction,
   * a skin tone makes another one. Resolves once stored; the outcome may be `too_many_reactions` (20 of
   * one's own to a message), `locked`, `message_deleted` or `invalid`.
   *
   * @throws ConfabError `invalid`, `unauthenticated`
   * @example
   * ```ts
   * await confab.reactions.add(conversationId, messageId, '👍');
   * ```
   */
  add(conversationId: string, messageId: string, emoji: string): Promise<Queued<Message<K>>>;
  /** Takes a reaction back. Settles like {@link Reactions.add}. */
  remove(conversationId: string, messageId: string, emoji: string): Promise<Queued<Message<K>>>;
  /**
   * Adds a reaction, or takes it back where the message of the view shows it as one's own. Settles like
   * {@link Reactions.add}.
   *
   * @example
   * ```ts
   * const [message] = confab.messages.list(conversationId).get().messages;
   * if (message) await confab.reactions.toggle(message, '👍');
   * ```
   */
  toggle(
    message: Pick<Message<K>, 'id' | 'conversationId' | 'reactions'>,
    emoji: string,
  ): Promise<Queued<Message<K>>>;
  /**
   * Who reacted, the first one first, 50 to a page.
   *
   * @throws ConfabError `not_member`, `not_found`, `offline`, `invalid`, `unauthenticated`
   */
  list(
    messageId: string,
    options?: PageOptions & { /** Only this one. */ readonly emoji?: string },
  ): Promise<Page<Reactor>>;
}

export function createReactions<K extends MessageKinds>(deps: FeatureDeps<K>): Reactions<K> {
  const { engine } = deps;
  const { write, page, asMessage, showPerson } = createFeature(deps);
  const react = (
    type: 'add_reaction' | 'remove_reaction',
    conversationId: string,
    messageId: string,
    emoji: string,
  ) => write(type, conversationId, { message_id: messageId, emoji: qualifiedEmoji(emoji) }, asMessage);
  return {
    add: (conversationId, messageId, emoji) => react('add_reaction', conversationId, messageId, emoji),
    remove: (conversationId, messageId, emoji) => react('remove_reaction', conversationId, messageId, emoji),
    toggle({ id, conversationId, reactions }, emoji) {
      const stored = qualifiedEmoji(emoji);
      const isOwn = reactions.some((reaction) => reaction.emoji === stored && reaction.isOwn);
      return react(isOwn ? 'remove_reaction' : 'add_reaction', conversationId, id, emoji);
    },
    async list(messageId, { emoji, after, limit } = {}) {
      const args = { message_id: messageId, emoji, after, max_rows: limit };
      const found = decode.reactionPage(await engine.call('reactors', defined(args)));
      return page(found, found.reactions, ({ userId, ...reaction }) => ({
        ...reaction,
        profile: showPerson(userId),
      }));
    },
  };
}
