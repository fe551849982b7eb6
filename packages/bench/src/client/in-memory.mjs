// The process of the rows without a network; prints what it does, and its figures as the last line.
import { loadCore } from './bundle.mjs';
import { measureEnqueue } from './outbox.mjs';
import { measureChanges, measureIncoming, measureLate, measureLongSession, measureMemory } from './state.mjs';

/** As many conversations as an app's first pages show. */
const CONVERSATIONS = 30;

const core = await loadCore();
const rows = {
  in1k: () => measureIncoming(core, { loaded: 1000, conversations: CONVERSATIONS }),
  in10k: () => measureIncoming(core, { loaded: 10_000, conversations: CONVERSATIONS }),
  many: () => measureIncoming(core, { loaded: 1000, conversations: 1000 }),
  late: () => measureLate(core, { loaded: 10_000, conversations: CONVERSATIONS }),
  edits: () => measureChanges(core, { loaded: 10_000, conversations: CONVERSATIONS, what: 'edits' }),
  reactions: () => measureChanges(core, { loaded: 10_000, conversations: CONVERSATIONS, what: 'reactions' }),
  session: () => measureLongSession(core, { early: 2000, late: 50_000, conversations: CONVERSATIONS }),
  memory: () => measureMemory(core, { loaded: 10_000, conversations: CONVERSATIONS }),
  enqueue: () => measureEnqueue(core, { queued: 5000 }),
};
const figures = {};
for (const [name, measure] of Object.entries(rows)) {
  process.stdout.write(`measuring in memory: ${name}\n`);
  figures[name] = await measure();
}
process.stdout.write(`${JSON.stringify(figures)}\n`, () => process.exit(0));
