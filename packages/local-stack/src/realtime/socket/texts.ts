/** What is said to a user who may not read; at a join with the code `Unauthorized`. */
export function unreadable(topic: string): string {
  return `You do not have permissions to read from this Channel topic: ${topic}`;
}

export function noLongerReadable(topic: string): string {
  return `You no longer have permission to read from this Channel topic: ${topic}`;
}

export const PROJECT_UNREACHABLE = 'Realtime was unable to connect to the project database';
export const TOO_MANY_MESSAGES = 'Too many messages per second';
export const TOO_MANY_PRESENCE = 'Too many presence messages per second';
export const TOO_MANY_PRESENCE_CALLS = 'Client presence rate limit exceeded';
export const PRESENCE_TOO_LARGE = 'Track message size exceeded';
export const REPLICATION_READY = 'Replication connection established';
export const REPLICATION_LATE = 'Replication connection was not established in time';
export const SUBSCRIBED = 'Subscribed to PostgreSQL';
