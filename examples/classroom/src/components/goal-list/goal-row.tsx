import type { OpenGoal } from '../../hooks/use-goals';
import type { Day } from '../../lib/days';
import { formatAgo } from '../../lib/format';
import { quietDays } from '../../lib/goal-filter';
import { hrefOf } from '../../lib/route';
import { Avatar } from '../avatar';

const QUIET_DAYS = 7;

/** A goal: the student first where one leads, the goal first where one works for it. */
export function GoalRow({ open, isOpen, today }: { open: OpenGoal; isOpen: boolean; today: Day }) {
  const { conversation, partner, lastEntryOn, isLed } = open;
  const { unreadCount } = conversation;
  const isQuiet = isLed && quietDays(open, today) >= QUIET_DAYS;
  return (
    <li>
      <a className="goal-row" href={hrefOf(conversation.id)} aria-current={isOpen ? 'page' : undefined}>
        <Avatar id={partner.id} name={partner.name} />
        <span className="goal-row-text">
          <span className="goal-row-name">{isLed ? partner.name : conversation.name}</span>
          <span className="goal-row-title">{isLed ? conversation.name : `with ${partner.name}`}</span>
          <span className={isQuiet ? 'goal-row-last is-quiet' : 'goal-row-last'}>
            {lastEntryOn === null ? 'No entry yet' : `Last entry ${formatAgo(lastEntryOn, today)}`}
          </span>
        </span>
        {unreadCount > 0 && (
          <span className="badge">
            {unreadCount}
            <span className="visually-hidden"> unread</span>
          </span>
        )}
      </a>
    </li>
  );
}
