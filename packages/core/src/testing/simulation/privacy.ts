import { short } from './run';
import type { Run, Tab } from './world';

/** Nothing that a tab shows or keeps is of another user, whoever was signed in before (rules E4.11, E9.5). */
export function checkPrivacy(run: Run, tab: Tab): void {
  const { client, cache, confab, name } = tab;
  const { user } = client;
  if (client.isSignedOut || confab.currentUser.get() !== user) return;
  const say = (text: string) => run.report('leaked', `${name} of ${short(user)} ${text}`);
  for (const { id, me } of cache.list()?.items ?? [])
    if (me.userId !== user) say(`has ${short(id)} as ${short(me.userId)} knows it`);
  for (const room of tab.lists.keys())
    if (
      !run.server.member(room, user) &&
      cache.messages(room)?.windows.some(({ pages }) => pages.flat().length > 0)
    )
      say(`has messages of ${short(room)} and was never in it`);
  for (const { content } of run.plan.showsAll ? confab.drafts.list().get() : []) {
    const author = content === null ? undefined : run.ledger.drafts.get(content);
    if (author !== undefined && author !== user) say(`shows the draft ${content} of ${short(author)}`);
  }
  for (const sent of run.ledger.sent)
    if (sent.id !== null && sent.user !== user && tab.engine.outbox.view.get().find(sent.id))
      say(`would send ${sent.token} of ${short(sent.user)}`);
}
