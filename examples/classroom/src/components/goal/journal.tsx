import type { ConfabError } from '@confab/core';
import { useEffect, useRef } from 'react';
import { errorText } from '../../lib/error-text';
import type { Day, DayOf } from '../../lib/days';
import { formatDay } from '../../lib/format';
import type { Message } from '../../lib/types';
import { EntryCard } from '../entries/entry-card';

export interface JournalProps {
  readonly days: readonly DayOf<Message>[];
  /** The day to show; null for the latest. */
  readonly day: Day | null;
  readonly today: Day;
  readonly isPending: boolean;
  readonly error: ConfabError | null;
  readonly more?: { readonly isFetching: boolean; readonly fetch: () => Promise<void> };
}

/** The days from top to bottom, each with its entries. */
export function Journal({ days, day, today, isPending, error, more }: JournalProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const first = days[0]?.day;
  const hasWanted = day !== null && days.some((other) => other.day === day);
  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const wanted = day === null ? null : element.querySelector(`[data-day="${day}"]`);
    if (wanted) wanted.scrollIntoView({ block: 'start' });
    else if (day === null) element.scrollTop = element.scrollHeight;
  }, [day, hasWanted, first]);
  const newest = days.at(-1)?.entries.at(-1);
  const newestKey = newest && (newest.answers.at(-1) ?? newest.message).id;
  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    // Who reads further up stays there.
    const left = element.scrollHeight - element.scrollTop - element.clientHeight;
    if (left < 400) element.scrollTop = element.scrollHeight;
  }, [newestKey]);
  return (
    <div className="journal" ref={scroller} tabIndex={0} role="region" aria-label="Journal">
      <div className="journal-content">
        {more && (
          <button
            className="button button-small"
            disabled={more.isFetching}
            onClick={() => void more.fetch().catch(() => undefined)}
          >
            Show earlier entries
          </button>
        )}
        {error && days.length === 0 && <p role="alert">{errorText(error)}</p>}
        {isPending && days.length === 0 && !error && (
          <span className="spinner" role="status" aria-label="Loading" />
        )}
        {!isPending && !error && days.length === 0 && (
          <div className="empty">
            <h3>Nothing here yet</h3>
            <p className="muted">The first note begins the journal.</p>
          </div>
        )}
        {day !== null && !hasWanted && !isPending && (
          <section className="day" data-day={day} aria-label={formatDay(day, today)}>
            <h3 className="day-title">{formatDay(day, today)}</h3>
            <p className="muted">Nothing was written about this day.</p>
          </section>
        )}
        {days.map(({ day: name, entries }) => (
          <section key={name} className="day" data-day={name} aria-label={formatDay(name, today)}>
            <h3 className="day-title">{formatDay(name, today)}</h3>
            {entries.map(({ message, answers }) => (
              <div key={message.id} className="entry">
                <EntryCard message={message} />
                {answers.length > 0 && (
                  <div className="answers">
                    {answers.map((answer) => (
                      <EntryCard key={answer.id} message={answer} />
                    ))}
                  </div>
                )}
              </div>
            ))}
          </section>
        ))}
      </div>
    </div>
  );
}
