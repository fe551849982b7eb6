// Bytes per message: copies of the tables that hold messages and receipts, with all their indexes, filled row by row
// in the order of time with plain messages that both sides can hold, vacuumed, weighed.

/** Messages to weigh, per number of members: 19 rows of read status each make fewer of the larger ones enough. */
const SAMPLES = { 2: 200_000, 20: 20_000 };

/** What the baseline cannot store is left out of Confab's rows. */
const LEFT_OUT = ['reactions', 'thread', 'mentioned_user_ids'];

/** Bytes per message of both sides by number of members, and of what they consist. Needs the schema `bench`. */
export async function measureBytes(client) {
  const bytes = {};
  for (const [members, limit] of Object.entries(SAMPLES)) {
    await client.query('drop schema if exists bench_size cascade; create schema bench_size');
    await client.query(
      `create table bench_size.picked as
       select m.* from bench.messages m
       where m.size = $1 and not m.is_deleted and not m.is_thread_reply
       order by m.at limit $2`
        .replace('$1', members)
        .replace('$2', String(limit)),
    );
    await client.query('create unique index on bench_size.picked (id); analyze bench_size.picked');
    const confab = await fillConfab(client);
    const baseline = await fillBaseline(client);
    await client.query('vacuum (analyze)');
    const {
      rows: [{ messages }],
    } = await client.query('select count(*)::int as messages from bench_size.picked');
    bytes[members] = {
      messages,
      confab: await weigh(client, confab, messages),
      baseline: await weigh(client, baseline, messages),
    };
  }
  await client.query('drop schema bench_size cascade');
  return bytes;
}

async function fillConfab(client) {
  const tables = ['confab.messages', 'confab_private.read_log'];
  const [messages, readLog] = await copyTables(client, tables);
  const columns = await columnsOf(client, tables[0]);
  const values = columns.map((name) => (LEFT_OUT.includes(name) ? `null` : `m.${name}`));
  await client.query(
    `insert into ${messages} (${columns.join()})
     select ${values.join()} from confab.messages m join bench_size.picked p on p.id = m.id order by p.at`,
  );
  await client.query(
    `insert into ${readLog} (member_number, seq, read_at)
     select l.member_number, l.seq, l.read_at
     from confab_private.read_log l
     join confab.members v on v.number = l.member_number
     join bench_size.picked p on p.conversation_id = v.conversation_id and p.seq = l.seq
     order by l.read_at`,
  );
  return [messages, readLog];
}

async function fillBaseline(client) {
  const [messages, status] = await copyTables(client, [
    'baseline.messages_v2',
    'baseline.message_read_status_v2',
  ]);
  await client.query(
    `insert into ${messages} (id, conversation_id, sender_id, content, reply_to_id, created_at, updated_at)
     select p.id, p.conversation_id, p.sender_id, p.content, p.reply_to_id, p.at, p.at
     from bench_size.picked p order by p.at`,
  );
  // With two members what its trigger writes. It stops at two; with twenty the same rule, one row per recipient.
  await client.query(
    `insert into ${status} (message_id, user_id, is_read, read_at, created_at)
     select p.id, b.user_id, p.seq <= b.last_read_seq,
            case when p.seq <= b.last_read_seq then p.at + interval '5 minutes' end, p.at
     from bench_size.picked p
     join bench.members b on b.conversation = p.conversation and b.user_id <> p.sender_id
     order by p.at`,
  );
  return [messages, status];
}

async function copyTables(client, tables) {
  const copies = [];
  for (const table of tables) {
    const copy = `bench_size.${table.split('.')[1]}`;
    await client.query(`create table ${copy} (like ${table} including all)`);
    copies.push(copy);
  }
  return copies;
}

async function columnsOf(client, table) {
  const { rows } = await client.query(
    `select quote_ident(attname) as name from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = '' order by attnum`,
    [table],
  );
  return rows.map((row) => row.name);
}

/** Bytes per message: of the whole and of each part. */
async function weigh(client, tables, messages) {
  const parts = {};
  let total = 0;
  for (const table of tables) {
    const { rows } = await client.query(
      `select c.relname as name, pg_relation_size(c.oid) as size
       from pg_class c
       where c.oid = $1::regclass or c.oid in (select indexrelid from pg_index where indrelid = $1::regclass)`,
      [table],
    );
    for (const row of rows) parts[row.name] = Math.round(Number(row.size) / messages);
    const whole = await client.query('select pg_total_relation_size($1::regclass) as size', [table]);
    total += Number(whole.rows[0].size);
  }
  return { perMessage: Math.round(total / messages), parts };
}
