import { Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { tones } from '../../lib/kinds';
import { templates, type Template } from '../../lib/templates';
import { Dialog } from '../dialog';

const isTone = (text: string): text is Template['tone'] => tones.some((tone) => tone === text);

/** Changes the quick responses of this device. */
export function TemplateEditor({ onClose }: { readonly onClose: () => void }) {
  const [list, setList] = useState<readonly Template[]>(() => templates.get());
  const change = (id: string, changes: Partial<Template>) =>
    setList(list.map((one) => (one.id === id ? { ...one, ...changes } : one)));
  return (
    <Dialog label="Edit quick responses" onClose={onClose}>
      <h2>Edit quick responses</h2>
      <p className="muted">{'{name}'} becomes the first name of the student. They stay on this device.</p>
      <ul className="template-editor">
        {list.map(({ id, name, text, tone }) => (
          <li key={id}>
            <input
              aria-label="Name"
              value={name}
              maxLength={60}
              onChange={({ target }) => change(id, { name: target.value })}
            />
            <select
              aria-label="Tone"
              value={tone}
              onChange={({ target }) => {
                if (isTone(target.value)) change(id, { tone: target.value });
              }}
            >
              {tones.map((each) => (
                <option key={each}>{each}</option>
              ))}
            </select>
            <button
              type="button"
              className="icon-button"
              aria-label={`Remove ${name}`}
              onClick={() => setList(list.filter((one) => one.id !== id))}
            >
              <Trash2 size={17} />
            </button>
            <textarea
              aria-label="Text"
              rows={2}
              value={text}
              onChange={({ target }) => change(id, { text: target.value })}
            />
          </li>
        ))}
      </ul>
      <div className="dialog-buttons">
        <button
          type="button"
          className="button"
          onClick={() =>
            setList([...list, { id: crypto.randomUUID(), name: 'New response', text: '', tone: 'praise' }])
          }
        >
          <Plus size={17} aria-hidden /> Add
        </button>
        <button type="button" className="button" onClick={onClose}>
          Cancel
        </button>
        <button
          type="button"
          className="button button-primary"
          onClick={() => {
            templates.set(list.filter(({ text }) => text.trim() !== ''));
            onClose();
          }}
        >
          Save
        </button>
      </div>
    </Dialog>
  );
}
