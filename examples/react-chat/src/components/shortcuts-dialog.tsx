import { Dialog } from './dialog';

const KEYS = [
  ['/', 'Search'],
  ['n', 'New chat'],
  ['Alt + ↑ or ↓', 'Previous or next conversation'],
  ['↑ ↓ Home End', 'Move in the list, or in the messages'],
  ['Enter', 'Open, or send'],
  ['Shift + Enter', 'New line'],
  ['↑ in an empty field', 'Edit your last message'],
  ['Esc', 'Close, cancel or clear'],
  ['?', 'These keys'],
] as const;

export function ShortcutsDialog({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog label="Keyboard" onClose={onClose}>
      <h2>Keyboard</h2>
      <dl className="keys">
        {KEYS.map(([key, does]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <div className="dialog-buttons">
        <button className="button" onClick={onClose}>
          Close
        </button>
      </div>
    </Dialog>
  );
}
