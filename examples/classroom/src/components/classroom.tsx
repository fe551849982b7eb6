import { useGoals } from '../hooks/use-goals';
import { usePlace } from '../lib/route';
import { ConnectionBanner } from './connection-banner';
import { GoalList } from './goal-list/goal-list';
import { GoalView } from './goal/goal-view';
import { Notices } from './notices';

/** The goals and the open one; on narrow screens the one that is being used. */
export function Classroom() {
  const { goals, isPending } = useGoals();
  const { conversationId, day } = usePlace();
  const open = goals.find(({ conversation }) => conversation.id === conversationId) ?? null;
  return (
    <div className="classroom" data-open={conversationId !== null}>
      <GoalList goals={goals} isPending={isPending} openId={conversationId} />
      <main className="pane">
        {open ? (
          <GoalView key={open.conversation.id} open={open} day={day} />
        ) : (
          <div className="empty">
            <img src="/icon.svg" alt="" width="44" height="44" />
            {conversationId !== null && !isPending ? (
              <>
                <h2>This goal is not there</h2>
                <p className="muted">It may have been closed, or the address is not complete.</p>
                <a className="button" href="#/">
                  Show all goals
                </a>
              </>
            ) : (
              <>
                <h2>{goals.some(({ isLed }) => isLed) ? 'Your students' : 'Your goals'}</h2>
                <p className="muted">Choose a goal to see its days.</p>
              </>
            )}
          </div>
        )}
      </main>
      <ConnectionBanner />
      <Notices />
    </div>
  );
}
