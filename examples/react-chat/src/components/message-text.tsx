import { useState } from 'react';

/** Longer texts are folded: one message must not fill several screens. */
const FOLD_CHARS = 1_200;

export function MessageText({ text }: { readonly text: string }) {
  const [isUnfolded, setIsUnfolded] = useState(false);
  const isFolded = text.length > FOLD_CHARS && !isUnfolded;
  return (
    <>
      {/* Every language runs its own way. */}
      <p className={isFolded ? 'message-text message-folded' : 'message-text'} dir="auto">
        {text}
      </p>
      {isFolded && (
        <button className="button-link" onClick={() => setIsUnfolded(true)}>
          Show all
        </button>
      )}
    </>
  );
}
