/**
 * Bugs on purpose, as changes of the sources, each of which the simulation has to notice.
 *
 * @type {readonly { name: string, patches: readonly { file: string, find: string, replace: string }[] }[]}
 */
export const mutants = [
  mutant('a push is repeated with new ids', 'sync/outbox-driver.ts', [
    'mutations: batch',
    'mutations: batch.map((one) => (machine.find(one.id)?.attempt ? { ...one, id: deps.ids.next() } : one))',
  ]),
  mutant('send resolves before it is stored', 'sync/outbox-driver.ts', ['    await saving;\n', '']),
  mutant('the queue of one user is sent by the next', 'sync/outbox-driver.ts', [
    '      machine = createMachine();\n      replica.reset();',
    '      replica.reset();',
  ]),
  mutant('a lost answer counts as a refusal', 'outbox/machine.ts', [
    "          status: 'queued',\n          attempt: isTried",
    "          ...(error.code === 'timeout' ? { status: 'failed', error } : { status: 'queued' }),\n          attempt: isTried",
  ]),
  mutant('an expired token drops what was being sent', 'outbox/machine.ts', [
    'if (isAuth) isParked = true;',
    'if (isAuth) for (const id of ids) remove(id);',
  ]),
  mutant('what failed for now goes to the end of its lane', 'outbox/machine.ts', [
    "return landed(slot, { status: 'queued', attempt });",
    "landed(slot, { status: 'queued', attempt, order: ++lastOrder });\n          return queue.sort();",
  ]),
  mutant(
    'what was stored is sent in another order',
    'outbox/machine.ts',
    ['      for (const entry of unknown) {', '      for (const entry of unknown.toReversed()) {'],
    ['      queue.sort();\n    },', '    },'],
  ),
  mutant('of an edit of something unsent the first text is kept', 'outbox/fold.ts', [
    '...defined({ ...changes, ...placesIn(args, send.mutation.args) }),\n        };',
    '...defined({ ...changes, ...placesIn(args, send.mutation.args) }),\n          ...send.mutation.args,\n        };',
  ]),
  mutant('a delay counts by the time of day', 'lib/steady-time.ts', [
    'putBack += Math.max(0, latest - time);\n      return (latest = Math.max(latest, time));',
    'return time;',
  ]),
  mutant('confirmed writes leave the overlay before their rows arrive', 'sync/engine.ts', [
    'outbox.release(writes.isShown)',
    'outbox.release(() => true)',
  ]),
  mutant('the client is live without a pull after the join', 'sync/connection-machine.ts', [
    "return catchUp(state.type === 'catching_up' ? state.attempt : 0, now, random);",
    "return stay({ type: 'live', nextPullAt: nextPull(now, random) });",
  ]),
  mutant(
    'a gap in the messages is ignored',
    'cache/loaded-messages.ts',
    ["  if (version > loaded.version + 1) return { loaded, outcome: 'gap' };\n", ''],
    ['if (version === loaded.version + 1)', 'if (version > loaded.version)'],
  ),
  mutant('a page is joined with what it does not adjoin', 'cache/loaded-messages.ts', [
    'if (doMeet(window, joined))',
    'if (doMeet(window, joined) || loaded.windows.length > 0)',
  ]),
  mutant('an older page raises the version', 'cache/loaded-messages.ts', [
    'version: Math.min(loaded.version, history.version),',
    'version: Math.max(loaded.version, history.version),',
  ]),
  mutant('what a pull cuts off is kept', 'sync/puller.ts', [
    'await Promise.all(response.truncated.map(reopen));',
    '',
  ]),
  mutant(
    'an event that comes twice counts twice',
    'cache/conversation-changes.ts',
    ['  if (version <= known.version) {', '  if (version < known.version) {'],
    ['if (version > known.version + 1) return', 'if (version > known.version + 1) return'],
    ['const isNew = message.seq > known.lastSeq;', 'const isNew = message.seq >= known.lastSeq;'],
  ),
  mutant('of one push the furthest read mark is kept', 'cache/conversation-changes.ts', [
    '      : incoming.unreadAfterSeq;',
    '      : Math.max(known.unreadAfterSeq, incoming.unreadAfterSeq);',
  ]),
  mutant('an older state of a message replaces a newer one', 'cache/merge-message.ts', [
    '  if (incoming.version < known.version) return known;\n',
    '',
  ]),
  mutant('a follower never leads when the leader dies', 'sync/tabs.ts', [
    "        if (!isAlone) role.set('leader');",
    "        if (!isAlone && role.get() === 'follower' && outbox.view.get().unsentCount > 0) return;\n        if (!isAlone) role.set('leader');",
  ]),
  mutant('stored messages claim a change that is not in them', 'cache/persisted.ts', [
    'version: loaded.version,',
    'version: loaded.version + 1,',
  ]),
  mutant('the end of a membership ends the invitation after it', 'sync/apply.ts', [
    'response.removed.filter((id) => !invites.has(id)),',
    'response.removed,',
  ]),
  mutant('a quote keeps what its message said before', 'cache/quotes.ts', [
    'return { ...reply, replyTo: quoteOf(quoted) };',
    'return reply;',
  ]),
  mutant('a mention that has gone counts until the next pull', 'cache/conversation-changes.ts', [
    'known.unreadMentions + moreMentions',
    'known.unreadMentions + Math.max(0, moreMentions)',
  ]),
  mutant('a thread is unread, or read, with the next pull', 'sync/apply.ts', [
    '    cache.setConversation({ ...conversation, unreadThreads });\n',
    '',
  ]),
  mutant('who comes back keeps what was loaded before', 'sync/apply.ts', [
    '(known ? known.me.visibleFromSeq : visibleFromSeq) !== visibleFromSeq || end + 1 < visibleFromSeq',
    'end < 0',
  ]),
  mutant('of read cursors the last is sent', 'outbox/fold.ts', [
    'const seq = Math.max(last.mutation.args.seq, args.seq);',
    'const { seq } = args;',
  ]),
  mutant('a message hidden while its page loads shows again', 'sync/apply.ts', [
    'if (cache.isAwaitingMessages(conversationId)) early.push(mark);',
    '',
  ]),
  mutant('who writes is not taken to have read', 'sync/apply.ts', [
    'if (sender) cache.mergeMembers([withOwnMessage(sender, { seq, end: endOf(before), seen })]);',
    '',
  ]),
  mutant('an answer is used after its user has gone', 'sync/engine.ts', [
    'if (during === session) return answer;',
    'if (during <= session) return answer;',
  ]),
  mutant('a message that waits reads what came meanwhile', 'features/seen.ts', [
    'return heldAfter(loaded, cursor);',
    'return Number.MAX_SAFE_INTEGER;',
  ]),
  mutant('a draft is saved by the clock of its device', 'features/drafts.ts', [
    'Math.max(clock.now(), seen + 1)',
    'clock.now()',
  ]),
  mutant('what is about a refused message is sent', 'outbox/machine.ts', [
    "if (made.isHeld || made.entry.status === 'failed') return 'held';",
    "if (made.isHeld || made.entry.status === 'failed') return 'free';",
  ]),
];

/**
 * @param {string} name
 * @param {string} file in the sources of the core
 * @param {...readonly [find: string, replace: string]} changes
 */
function mutant(name, file, ...changes) {
  return { name, patches: changes.map(([find, replace]) => ({ file, find, replace })) };
}
