import { BookOpen, CircleAlert, Dumbbell, Flag, Hammer, TriangleAlert } from 'lucide-react';
import { formatMinutes } from '../../lib/format';
import type { ActivityType, Mood, Tone } from '../../lib/kinds';
import type { Message } from '../../lib/types';

const MOODS: Record<Mood, string> = {
  great: '😄 Great',
  good: '🙂 Good',
  okay: '😐 Okay',
  hard: '😣 Hard',
};

const TONES: Record<Tone, string> = { praise: 'Praise', suggestion: 'Suggestion', question: 'Question' };

const TYPES: Record<ActivityType, typeof BookOpen> = {
  practice: Dumbbell,
  reading: BookOpen,
  project: Hammer,
};

/** What is particular to a kind. Comparing `kind` narrows `data`: nothing here is cast. */
export function EntryBody({ message }: { readonly message: Message }) {
  if (message.kind === 'daily_note') {
    const { mood, blockers } = message.data;
    return (
      <>
        <p className="card-text">{message.content}</p>
        <p className="facts">
          <span className="chip">{MOODS[mood]}</span>
          {blockers !== undefined && blockers !== '' && (
            <span className="chip chip-warning">
              <TriangleAlert size={14} aria-hidden /> {blockers}
            </span>
          )}
        </p>
      </>
    );
  }
  if (message.kind === 'activity') {
    const { title, type, minutes } = message.data;
    const Icon = TYPES[type];
    return (
      <>
        <p className="activity">
          <span className="card-icon">
            <Icon size={18} aria-hidden />
          </span>
          <b>{title}</b>
          <span className="chip">{formatMinutes(minutes)}</span>
        </p>
        {message.content !== null && <p className="card-text">{message.content}</p>}
      </>
    );
  }
  if (message.kind === 'milestone') {
    return (
      <>
        <p className="activity">
          <span className="card-icon card-icon-milestone">
            <Flag size={18} aria-hidden />
          </span>
          <b>{message.data.title}</b>
        </p>
        {message.content !== null && <p className="card-text">{message.content}</p>}
      </>
    );
  }
  if (message.kind === 'instructor_response') {
    return (
      <>
        <p className="card-text">{message.content}</p>
        <p className="facts">
          <span className={`chip chip-${message.data.tone}`}>{TONES[message.data.tone]}</span>
        </p>
      </>
    );
  }
  if (message.kind === 'unreadable') {
    return (
      <>
        {message.content !== null && <p className="card-text">{message.content}</p>}
        <p className="facts">
          <span className="chip chip-warning">
            <CircleAlert size={14} aria-hidden /> Part of this entry cannot be shown: it does not fit this
            version of the app.
          </span>
        </p>
      </>
    );
  }
  return <p className="card-text">{message.content ?? 'Nothing to show here.'}</p>;
}
