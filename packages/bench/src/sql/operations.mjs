// The measured operations: what each side does in a round, and how it is put back.
import { randomBytes } from 'node:crypto';

import { measure } from './measure.mjs';
import { baseline, confab, floor } from './statements.mjs';

const CONTENT =
  'good morning, the report for the meeting today is ready. please have a look when there is time';

/** A UUID v7, as clients mint them. */
export function newId() {
  const time = Date.now().toString(16).padStart(12, '0');
  const random = randomBytes(10).toString('hex');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(0, 3)}-8${random.slice(3, 6)}-${random.slice(6, 18)}`;
}

/** Measures everything; settles with `{ [operation]: { [side]: { ms, p95, rounds } } }`. */
export async function measureOperations({ user, owner, cases, print }) {
  const pick = (list, round) => list[round % list.length];
  const asUser = (statement, who, values) => ({
    prepare: (round) => user.signIn(who(round)),
    run: (round) => user.query(statement, values(round)),
  });
  const asOwner = (statement, values) => ({ run: (round) => owner.query(statement, values(round)) });
  const results = {};
  const run = async (name, sides, options) => {
    print(`  ${name}`);
    results[name] = await measure(sides, options);
  };

  const page = (round) => pick(cases.pages, round);
  await run(
    'page',
    {
      confab: asUser(
        confab.page,
        (round) => page(round).user,
        (round) => [page(round).conversation],
      ),
      baseline: asUser(
        baseline.page,
        (round) => page(round).user,
        (round) => [page(round).conversation],
      ),
      floor: asOwner(floor.page, (round) => [page(round).conversation, page(round).user]),
    },
    { rounds: 200, warmUp: 20, isRehearsed: true },
  );

  const hub = () => cases.hub;
  await run(
    'list',
    {
      confab: asUser(confab.list, hub, () => []),
      baseline: asUser(baseline.list, hub, () => []),
      floor: asOwner(floor.list, () => [cases.hub]),
    },
    { rounds: 100, isRehearsed: true },
  );
  await run(
    'unread',
    {
      confab: asUser(confab.unread, hub, () => []),
      baseline: asUser(baseline.unread, hub, () => [cases.hub]),
    },
    { rounds: 100, isRehearsed: true },
  );
  for (const [name, who] of [
    ['search', cases.searcher.user],
    ['searchHub', cases.hub],
  ]) {
    await run(
      name,
      {
        confab: asUser(
          confab.search,
          () => who,
          () => [cases.query],
        ),
        baseline: asUser(
          baseline.search,
          () => who,
          () => [cases.query],
        ),
      },
      { rounds: 30, warmUp: 3, isRehearsed: true },
    );
  }
  await run('markRead', markReadSides({ owner, backlogs: cases.backlogs, asUser, pick }), {
    rounds: 100,
  });
  await run('send', sendSides({ asUser, asOwner, sends: cases.sends }), { rounds: 400, warmUp: 30 });

  const pull = await preparePull({ user, cases });
  await run('pull', { confab: asUser(confab.pull, hub, () => pull) }, { rounds: 40, isRehearsed: true });
  return results;
}

function markReadSides({ owner, backlogs, asUser, pick }) {
  const backlog = (round) => pick(backlogs, round);
  const restore = {
    confab: {
      name: 'confab_unmark',
      text: `with cursor as (
               update confab.members m
               set last_read_seq = $3::bigint - 50, unread_after_seq = $3::bigint - 50, unread_after_counted = r.counted
               from confab.messages r
               where r.conversation_id = $1 and r.seq = $3::bigint - 50 and m.conversation_id = $1 and m.user_id = $2
             )
             delete from confab_private.read_log l
             using confab.members v
             where v.conversation_id = $1 and v.user_id = $2 and l.member_number = v.number and l.seq = $3`,
    },
    baseline: {
      name: 'baseline_unmark',
      text: `update baseline.message_read_status_v2 s
             set is_read = false, read_at = null
             from (
               select id from baseline.messages_v2 where conversation_id = $1 order by created_at desc limit 50
             ) m
             where s.message_id = m.id and s.user_id = $2 and $3::bigint > 0`,
    },
  };
  const reset = (side) => async (round) => {
    const { conversation, user, last_seq: lastSeq } = backlog(round);
    await owner.query(restore[side], [conversation, user, lastSeq]);
    // What marking and putting back leave behind must not slow down the later rounds.
    if (side === 'baseline' && round % backlogs.length === backlogs.length - 1) {
      await owner.client.query(
        'vacuum baseline.message_read_status_v2, confab.members, confab_private.read_log',
      );
    }
  };
  return {
    confab: {
      ...asUser(
        confab.markRead,
        (round) => backlog(round).user,
        (round) => [backlog(round).conversation, backlog(round).last_seq],
      ),
      reset: reset('confab'),
    },
    baseline: {
      ...asUser(
        baseline.markRead,
        (round) => backlog(round).user,
        (round) => [backlog(round).user, backlog(round).conversation],
      ),
      reset: reset('baseline'),
    },
  };
}

/** Each side has conversations of its own; nothing that is measured afterwards reads them. */
function sendSides({ asUser, asOwner, sends }) {
  const third = Math.floor(sends.length / 3);
  const ours = (round) => sends[round % third];
  const theirs = (round) => sends[third + (round % third)];
  const bare = (round) => sends[2 * third + (round % third)];
  const bareSeq = (round) => String(Number(bare(round).last_seq) + 1 + Math.floor(round / third));
  return {
    confab: asUser(
      confab.send,
      (round) => ours(round).user,
      (round) => [newId(), ours(round).conversation, CONTENT],
    ),
    baseline: asUser(
      baseline.send,
      (round) => theirs(round).user,
      (round) => [theirs(round).conversation, theirs(round).user, CONTENT],
    ),
    floor: asOwner(floor.send, (round) => [
      newId(),
      bare(round).conversation,
      bareSeq(round),
      bareSeq(round),
      bareSeq(round),
      bare(round).user,
      CONTENT,
    ]),
  };
}

/** Lets 200 others write to user 1, who holds the messages of these conversations up to before. */
async function preparePull({ user, cases }) {
  const ids = cases.pulls.map((one) => one.conversation);
  await user.signIn(cases.hub);
  const first = await user.client.query('select confab.pull(null) as answer');
  const { cursor } = JSON.parse(first.rows[0].answer);
  const { rows } = await user.client.query(
    'select id, version from confab.conversations where id = any ($1)',
    [ids],
  );
  const windows = Object.fromEntries(rows.map((row) => [row.id, Number(row.version)]));
  for (const { conversation, other } of cases.pulls) {
    await user.signIn(other);
    await user.query(confab.send, [newId(), conversation, CONTENT]);
  }
  await user.signIn(cases.hub);
  const values = [cursor, JSON.stringify(windows)];
  const { rows: pulled } = await user.query(confab.pull, values);
  const answer = JSON.parse(pulled[0][0]);
  if (
    answer.messages.length !== cases.pulls.length ||
    answer.conversations.length !== cases.pulls.length ||
    answer.has_more
  ) {
    throw new Error(
      `unable to measure pull; it answered ${answer.messages.length} messages of ${answer.conversations.length} conversations`,
    );
  }
  return values;
}
