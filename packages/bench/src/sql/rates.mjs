// How many messages a second the database takes, all sent through confab.send_message.
import { connectUser } from './connections.mjs';
import { newId } from './operations.mjs';
import { confab } from './statements.mjs';

const CONNECTIONS = [1, 8, 32];
const SECONDS = 2.5;
const CONTENT = 'thanks, that is good to know. see you at the meeting tomorrow';

/** Messages per second: `{ into: { [connections]: rate } }` for one conversation of 2, one of 20, and many of 2. */
export async function measureRates({ dbUrl, cases, print }) {
  const [pair] = cases.pages;
  const writers = {
    one_of_2: (index) => ({
      user: index % 2 === 0 ? pair.user : pair.other,
      conversation: pair.conversation,
    }),
    one_of_20: (index) => ({
      user: cases.group.users[index % cases.group.users.length],
      conversation: cases.group.conversation,
    }),
    many_of_2: (index) => cases.sends[index],
  };
  const rates = {};
  for (const [into, writerOf] of Object.entries(writers)) {
    rates[into] = {};
    for (const count of CONNECTIONS) {
      rates[into][count] = Math.round(await rateOf(dbUrl, count, writerOf));
      print(`  ${into} ${count} connections: ${rates[into][count]} messages/s`);
    }
  }
  return rates;
}

async function rateOf(dbUrl, count, writerOf) {
  const writers = [];
  try {
    for (let index = 0; index < count; index += 1) {
      const { user, conversation } = writerOf(index);
      const connection = await connectUser(dbUrl);
      writers.push({ connection, conversation });
      await connection.signIn(user);
      await connection.query(confab.send, [newId(), conversation, CONTENT]);
    }
    let sent = 0;
    const began = performance.now();
    const end = began + SECONDS * 1000;
    await Promise.all(
      writers.map(async ({ connection, conversation }) => {
        while (performance.now() < end) {
          await connection.query(confab.send, [newId(), conversation, CONTENT]);
          sent += 1;
        }
      }),
    );
    return sent / ((performance.now() - began) / 1000);
  } finally {
    for (const { connection } of writers) await connection.client.end();
  }
}
