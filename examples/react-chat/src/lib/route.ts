import { useMemo, useSyncExternalStore } from 'react';

/** What can stand beside the messages; a thread is named by the message it hangs under. */
export type Panel = 'info' | 'search' | 'pins' | `thread/${string}`;

/** What the address says: what is open survives a reload, and the back button closes it. */
export interface Place {
  readonly conversationId: string | null;
  readonly panel: Panel | null;
  /** The seq of the message to jump to. */
  readonly at: number | null;
}

const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const PLACE = new RegExp(`^#/c/(${UUID})(?:/(info|search|pins|thread/${UUID}))?(?:\\?at=(\\d{1,15}))?$`, 'i');

export function parsePlace(hash: string): Place {
  const [, conversationId = null, panel = null, at] = PLACE.exec(hash) ?? [];
  return { conversationId, panel: isPanel(panel) ? panel : null, at: at === undefined ? null : Number(at) };
}

function isPanel(text: string | null): text is Panel {
  return text === 'info' || text === 'search' || text === 'pins' || (text?.startsWith('thread/') ?? false);
}

function subscribe(listener: () => void): () => void {
  addEventListener('hashchange', listener);
  return () => removeEventListener('hashchange', listener);
}

export function useOpenPlace(): Place {
  const hash = useSyncExternalStore(subscribe, () => location.hash);
  return useMemo(() => parsePlace(hash), [hash]);
}

export function hrefOf(conversationId: string, panel: Panel | null = null, at: number | null = null): string {
  return `#/c/${conversationId}${panel === null ? '' : `/${panel}`}${at === null ? '' : `?at=${at}`}`;
}

export function openConversation(conversationId: string): void {
  location.hash = hrefOf(conversationId);
}

/** Opens a panel beside the open conversation, or closes what is there. */
export function openPanel(panel: Panel | null): void {
  const { conversationId } = parsePlace(location.hash);
  if (conversationId !== null) location.hash = hrefOf(conversationId, panel);
}

/** Where panels cover the messages, they go out of the way of what was chosen in them. */
export function closePanelIfNarrow(): void {
  if (matchMedia('(width < 1080px)').matches) openPanel(null);
}

/** Goes somewhere without a way back to where one was. */
function replacePlace(href: string): void {
  history.replaceState(history.state, '', href);
  // Replacing tells nobody.
  dispatchEvent(new HashChangeEvent('hashchange'));
}

/** To be called once a jump is done, so that the same one can be asked for again. */
export function clearJump(): void {
  const { conversationId, panel, at } = parsePlace(location.hash);
  if (conversationId !== null && at !== null) replacePlace(hrefOf(conversationId, panel));
}

/** Whether nobody has said yet what is to be open, where list and conversation stand side by side. */
export function isFirstView(): boolean {
  return location.hash === '' && matchMedia('(width >= 720px)').matches;
}

export function openFirst(conversationId: string): void {
  replacePlace(hrefOf(conversationId));
}

export const listHref = '#/';

/** Closes the open conversation. */
export function openList(): void {
  location.hash = listHref;
}
