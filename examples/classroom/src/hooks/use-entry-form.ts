import { useDraft, useSendMessage, useTyping } from '@confab/react';
import { useEffect, useState } from 'react';
import * as z from 'zod/mini';
import type { Day } from '../lib/days';
import {
  emptyFields,
  fieldsSchema,
  isEmpty,
  toInput,
  type Fields,
  type Problems,
  type Step,
  type Tab,
} from '../lib/entry-fields';
import { errorText } from '../lib/error-text';
import { report } from '../lib/notices';
import type { Message } from '../lib/types';

/** What is being written for a goal: kept as a draft, and sent with the day it is about, or as an answer to `targets`. */
export function useEntryForm(conversationId: string, firstTab: Tab, steps: readonly Step[]) {
  const send = useSendMessage(conversationId);
  const { keystroke, stop } = useTyping(conversationId);
  const { draft, saveSoon, flush } = useDraft(conversationId);
  const [touched, setTouched] = useState<Fields | null>(null);
  const [problems, setProblems] = useState<Problems>({});
  const [error, setError] = useState<string | null>(null);
  const saved = z.safeParse(fieldsSchema, draft?.data);
  const fields = touched ?? (draft?.content != null && saved.success ? saved.data : emptyFields(firstTab));

  useEffect(() => {
    // Whoever leaves takes the draft along.
    addEventListener('pagehide', flush);
    return () => {
      removeEventListener('pagehide', flush);
      flush();
    };
  }, [flush]);

  const keep = (next: Fields) => {
    setTouched(next);
    saveSoon({ content: isEmpty(next) ? null : next.text || next.title || 'Entry', data: { ...next } });
  };
  return {
    fields,
    problems,
    error,
    change: (changes: Partial<Fields>) => {
      setProblems({});
      setError(null);
      keystroke();
      keep({ ...fields, ...changes });
    },
    flush,
    submit: async (day: Day, targets: readonly Message[], tab: Tab): Promise<boolean> => {
      const made = toInput({ ...fields, tab }, steps);
      if ('problems' in made) {
        setProblems(made.problems);
        return false;
      }
      // An answer belongs to the day of what it answers.
      const about = targets.map(({ id, occursOn }) => ({ replyToId: id, occursOn: occursOn ?? day }));
      const inputs = (about.length > 0 ? about : [{ occursOn: day }]).map((one) => ({
        ...made.input,
        ...one,
      }));
      try {
        for (const input of inputs) {
          const queued = await send(input);
          // Its card says why it was refused; this says so to those who are elsewhere by then.
          if (inputs.length > 1) report('send one of the responses', [Promise.resolve(queued)]);
        }
      } catch (reason) {
        setError(errorText(reason));
        return false;
      }
      stop();
      keep(emptyFields(fields.tab));
      flush();
      return true;
    },
  };
}

export type EntryForm = ReturnType<typeof useEntryForm>;
