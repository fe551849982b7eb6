import { query } from './database.js';
import type { User } from './users.js';

/** A row that the database wrote for Realtime. */
export interface Event {
  topic: string;
  payload: Record<string, unknown> & { type: string };
}

export const inbox = ({ id }: Pick<User, 'id'>): string => `inbox:${id}`;

/** What a call wrote about one conversation, in the order of writing. */
export async function eventsOf(conversationId: string, act: () => Promise<unknown>): Promise<Event[]> {
  const before = await query<{ id: string }>(
    `select id from realtime.messages where payload ->> 'conversation_id' = $1`,
    [conversationId],
  );
  await act();
  return query<Event>(
    `select topic, payload - 'id' as payload
     from realtime.messages
     where payload ->> 'conversation_id' = $1 and id <> all ($2)
     order by inserted_at, ctid`,
    [conversationId, before.map(({ id }) => id)],
  );
}

/** `<topic> <type>` of each event, sorted. */
export const summaryOf = (events: Event[]): string[] =>
  events.map(({ topic, payload }) => `${topic} ${payload.type}`).sort();
