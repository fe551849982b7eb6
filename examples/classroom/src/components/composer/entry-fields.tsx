import { useId, type ReactNode } from 'react';
import type { EntryForm } from '../../hooks/use-entry-form';
import type { Step, Tab } from '../../lib/entry-fields';
import { activityTypes, moods, tones } from '../../lib/kinds';

const MOODS = { great: '😄 Great', good: '🙂 Good', okay: '😐 Okay', hard: '😣 Hard' } as const;
const TYPES = { practice: 'Practice', reading: 'Reading', project: 'Project' } as const;
const TONES = { praise: 'Praise', suggestion: 'Suggestion', question: 'Question' } as const;

export interface EntryFieldsProps {
  readonly tab: Tab;
  readonly form: EntryForm;
  readonly steps: readonly Step[];
}

/** What a kind asks for besides words. */
export function EntryFields({ tab, form: { fields, problems, change }, steps }: EntryFieldsProps) {
  switch (tab) {
    case 'daily_note':
      return (
        <div className="fields">
          <Choice
            label="Mood"
            options={moods}
            names={MOODS}
            value={fields.mood}
            onChoose={(mood) => change({ mood })}
          />
          <Field label="In the way" problem={problems['blockers']}>
            {(props) => (
              <input
                {...props}
                placeholder="Anything in the way?"
                value={fields.blockers}
                onChange={({ target }) => change({ blockers: target.value })}
              />
            )}
          </Field>
        </div>
      );
    case 'activity':
      return (
        <div className="fields">
          <Field label="Activity" problem={problems['title']}>
            {(props) => (
              <input
                {...props}
                placeholder="What did you do?"
                value={fields.title}
                onChange={({ target }) => change({ title: target.value })}
              />
            )}
          </Field>
          <Field label="Minutes" problem={problems['minutes']}>
            {(props) => (
              <input
                {...props}
                className="minutes"
                inputMode="numeric"
                placeholder="min"
                value={fields.minutes}
                onChange={({ target }) => change({ minutes: target.value })}
              />
            )}
          </Field>
          <Choice
            label="Type"
            options={activityTypes}
            names={TYPES}
            value={fields.type}
            onChoose={(type) => change({ type })}
          />
        </div>
      );
    case 'milestone':
      return (
        <div className="fields">
          <Field label="Milestone" problem={problems['stepId']}>
            {(props) => (
              <select
                {...props}
                value={fields.stepId}
                onChange={({ target }) => change({ stepId: target.value })}
              >
                <option value="">Which milestone is reached?</option>
                {steps.map(({ id, title }) => (
                  <option key={id} value={id}>
                    {title}
                  </option>
                ))}
              </select>
            )}
          </Field>
        </div>
      );
    case 'instructor_response':
      return (
        <div className="fields">
          <Choice
            label="Tone"
            options={tones}
            names={TONES}
            value={fields.tone}
            onChoose={(tone) => change({ tone })}
          />
        </div>
      );
    case 'text':
      return null;
  }
}

interface FieldControlProps {
  readonly id: string;
  readonly 'aria-invalid': boolean;
  readonly 'aria-describedby'?: string;
}

function Field(props: {
  label: string;
  problem: string | undefined;
  children: (props: FieldControlProps) => ReactNode;
}) {
  const id = useId();
  const { label, problem, children } = props;
  return (
    <div className="field">
      <label htmlFor={id} className="visually-hidden">
        {label}
      </label>
      {children({
        id,
        'aria-invalid': problem !== undefined,
        ...(problem !== undefined && { 'aria-describedby': `${id}-problem` }),
      })}
      {problem !== undefined && (
        <p id={`${id}-problem`} className="problem" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}

function Choice<T extends string>(props: {
  label: string;
  options: readonly T[];
  names: Record<T, string>;
  value: T;
  onChoose: (value: T) => void;
}) {
  const { label, options, names, value, onChoose } = props;
  return (
    <div className="choices" role="group" aria-label={label}>
      {options.map((option) => (
        <button key={option} type="button" aria-pressed={option === value} onClick={() => onChoose(option)}>
          {names[option]}
        </button>
      ))}
    </div>
  );
}
