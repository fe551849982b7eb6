import { short } from './run';
import type { Run, Tab } from './world';

/** Shows a conversation in a tab, and checks whatever it shows from then on. */
export function watchRoom(run: Run, tab: Tab, room: string): void {
  if (tab.lists.has(room)) return;
  const list = tab.confab.messages.list(room);
  const check = () => {
    if (!tab.life.isDead && !tab.client.isSignedOut) checkList(run, tab, room);
  };
  tab.lists.set(room, { room, list, stop: list.subscribe(check), seen: new Set(), lastSeq: 0 });
}

/** Shows a thread in a tab. */
export function watchThread(run: Run, tab: Tab, room: string, rootId: string): void {
  if (tab.threads.has(rootId)) return;
  const list = tab.confab.threads.replies(room, rootId);
  const check = () => {
    if (tab.life.isDead || tab.client.isSignedOut) return;
    let last = 0;
    const ids = new Set<string>();
    for (const { id, seq } of list.get().messages) {
      if (ids.has(id)) run.report('duplicated', `${tab.name} shows ${short(id)} twice in a thread`);
      ids.add(id);
      if (seq === null) continue;
      if (seq <= last) run.report('reordered', `${tab.name} shows ${seq} after ${last} in a thread`);
      last = seq;
    }
  };
  tab.threads.set(rootId, { room, list, stop: list.subscribe(check) });
}

/** Everything a tab shows from its beginning. */
export function watchAll(run: Run, tab: Tab, rooms: readonly string[]): void {
  const { confab } = tab;
  tab.stops.push(confab.conversations.list().subscribe(() => undefined));
  tab.stops.push(confab.conversations.unreadCount().subscribe(() => undefined));
  if (run.plan.showsAll) {
    tab.stops.push(confab.drafts.list().subscribe(() => undefined));
    tab.stops.push(confab.conversations.invites().subscribe(() => undefined));
  }
  tab.stops.push(
    confab.connection.subscribe(() => {
      if (!tab.life.isDead) checkConnection(run, tab);
    }),
  );
  for (const room of rooms) watchRoom(run, tab, room);
}

/** What was shown may go after this: the view begins anew. */
export function forgetSeen(tab: Tab): void {
  for (const open of tab.lists.values()) {
    open.seen.clear();
    open.lastSeq = 0;
  }
}

function checkConnection(run: Run, tab: Tab): void {
  const { type, isDurable } = tab.confab.connection.get();
  if (isDurable) markSafe(run, tab);
  if (type !== 'live') return;
  // Rule E7: what happened before the inbox became live is there when the client says so.
  for (const { id, version } of tab.cache.list()?.items ?? []) {
    const floor = tab.life.floor.get(id) ?? 0;
    if (version < floor)
      run.report('diverged', `${tab.name} is live at ${version} of ${floor} in ${short(id)}`);
  }
}

const writesOf = ({ ledger }: Run) => [...ledger.sent, ...ledger.changes, ...ledger.reads];

/** The storage works again: what was in memory alone is stored. */
function markSafe(run: Run, { life }: Tab): void {
  for (const write of writesOf(run)) {
    if (write.session === life.session && !write.isForfeit) write.isSafe = true;
  }
}

/** What this tab holds in memory alone is going, as it has said it would. */
export function forfeit(run: Run, { life }: Tab): void {
  for (const write of writesOf(run)) {
    if (write.session === life.session && !write.isSafe) write.isForfeit = true;
  }
}

