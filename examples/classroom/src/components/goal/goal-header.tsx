import { useTyping } from '@confab/react';
import { ChevronLeft, CircleCheck, Circle } from 'lucide-react';
import type { OpenGoal } from '../../hooks/use-goals';
import { useProgress } from '../../hooks/use-progress';
import { formatMinutes, formatShortDay } from '../../lib/format';
import type { Goal } from '../../lib/goals';
import { listHref } from '../../lib/route';
import { Avatar } from '../avatar';
import { useGoal } from './goal-context';

export function GoalHeader({ open }: { readonly open: OpenGoal }) {
  const { conversation, partner, goal, isLed } = open;
  const { names } = useTyping(conversation.id);
  return (
    <header className="goal-header">
      <a className="icon-button back" href={listHref} aria-label="Back to the list">
        <ChevronLeft size={22} />
      </a>
      <Avatar id={partner.id} name={partner.name} />
      <div className="goal-header-text">
        <h2>{conversation.name}</h2>
        <p className="muted" aria-live="polite">
          {names.length > 0
            ? `${names[0] ?? ''} is writing …`
            : isLed
              ? partner.name
              : `with ${partner.name}`}
        </p>
      </div>
      {goal && <GoalProgress conversationId={conversation.id} goal={goal} />}
    </header>
  );
}

function GoalProgress({ conversationId, goal }: { conversationId: string; goal: Goal }) {
  const { minutes, targetMinutes, steps, reachedCount } = useProgress(conversationId, goal);
  const { today } = useGoal();
  return (
    <details className="goal-progress">
      <summary>
        <Meter
          label="Milestones"
          value={reachedCount}
          max={steps.length}
          text={`${reachedCount} of ${steps.length}`}
        />
        <Meter
          label="Time"
          value={minutes}
          max={targetMinutes}
          text={`${formatMinutes(minutes)} of ${formatMinutes(targetMinutes)}`}
        />
      </summary>
      <ol className="steps">
        {steps.map(({ id, title, reachedOn }) => (
          <li key={id} className={reachedOn === null ? 'step' : 'step step-reached'}>
            {reachedOn === null ? <Circle size={18} aria-hidden /> : <CircleCheck size={18} aria-hidden />}
            <span>{title}</span>
            <span className="muted">{reachedOn === null ? 'open' : formatShortDay(reachedOn, today)}</span>
          </li>
        ))}
      </ol>
    </details>
  );
}

function Meter({ label, value, max, text }: { label: string; value: number; max: number; text: string }) {
  return (
    <span className="meter">
      <span className="meter-label">
        {label} <b>{text}</b>
      </span>
      <progress value={Math.min(value, max)} max={max} aria-label={`${label}: ${text}`} />
    </span>
  );
}
