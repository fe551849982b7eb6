// What every side shows of a message: the same elements, and a count of how often a row was rendered.
import { createElement } from 'react';

const h = createElement;

export const rendered = { rows: 0, wrappers: 0 };

/** `{ name, content, reactions: [{ emoji, count }] }` as one line. */
export function line({ name, content, reactions }, className = '') {
  rendered.rows += 1;
  return h(
    'div',
    { className: `line ${className}` },
    h('b', null, name),
    h('p', null, content),
    reactions.length > 0 &&
      reactions.map(({ emoji, count }) => h('span', { key: emoji }, `${emoji} ${count}`)),
  );
}
