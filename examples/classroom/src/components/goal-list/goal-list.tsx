import { LogOut } from 'lucide-react';
import { useState } from 'react';
import type { OpenGoal } from '../../hooks/use-goals';
import { useToday } from '../../hooks/use-today';
import { signOut } from '../../lib/auth';
import { choices, fits, type Choice } from '../../lib/goal-filter';
import { GoalRow } from './goal-row';

const DAYS = [3, 5, 7, 14];
const LABELS = { all: 'All', unread: 'Unread', active: 'Active', quiet: 'Quiet' } as const;
const NOTHING = {
  all: 'No goals yet. They show here as soon as an instructor opens one.',
  unread: 'All read.',
  active: 'Nobody has written lately.',
  quiet: 'Nobody has been quiet that long.',
} as const;

export interface GoalListProps {
  readonly goals: readonly OpenGoal[];
  readonly isPending: boolean;
  readonly openId: string | null;
}

/** The instructor's students, or the goals of a student. */
export function GoalList({ goals, isPending, openId }: GoalListProps) {
  const [choice, setChoice] = useState<Choice>('all');
  const [days, setDays] = useState(7);
  const today = useToday();
  const isLeading = goals.some(({ isLed }) => isLed);
  const shown = isLeading ? goals.filter((open) => fits(open, choice, days, today)) : goals;
  return (
    <nav className="sidebar" aria-label={isLeading ? 'Students' : 'Goals'}>
      <header className="sidebar-header">
        <h1>{isLeading ? 'Students' : 'My goals'}</h1>
        <button className="icon-button" aria-label="Sign out" title="Sign out" onClick={() => void signOut()}>
          <LogOut size={18} />
        </button>
      </header>
      {isLeading && (
        <div className="filters">
          <div className="segments" role="group" aria-label="Show">
            {choices.map((name) => (
              <button key={name} aria-pressed={choice === name} onClick={() => setChoice(name)}>
                {LABELS[name]}
              </button>
            ))}
          </div>
          {(choice === 'active' || choice === 'quiet') && (
            <label className="filter-days">
              {choice === 'active' ? 'Wrote in the last' : 'Wrote nothing for'}
              <select value={days} onChange={({ target }) => setDays(Number(target.value))}>
                {DAYS.map((count) => (
                  <option key={count} value={count}>
                    {count} days
                  </option>
                ))}
              </select>
            </label>
          )}
        </div>
      )}
      <ul className="goal-list">
        {shown.map((open) => (
          <GoalRow
            key={open.conversation.id}
            open={open}
            isOpen={open.conversation.id === openId}
            today={today}
          />
        ))}
      </ul>
      {shown.length === 0 && !isPending && (
        <p className="nothing muted">{NOTHING[isLeading ? choice : 'all']}</p>
      )}
    </nav>
  );
}
