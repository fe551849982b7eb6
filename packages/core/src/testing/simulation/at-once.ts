import { act, calmActions } from './act';
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

/** How long until a change has reached everybody who watches: far less than the next pull may take. */
const ECHO_MS = 5_000;
const CALM_STEPS = 4;

/** In calm weather what somebody does shows right on every client within seconds, by the events alone. */
export async function actInCalm(run: Run): Promise<Problem | null> {
  // A large conversation beyond the loaded pages of a list has no feed joined: its news come with the next pull.
  if (
    run.clients.some(({ tabs }) => tabs.some(({ confab }) => confab.conversations.list().get().hasNextPage))
  )
    return null;
  // A feed that was denied is asked for again with the next sign-in only (rule E9.8).
  if (run.faults['channelDenied']) return null;
  // What waits for a leader that stood still waits for up to 20 seconds (rule E10).
  if (run.faults['tabFrozen']) return null;
  const random = run.random('calm');
  for (let n = 0; n < CALM_STEPS; n++) {
    const [client, tab, a, b] = [run.clients.length, 6, 1_000_000, 1_000_000].map((most) => random.int(most));
    act(run, {
      action: random.pick(calmActions),
      client: client ?? 0,
      tab: tab ?? 0,
      a: a ?? 0,
      b: b ?? 0,
      waitMs: 0,
    });
    await run.clock.advance(ECHO_MS);
    const found = run.problem ?? firstDifference(run);
    if (found) return { ...found, text: `${found.text} soon after` };
  }
  return null;
}