function checkList(run: Run, tab: Tab, room: string): void {
  const open = tab.lists.get(room);
  if (!open) return;
  const { messages, isPending, error, hasNewer } = open.list.get();
  const timeline = run.ledger.timeline(room);
  const { ledger } = run;
  const at = (text: string) => `${tab.name} in ${short(room)} ${text}`;

  const places = new Map<string, number>();
  let last = 0;
  let first = Infinity;
  let i = -1;
  for (const { id, seq, status } of messages) {
    if (places.has(id)) run.report('duplicated', at(`shows ${short(id)} twice`));
    places.set(id, places.size);
    const stored = ledger.stored.get(id);
    if (status === 'sent' && !stored) run.report('dishonest', at(`shows ${short(id)} as sent`));
    // With a storage that fails a reload brings back what was refused before the user asked again. That the user has asked
    // in another tab is heard a moment later; at the end the tabs are compared.
    const isOld =
      ledger.refused.has(id) &&
      (tab.client.tabs.length > 1 ||
        ['storageFailed', 'storageHung'].some((fault) => run.faults[fault] !== undefined));
    if (status === 'failed' && stored && !isOld) run.report('dishonest', at(`shows ${short(id)} as failed`));
    if (seq === null) continue;
    if (i < 0) {
      first = seq;
      i = timeline.findIndex((row) => row.seq === seq);
    } else i++;
    // What the user has hidden is in the window and not in the view.
    while (timeline[i] && timeline[i]?.id !== id && isHidden(run, tab, timeline[i]?.id)) i++;
    if (timeline[i]?.id !== id || i < 0)
      run.report('holes', at(`shows ${seq} after ${last} of ${timeline.map((row) => row.seq).join()}`));
    last = seq;
  }
  // After a restore of the database everything is loaded anew, sooner or later.
  const hasMoved = ledger.moved.has(`${tab.client.user} ${room}`);
  if (!isPending && !error && !hasNewer && !run.faults['epochRenewed'] && !hasMoved) {
    if (last < open.lastSeq && !isHidden(run, tab, timeline.find(({ seq }) => seq === open.lastSeq)?.id))
      run.report('vanished', at(`shows up to ${last} and has shown ${open.lastSeq}`));
    open.lastSeq = last;
  }
  const takenBack = new Set(
    ledger.changes
      .filter(({ type }) => type === 'unhide')
      .map(({ messageId, user }) => `${user} ${messageId}`),
  );
  for (const { type, messageId, mutationId, session, user } of ledger.changes) {
    if (type !== 'hide' || session !== tab.life.session || mutationId === null) continue;
    if (places.has(messageId) && !ledger.refused.has(mutationId) && !takenBack.has(`${user} ${messageId}`))
      run.report('leaked', at(`shows ${short(messageId)} again, which its user has hidden`));
  }
  const order = new Map<string, number>();
  for (const sent of ledger.sent) {
    if (sent.room !== room || sent.user !== tab.client.user || sent.id === null || sent.rootId !== null)
      continue;
    const place = places.get(sent.id);
    if (place !== undefined) {
      open.seen.add(sent.id);
      // What was refused may come later, when the user asks again.
      if (ledger.refused.has(sent.id)) continue;
      if (place < (order.get(sent.lane) ?? -1))
        run.report('reordered', at(`shows ${short(sent.id)} too early`));
      order.set(sent.lane, place);
      continue;
    }
    if (!open.seen.has(sent.id) && (sent.isForward || sent.session !== tab.life.session)) continue;
    if (ledger.letGo.has(sent.id) || sent.isForfeit || hasMoved) continue;
    if (isHidden(run, tab, sent.id)) continue;
    const stored = ledger.stored.get(sent.id);
    // Confirmed and further back than what is loaded.
    if (stored && (isPending || error || stored.seq < first)) continue;
    // Somewhere else is looked at: what is unsent is shown at the end.
    if (hasNewer && (!stored || stored.seq > last)) continue;
    run.report(
      'vanished',
      at(`does not show ${short(sent.id)} (${sent.token})${stored ? ` ${stored.seq}` : ''}`),
    );
  }
}

function isHidden(run: Run, tab: Tab, id: string | undefined): boolean {
  return id !== undefined && run.ledger.hidden.has(`${tab.client.user} ${id}`);
}

/** Windows claim to be whole up to their version: every change until then is in them (rule E6). */
export function checkWindows(run: Run, tab: Tab): void {
  for (const room of tab.lists.keys()) {
    const loaded = tab.cache.messages(room);
    if (!loaded || checked.has(loaded)) continue;
    const member = run.server.member(room, tab.client.user);
    // What was loaded before one went, or of what one may not see any more.
    if (member?.state !== 'joined') continue;
    checked.add(loaded);
    const { version } = loaded;
    for (const { covers, pages } of loaded.windows) {
      const rows = new Map(pages.flat().map((row) => [row.seq, row.version]));
      for (const { seq, states } of run.ledger.timeline(room)) {
        if (seq < Math.max(covers.from, member.visible_from_seq) || seq > covers.to) continue;
        const reached = states.findLast((state) => state.version <= version)?.version ?? 0;
        const held = rows.get(seq) ?? 0;
        if (held < reached)
          run.report(
            'holes',
            `${tab.name} has ${short(room)} up to ${version}, but of ${seq} ${held} instead of ${reached}`,
          );
      }
    }
  }
}

const checked = new WeakSet<object>();
