import { joinNames, nameInText, type People } from './names';
import type { Message } from './types';

/** What a message of the server tells; null for what this app does not know. */
export function systemText(message: Message, people: People, currentUserId: string | null): string | null {
  if (message.kind !== 'system') return null;
  const { data } = message;
  const nameOf = (id: unknown) =>
    id === currentUserId ? 'you' : nameInText(typeof id === 'string' ? people[id]?.displayName : null);
  const users: readonly unknown[] = Array.isArray(data['user_ids']) ? data['user_ids'] : [];
  const actor = capital(nameOf(data['actor_id']));
  const whom = joinNames(users.map(nameOf));
  switch (data['event']) {
    case 'members_added':
      return `${actor} added ${whom}`;
    case 'member_joined':
      return `${actor} joined`;
    case 'member_removed':
      return `${actor} removed ${whom}`;
    case 'member_left':
      return `${actor} left`;
    case 'title_changed':
      return typeof data['title'] === 'string'
        ? `${actor} named the conversation “${nameInText(data['title'])}”`
        : `${actor} took the name of the conversation away`;
    default:
      return null;
  }
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
