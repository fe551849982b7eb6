import { firstDifference } from './ending';
import type { Problem } from './problem';
import type { Run } from './world';

/** Far less than the time between two pulls. */
const EVENT_MS = 1_500;

/**
 * Others write, edit and delete while all is calm. Events alone have to bring it: what is shown and counted is compared
 * long before the next pull is due.
 */
export async function atOnceDiffers(run: Run): Promise<Problem | null> {
  const { server, rooms, users, clients, clock } = run;
  // Who may not join the inbox polls.
  if (clients.some(({ tabs }) => tabs.some(({ confab }) => confab.connection.get().type !== 'live')))
    return null;
  for (const room of rooms) {
    const [author, other] = users.filter((user) => server.conversationIds(user).includes(room));
    if (author === undefined || other === undefined) continue;
    // A feed that was refused in bad weather is not asked for again: then pulls bring what it carries.
    if (server.conversation(author, room)?.feed !== null) continue;
    const edit = (id: string, args: object) =>
      server.apply(author, 'edit_message', room, { message_id: id, ...args });
    const said = server.send(author, room, 'said');
    const reply = server.send(author, room, 'reply', { reply_to_id: said.id, mentions_everyone: true });
    const root = server.send(other, room, 'root', { mentioned_user_ids: [author] });
    const steps = [
      () => edit(said.id, { content: 'edited', mentioned_user_ids: users }),
      () => edit(reply.id, { content: 'less', mentions_everyone: false }),
      () => server.send(author, room, 'in thread', { thread_root_id: root.id, reply_to_id: said.id }),
      () => server.delete(author, room, said.id),
      () => {
        for (const { id, sender_id } of server
          .allMessages(room)
          .filter((row) => row.thread_root_id === root.id))
          server.delete(sender_id ?? '', room, id);
      },
    ];
    for (const step of [() => undefined, ...steps]) {
      step();
      await clock.advance(EVENT_MS);
      const found = run.problem ?? firstDifference(run);
      if (found) return { ...found, text: `${found.text} at once` };
    }
  }
  return null;
}
