import { query } from './database.js';
import type { User } from './users.js';

/** One change of a realtime event as the database wrote it; `id` is that of the event, which may carry several. */
export interface Event {
  id: string;
  topic: string;
  event: string;
  private: boolean;
  payload: Record<string, unknown> & { type: string };
}

export const inboxOf = (user: Pick<User, 'id'>): string => `inbox:${user.id}`;

/** What `act` wrote about one conversation, in the order of writing. */
export async function eventsOf(conversationId: string, act: () => Promise<unknown>): Promise<Event[]> {
  const before = await query<{ id: string }>('select id from realtime.messages');
  await act();
  return query<Event>(
    `select m.id, m.topic, m.event, m.private, c.change as payload
     from realtime.messages m, jsonb_array_elements(m.payload -> 'changes') with ordinality c (change, place)
     where c.change ->> 'conversation_id' = $1 and m.id <> all ($2)
     order by m.inserted_at, m.topic, c.place`,
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
