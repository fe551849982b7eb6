import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import { useWindow } from '../window-context';

/** Lines of code, and a way to copy them. */
export function CodeBlock({ code }: { readonly code: string }) {
  const { actions } = useWindow();
  const [isCopied, setIsCopied] = useState(false);
  return (
    <div className="code-block" dir="ltr">
      {/* It scrolls by itself, which takes a focus by keyboard. */}
      <pre tabIndex={0} role="group" aria-label="Code">
        <code>{code}</code>
      </pre>
      <button
        className="icon-button"
        aria-label="Copy code"
        title={isCopied ? 'Copied' : 'Copy code'}
        onClick={() => {
          actions.copy({ content: code });
          setIsCopied(true);
        }}
      >
        {isCopied ? <Check size={16} /> : <Copy size={16} />}
      </button>
    </div>
  );
}
