import { ConfabError } from '@confab/core';
import { useCallback, useState } from 'react';

/** What a component shows of something it has asked for; named as TanStack's mutations. */
export interface ActionState {
  readonly isPending: boolean;
  /** Why the last one failed. */
  readonly error: ConfabError | null;
}

const IDLE: ActionState = { isPending: false, error: null };

/** Runs what a component asks for, and shows how it is going. Of several at once the one that ends last is shown. */
export function useAction() {
  const [state, setState] = useState(IDLE);
  const run = useCallback(async <T>(act: () => Promise<T>): Promise<T> => {
    setState({ isPending: true, error: null });
    try {
      const value = await act();
      setState(IDLE);
      return value;
    } catch (error) {
      setState({ isPending: false, error: error instanceof ConfabError ? error : null });
      throw error;
    }
  }, []);
  /** Forgets the error. */
  const reset = useCallback(() => setState(IDLE), []);
  return { state, run, reset };
}
