import { short } from './run';
import type { Run, Tab } from './world';

/** Takes down up to where a device of its user has had each conversation. */
export function noteHad({ ledger, server }: Run, { client, cache, life }: Tab): void {
  if (life.isDead || client.isSignedOut) return;
  for (const room of server.conversationIds(client.user)) {
    const key = `${client.user} ${room}`;
    const loaded = cache.messages(room)?.windows.at(-1)?.covers.to ?? 0;
    const had = Math.max(ledger.had.get(key) ?? 0, loaded, cache.conversation(room)?.lastSeq ?? 0);
    ledger.had.set(key, had);
  }
}

/** No message of the timeline, of somebody else, counts as read that no device of its reader has had (rule D6). */
export function checkRead(run: Run): void {
  const { ledger, server, users, rooms } = run;
  for (const room of rooms)
    for (const user of users) {
      const cursor = server.member(room, user)?.last_read_seq ?? 0;
      const had = ledger.had.get(`${user} ${room}`) ?? 0;
      // Who joins begins with what there is.
      if (cursor <= had || ledger.moved.has(`${user} ${room}`) || ledger.sweepers.has(user)) continue;
      const unseen = server
        .allMessages(room)
        .find((row) => row.seq > had && row.seq <= cursor && row.sender_id !== user && !row.thread_root_id);
      if (unseen)
        run.report('dishonest', `${short(user)} has read ${unseen.seq} of ${short(room)} and has had ${had}`);
    }
}
