import { useConfab } from '@confab/react';
import { useQuery } from '@tanstack/react-query';
import { formatFull } from '../../lib/dates';
import { errorText } from '../../lib/error-text';
import type { Message } from '../../lib/types';
import { Dialog } from '../dialog';

export interface VersionsDialogProps {
  readonly message: Message;
  readonly onClose: () => void;
}

/** What an edited message says, and what it said before each edit, the last first. */
export function VersionsDialog({ message, onClose }: VersionsDialogProps) {
  const { messages } = useConfab();
  const { id, content, editedAt } = message;
  const versions = useQuery({
    queryKey: ['versions', id, editedAt],
    queryFn: () => messages.versions(id),
    retry: false,
  });
  return (
    <Dialog label="Edits of this message" onClose={onClose}>
      <h2>Edits of this message</h2>
      <ol className="versions">
        <li>
          <p className="muted">Now</p>
          <p dir="auto">{content}</p>
        </li>
        {versions.data?.toReversed().map(({ number, content: before, replacedAt }) => (
          <li key={number}>
            <p className="muted">Until {formatFull(replacedAt)}</p>
            <p dir="auto">{before}</p>
          </li>
        ))}
      </ol>
      {versions.isPending && <span className="spinner" role="status" aria-label="Loading edits" />}
      {versions.error && (
        <p className="form-error" role="alert">
          {errorText(versions.error)}
        </p>
      )}
      <div className="dialog-buttons">
        <button className="button" autoFocus onClick={onClose}>
          Close
        </button>
      </div>
    </Dialog>
  );
}
