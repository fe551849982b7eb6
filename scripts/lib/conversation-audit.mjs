/**
 * @typedef {{ id: string, content: string | null }} Shown a message as a client's view shows it, or as the database has it
 * @typedef {{ sender: string, id: string, content: string }} Sent in the order of the calls
 */

/**
 * Compares what was sent, what the database holds and what each client shows in the end.
 *
 * - lost: a message that was sent and is missing in the database, or is missing in a view;
 * - duplicated: a message that is there more than once, by its id or by its text (each text is sent once);
 * - reordered: a message that stands before one it should follow: in the database by the order its sender wrote in,
 *   in a view by the order of the database;
 * - delivered: messages of others that a view shows.
 *
 * @param {{ sent: Sent[], database: Shown[], views: { user: string, messages: Shown[] }[] }} what
 */
export function auditConversation({ sent, database, views }) {
  const senderOf = new Map(sent.map(({ id, sender }) => [id, sender]));
  const position = new Map(database.map(({ id }, index) => [id, index]));
  let lost = sent.filter(
    ({ id, content }) => !database.some((row) => row.id === id && row.content === content),
  ).length;
  let duplicated = countRepeated(database);
  let reordered = 0;
  let delivered = 0;

  for (const sender of new Set(senderOf.values())) {
    const own = sent.filter((message) => message.sender === sender).map(({ id }) => position.get(id) ?? null);
    reordered += countSteppingBack(own);
  }
  for (const { user, messages } of views) {
    const shown = new Set(messages.map(({ id }) => id));
    lost += sent.filter(({ id }) => !shown.has(id)).length;
    duplicated += countRepeated(messages);
    reordered += countSteppingBack(messages.map(({ id }) => position.get(id) ?? null));
    delivered += [...shown].filter((id) => senderOf.has(id) && senderOf.get(id) !== user).length;
  }
  return { delivered, lost, duplicated, reordered };
}

/** @param {Shown[]} messages */
function countRepeated(messages) {
  const ids = new Set(messages.map(({ id }) => id));
  const texts = new Set(messages.map(({ content }) => content));
  return Math.max(messages.length - ids.size, messages.length - texts.size);
}

/** @param {(number | null)[]} positions null: not there, which is counted elsewhere */
function countSteppingBack(positions) {
  const known = positions.filter((position) => position !== null);
  return known.filter((position, index) => index > 0 && position < (known[index - 1] ?? 0)).length;
}
