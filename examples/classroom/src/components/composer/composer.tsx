import { isComposingKey } from '@confab/react';
import { Send } from 'lucide-react';
import { useEffect, useRef, useState, type ReactNode, type SubmitEvent } from 'react';
import { useEntryForm } from '../../hooks/use-entry-form';
import type { OpenGoal } from '../../hooks/use-goals';
import { daysOf } from '../../hooks/use-progress';
import type { Day } from '../../lib/days';
import type { Tab } from '../../lib/entry-fields';
import type { Message } from '../../lib/types';
import { useGoal } from '../goal/goal-context';
import { EntryFields } from './entry-fields';
import { TemplateMenu } from './template-menu';

const TABS = [
  { tab: 'daily_note', label: 'Note' },
  { tab: 'activity', label: 'Activity' },
  { tab: 'milestone', label: 'Milestone' },
] as const;

const PLACEHOLDERS: Record<Tab, string> = {
  daily_note: 'How was it? What did you learn?',
  activity: 'How did it go? (optional)',
  milestone: 'A word about it (optional)',
  instructor_response: 'Write a response',
  text: 'Write a reply',
};

export interface ComposerProps {
  readonly open: OpenGoal;
  readonly today: Day;
  readonly day: Day | null;
  /** What is answered; nothing in particular when there are none. */
  readonly targets: readonly Message[];
  /** What says so. */
  readonly children: ReactNode;
}

/** Each kind has its own form; what is in one stays while another is open. */
export function Composer({ open, today, day, targets, children }: ComposerProps) {
  const { conversation, goal, partner, isLed } = open;
  const { answer } = useGoal();
  const steps = goal?.steps ?? [];
  const form = useEntryForm(conversation.id, isLed ? 'instructor_response' : 'daily_note', steps);
  const { fields, problems, error, change, submit, flush } = form;
  const allowed = daysOf(goal, today);
  const [chosenDay, setChosenDay] = useState<Day | null>(null);
  const about = chosenDay ?? (day !== null && day <= allowed.max ? day : allowed.max);
  const isAnswer = targets.length > 0;
  const tab: Tab = isLed ? 'instructor_response' : isAnswer ? 'text' : fields.tab;
  const problem = problems['text'] ?? error;
  const field = useRef<HTMLTextAreaElement>(null);
  const targetKey = targets.map(({ id }) => id).join();
  useEffect(() => {
    if (targetKey !== '') field.current?.focus();
  }, [targetKey]);
  const send = async () => {
    if (await submit(about, targets, tab)) {
      answer([]);
      setChosenDay(null);
    }
  };
  return (
    <form
      className="composer"
      aria-label={isLed ? 'Response' : 'New entry'}
      noValidate
      onSubmit={(event: SubmitEvent<HTMLFormElement>) => {
        event.preventDefault();
        void send();
      }}
    >
      {children}
      {!isLed && !isAnswer && (
        <div className="composer-top">
          <div className="segments" role="group" aria-label="Kind of entry">
            {TABS.map(({ tab: name, label }) => (
              <button
                key={name}
                type="button"
                aria-pressed={tab === name}
                onClick={() => change({ tab: name })}
              >
                {label}
              </button>
            ))}
          </div>
          <label className="composer-day">
            For
            <input
              type="date"
              value={about}
              {...allowed}
              onChange={({ target }) => setChosenDay(target.value === '' ? null : target.value)}
            />
          </label>
        </div>
      )}
      {!isAnswer || isLed ? <EntryFields tab={tab} form={form} steps={steps} /> : null}
      <div className="composer-line">
        <textarea
          ref={field}
          rows={2}
          aria-label={PLACEHOLDERS[tab].replace(' (optional)', '')}
          placeholder={PLACEHOLDERS[tab]}
          value={fields.text}
          aria-invalid={problems['text'] !== undefined}
          onChange={({ target }) => change({ text: target.value })}
          onBlur={flush}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.shiftKey || isComposingKey(event)) return;
            event.preventDefault();
            void send();
          }}
        />
        {isLed && (
          <TemplateMenu
            studentName={partner.name}
            onChoose={(text, tone) => {
              change({ text: fields.text.trim() === '' ? text : `${fields.text.trimEnd()}\n${text}`, tone });
              flush();
              // Until then the dialog keeps the focus inside.
              requestAnimationFrame(() => field.current?.focus());
            }}
          />
        )}
        <button className="button button-primary">
          <Send size={17} aria-hidden /> <span>{isLed ? 'Respond' : 'Add'}</span>
        </button>
      </div>
      {problem !== null && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
    </form>
  );
}
