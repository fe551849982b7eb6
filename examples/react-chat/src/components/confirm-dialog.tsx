import { Dialog } from './dialog';

export interface ConfirmDialogProps {
  readonly title: string;
  readonly text: string;
  readonly confirmLabel: string;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

export function ConfirmDialog({ title, text, confirmLabel, onConfirm, onClose }: ConfirmDialogProps) {
  return (
    <Dialog label={title} onClose={onClose}>
      <h2>{title}</h2>
      <p className="muted">{text}</p>
      <div className="dialog-buttons">
        <button className="button" onClick={onClose}>
          Cancel
        </button>
        <button
          className="button button-danger"
          onClick={() => {
            onClose();
            onConfirm();
          }}
        >
          {confirmLabel}
        </button>
      </div>
    </Dialog>
  );
}
