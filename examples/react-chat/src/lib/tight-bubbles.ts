/** What each bubble was measured for: nothing is measured twice. */
const measured = new WeakMap<HTMLElement, string>();

/** Between a text and the time beside it, as the style sheet has it. */
const GAP_PX = 9;

/**
 * Makes the bubbles in a list as wide as what they show. A text that breaks takes all the width there is, however short
 * its lines are, and so does one beside which the time has no room: no style sheet can say that it should not.
 */
export function tightenBubbles(list: HTMLElement): void {
  const key = (flow: HTMLElement) => [list.clientWidth, document.fonts.status, flow.textContent].join('|');
  const flows = [...list.querySelectorAll<HTMLElement>('.message-flow')].filter(
    (flow) => measured.get(flow) !== key(flow),
  );
  // All written, then all read, then all written: the browser lays out once.
  for (const flow of flows) flow.style.width = '';
  const widths = flows.map(widthOf);
  for (const [i, flow] of flows.entries()) {
    const width = widths[i] ?? null;
    if (width !== null) flow.style.width = `${width}px`;
    measured.set(flow, key(flow));
  }
}

/** How wide it need be, so that no line breaks elsewhere; null where it is as wide as that already. */
function widthOf(flow: HTMLElement): number | null {
  const meta = flow.querySelector('.message-meta')?.getBoundingClientRect();
  const text = flow.querySelector('.message-text');
  if (!meta || !text || text.querySelector('.code-block')) return null;
  const lines = linesOf(text);
  const last = lines.at(-1);
  if (!last) return null;
  const box = flow.getBoundingClientRect();
  const isRightToLeft = getComputedStyle(flow).direction === 'rtl';
  const reach = (line: DOMRect) => (isRightToLeft ? box.right - line.left : line.right - box.left);
  const onLast = lines.filter(({ bottom }) => bottom > last.top + 1);
  const isBeside = meta.top < last.bottom - 1;
  const ofMeta = meta.width + (isBeside ? Math.max(...onLast.map(reach)) + GAP_PX : 0);
  const width = Math.ceil(Math.max(ofMeta, ...lines.map(reach)) + 1);
  return width < box.width ? width : null;
}

/** Where the words of a text stand, one box for each line of each piece. */
function linesOf(text: Element): DOMRect[] {
  const words = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  const lines: DOMRect[] = [];
  for (let node = words.nextNode(); node; node = words.nextNode()) {
    range.selectNodeContents(node);
    lines.push(...range.getClientRects());
  }
  return lines;
}
