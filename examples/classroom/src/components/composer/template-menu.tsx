import { Zap } from 'lucide-react';
import { useState } from 'react';
import { useKept } from '../../hooks/use-kept';
import type { Tone } from '../../lib/kinds';
import { fillIn, templates } from '../../lib/templates';
import { Dialog } from '../dialog';
import { TemplateEditor } from './template-editor';

export interface TemplateMenuProps {
  readonly studentName: string;
  readonly onChoose: (text: string, tone: Tone) => void;
}

/** Quick responses: one press puts one into the field. */
export function TemplateMenu({ studentName, onChoose }: TemplateMenuProps) {
  const list = useKept(templates);
  const [state, setState] = useState<'closed' | 'list' | 'editor'>('closed');
  const close = () => setState('closed');
  return (
    <>
      <button type="button" className="button" onClick={() => setState('list')}>
        <Zap size={17} aria-hidden /> <span>Templates</span>
      </button>
      {state === 'list' && (
        <Dialog label="Quick responses" onClose={close}>
          <h2>Quick responses</h2>
          <ul className="templates">
            {list.map(({ id, name, text, tone }) => (
              <li key={id}>
                <button
                  type="button"
                  className="template"
                  onClick={() => {
                    close();
                    onChoose(fillIn(text, studentName), tone);
                  }}
                >
                  <b>{name}</b>
                  <span className="muted">{fillIn(text, studentName)}</span>
                </button>
              </li>
            ))}
          </ul>
          {list.length === 0 && <p className="muted">None yet.</p>}
          <div className="dialog-buttons">
            <button type="button" className="button" onClick={() => setState('editor')}>
              Edit
            </button>
            <button type="button" className="button" onClick={close}>
              Close
            </button>
          </div>
        </Dialog>
      )}
      {state === 'editor' && <TemplateEditor onClose={close} />}
    </>
  );
}
