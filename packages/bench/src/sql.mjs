import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';

import { findCases } from './sql/cases.mjs';
import { connectOwner, connectUser } from './sql/connections.mjs';
import { openDataSet } from './sql/data-set.mjs';
import { measureOperations } from './sql/operations.mjs';
import { measureRates } from './sql/rates.mjs';
import { summarise, tableOf } from './sql/report.mjs';

const migrationsDir = fileURLToPath(new URL('../../../supabase/migrations', import.meta.url));

/**
 * How fast the functions of the database are: against a design with a row of read status per message on the same
 * data, and against the same rows read by their owner with one statement. `scale` 1 is a tenth of the full data
 * set: 200,000 messages in 2,000 conversations, 1,000 of them of one user; 10 is all of it, more is larger.
 */
export async function benchSql(print, { scale = 1 } = {}) {
  const dataSet = await openDataSet({ migrationsDir, scale, print });
  try {
    const { dbUrl } = dataSet.stack;
    const owner = await connectOwner(dbUrl);
    const user = await connectUser(dbUrl);
    const cases = await findCases(owner);
    const { facts } = cases;
    print(
      `${facts.messages} messages (${facts.baseline_messages} of them in conversations of two, which is what the ` +
        `baseline holds), ${facts.conversations} conversations, ${facts.users} users, on ${cpus().length} cores`,
    );
    print(
      `searched for: ${cases.query} (in ${share(facts.with_first, facts)} and ${share(facts.with_second, facts)} of the messages)`,
    );
    print('measuring');
    const operations = await measureOperations({ user, owner, cases, print });
    await user.client.end();
    await owner.client.end();
    const rates = await measureRates({ dbUrl, cases, print });
    const figures = summarise({ operations, bytes: dataSet.bytes, rates, scale, facts });
    const earlier = await readResults(dataSet.resultsFile);
    for (const line of ['', ...tableOf({ figures, operations, bytes: dataSet.bytes, earlier }), ''])
      print(line);
    const kept = [...earlier.filter((run) => run.scale !== scale), figures];
    await writeFile(dataSet.resultsFile, JSON.stringify(kept));
    return figures;
  } finally {
    await dataSet.stop();
  }
}

async function readResults(file) {
  return readFile(file, 'utf8').then(JSON.parse, () => []);
}

function share(part, { messages }) {
  return `${((part / messages) * 100).toFixed(1)} %`;
}
