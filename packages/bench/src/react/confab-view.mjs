// The whole client with its hook: a memoised row per message, or per item with what stands between messages.
import { createElement, memo } from 'react';

import { openConfab } from '../client/confab-side.mjs';
import { line } from './line.mjs';
import { WATCHED, confabChange, senderOfRun } from './events.mjs';

const h = createElement;

const contentOf = (message) => ({
  name: message.sender?.displayName,
  content: message.content,
  reactions: message.reactions,
});
const Row = memo(function Row({ message }) {
  return line(contentOf(message));
});
const ItemRow = memo(function ItemRow({ item }) {
  if (item.type === 'day') return h('h3', null, item.date);
  if (item.type === 'unread') return h('hr');
  const { message, isFirstOfGroup, isLastOfGroup } = item;
  return line(contentOf(message), `${isFirstOfGroup ? 'first' : ''} ${isLastOfGroup ? 'last' : ''}`);
});

/** `shows`: `messages` or `items`. */
export async function openConfabView({ core, hooks }, { loaded, shows }) {
  const { ConfabProvider, useMessages } = hooks;
  const side = await openConfab(core, { loaded, conversations: 30, more: senderOfRun });
  // From now on by the hook alone: the other sides have no list of conversations either.
  side.unwatch();
  const lists = {
    messages: ({ messages }) => messages.map((message) => h(Row, { key: message.id, message })),
    items: ({ items }) => items.map((item) => h(ItemRow, { key: item.key, item })),
  };
  const show = lists[shows];
  function List() {
    return h('div', { className: 'list' }, h('div', null, show(useMessages(WATCHED))));
  }
  return {
    element: h(ConfabProvider, { client: side.confab }, h(List)),
    make: (what, version) => confabChange(what, version, loaded),
    receive: side.hand,
    rest: side.rest,
  };
}
