import { query } from './database.js';
import type { User } from './users.js';

/** A realtime event as the database wrote it. */
export interface Event {
  topic: string;
  event: string;
  private: boolean;
  payload: Record<string, unknown> & { type: string };
}

export const inboxOf = (user: Pick<User, 'id'>): string => `inbox:${user.id}`;

/** What `act` wrote about one conversation, in the order of writing. */
export async function eventsOf(conversationId: string, act: () => Promise<unknown>): Promise<Event[]> {
  const before = await query<{ id: string }>(
    `select id from realtime.messages where payload ->> 'conversation_id' = $1`,
    [conversationId],
  );
  await act();
  return query<Event>(
    `select topic, event, private, payload - 'id' as payload
     from realtime.messages
     where payload ->> 'conversation_id' = $1 and id <> all ($2)
     order by inserted_at, (payload ->> 'version')::bigint, topic`,
    [conversationId, before.map(({ id }) => id)],
  );
}

/** `<type> <name of the recipient>` of each event, sorted; a topic that is nobody's inbox is shown as it is. */
export function recipients(events: readonly Event[], ...users: User[]): string[] {
  const names = new Map(users.map((user) => [inboxOf(user), user.name]));
  return events.map(({ topic, payload }) => `${payload.type} ${names.get(topic) ?? topic}`).sort();
}

/** The payloads that went to one user. */
export const payloadsTo = (events: readonly Event[], user: User): Event['payload'][] =>
  events.filter(({ topic }) => topic === inboxOf(user)).map(({ payload }) => payload);
