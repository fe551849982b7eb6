import { isComposingKey } from '@confab/react';
import { Search, X } from 'lucide-react';
import type { KeyboardEvent, RefObject } from 'react';

export interface SearchFieldProps {
  readonly label: string;
  readonly value: string;
  readonly field?: RefObject<HTMLInputElement | null>;
  readonly hasAutofocus?: boolean;
  readonly onChange: (value: string) => void;
  readonly onKeyDown?: (event: KeyboardEvent<HTMLInputElement>) => void;
}

/** Escape empties it. */
export function SearchField({ label, value, field, hasAutofocus, onChange, onKeyDown }: SearchFieldProps) {
  return (
    <div className="search-field">
      <Search size={17} />
      <input
        ref={field}
        type="search"
        value={value}
        aria-label={label}
        placeholder="Search"
        autoComplete="off"
        data-autofocus={hasAutofocus}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (isComposingKey(event)) return;
          if (event.key === 'Escape' && value !== '') {
            event.preventDefault();
            onChange('');
          } else onKeyDown?.(event);
        }}
      />
      {value !== '' && (
        <button className="search-clear" aria-label="Clear the search" onClick={() => onChange('')}>
          <X size={16} />
        </button>
      )}
    </div>
  );
}
