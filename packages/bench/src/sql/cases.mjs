// Who does what in the data set: users and conversations that fit each operation.

const WORDS = ['meeting', 'today'];

/** The cases of all operations; `connection` is the owner's. */
export async function findCases(connection) {
  const rowsOf = async (text, values) => (await connection.client.query(text, values)).rows;
  const [hub] = await rowsOf(`select id as user from bench.users where n = 1`);
  const readers = `
    select c.id as conversation, u.id as user, o.id as other, k.last_seq
    from bench.conversations c
    join confab.conversations k on k.id = c.id
    join bench.users u on u.n = c.members[1]
    join bench.users o on o.n = c.members[2]`;
  const pages = await rowsOf(
    `${readers} where c.size = 2 and not c.is_hub and not c.is_backlog and k.last_seq between 80 and 400 order by c.n limit 20`,
  );
  const backlogs = await rowsOf(
    `${readers}
     join confab_private.memberships v on v.conversation_id = c.id and v.user_id = u.id and v.unread = 50
     where c.is_backlog order by c.n limit 20`,
  );
  const sends = await rowsOf(
    `${readers} where c.size = 2 and not c.is_hub and not c.is_backlog order by c.n desc limit 100`,
  );
  const pulls = await rowsOf(`${readers} where c.is_hub order by c.n limit 200`);
  const [group] = await rowsOf(
    `select c.id as conversation, string_agg(u.id::text, ',') as users
     from bench.conversations c join bench.users u on u.n = any (c.members)
     where c.size = 20 group by c.id order by c.id limit 1`,
  );
  // The ordinary user with the most messages that have both words: a full page of results.
  const [searcher] = await rowsOf(
    `select b.user_id as user, count(*)::int as found
     from confab.messages m
     join confab.members b on b.conversation_id = m.conversation_id
     join confab.conversations c on c.id = m.conversation_id
     where m.content ~ '\\y${WORDS[0]}\\y' and m.content ~ '\\y${WORDS[1]}\\y' and c.member_count = 2
       and b.user_id <> $1
     group by b.user_id order by count(*) desc limit 1`,
    [hub.user],
  );
  const [facts] = await rowsOf(
    `select
       (select count(*)::int from confab.profiles) as users,
       (select count(*)::int from confab.conversations) as conversations,
       (select count(*)::int from confab.messages) as messages,
       (select count(*)::int from baseline.messages_v2) as baseline_messages,
       (select count(*)::int from confab.messages where content ~ '\\y${WORDS[0]}\\y') as with_first,
       (select count(*)::int from confab.messages where content ~ '\\y${WORDS[1]}\\y') as with_second`,
  );
  for (const [name, found, needed] of [
    ['pages', pages, 20],
    ['backlogs', backlogs, 5],
    ['sends', sends, 100],
    ['pulls', pulls, 200],
  ]) {
    if (found.length < needed) throw new Error(`unable to measure; too few conversations fit: ${name}`);
  }
  group.users = group.users.split(',');
  return {
    hub: hub.user,
    pages,
    backlogs,
    sends,
    pulls,
    group,
    searcher,
    query: WORDS.join(' '),
    facts: numbersOf(facts),
  };
}

/** The owner's connection leaves everything as text. */
function numbersOf(row) {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, Number(value)]));
}
