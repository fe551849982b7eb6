import { useCurrentUser } from '@confab/react';
import { addDays, isDay, type Day, type DayOf, type DayRange } from '../../lib/days';
import { formatDay, formatShortDay, formatWeekday } from '../../lib/format';
import { hrefOf } from '../../lib/route';
import type { Message } from '../../lib/types';
import { useGoal } from './goal-context';

export interface DayRailProps {
  readonly days: readonly DayOf<Message>[];
  readonly today: Day;
  readonly shownDay: Day | null;
  readonly range: DayRange;
}

/** The days there is something about, and ways to get to others. */
export function DayRail({ days, today, shownDay, range }: DayRailProps) {
  const { conversationId, unreadAfterSeq } = useGoal();
  const currentUserId = useCurrentUser();
  const isNew = ({ seq, senderId, countsAsUnread }: Message) =>
    unreadAfterSeq !== null && countsAsUnread && (seq ?? 0) > unreadAfterSeq && senderId !== currentUserId;
  return (
    <nav className="days" aria-label="Days">
      <div className="days-tools">
        <a className="button button-small" href={hrefOf(conversationId, today)}>
          Today
        </a>
        <label className="days-jump">
          <span className="visually-hidden">Jump to a day</span>
          <input
            type="date"
            value={shownDay ?? today}
            max={addDays(today, 366)}
            onChange={({ target: { value } }) => {
              if (isDay(value)) location.hash = hrefOf(conversationId, value);
            }}
          />
        </label>
      </div>
      <ul>
        {days.toReversed().map(({ day, entries }) => (
          <li key={day}>
            <a
              className="day-link"
              href={hrefOf(conversationId, day)}
              aria-current={day === shownDay ? 'date' : undefined}
            >
              <span className="day-link-name">
                <span className="day-link-weekday">{formatWeekday(day)}</span> {formatShortDay(day, today)}
              </span>
              <span className="visually-hidden">{formatDay(day, today)}, </span>
              {entries.some(({ message, answers }) => [message, ...answers].some(isNew)) && (
                <span className="dot" role="img" aria-label="new" />
              )}
              <span className="day-link-count">
                {entries.length}
                <span className="visually-hidden">{entries.length === 1 ? ' entry' : ' entries'}</span>
              </span>
            </a>
          </li>
        ))}
        <li>
          <a className="day-link day-link-more" href={hrefOf(conversationId, addDays(range.from, -1))}>
            Earlier days
          </a>
        </li>
      </ul>
    </nav>
  );
}
