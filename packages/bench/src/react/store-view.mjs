// What one would write by hand to render as little as possible: an array of ids, and a subscription per row.
import { createElement, memo, useSyncExternalStore } from 'react';

import { messageRow } from '../client/rows.mjs';
import { line } from './line.mjs';
import { WATCHED, confabChange, senderOfRun } from './events.mjs';

const h = createElement;

function createStore(messages) {
  const byId = new Map(messages.map((message) => [message.id, message]));
  let ids = messages.map(({ id }) => id);
  const listeners = new Set();
  const listenersById = new Map();
  return {
    ids: () => ids,
    message: (id) => byId.get(id),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    subscribeTo(id, listener) {
      const known = listenersById.get(id) ?? new Set();
      listenersById.set(id, known.add(listener));
      return () => known.delete(listener);
    },
    put(message) {
      const isKnown = byId.has(message.id);
      byId.set(message.id, message);
      if (!isKnown) ids = [...ids, message.id];
      for (const listener of (isKnown ? listenersById.get(message.id) : listeners) ?? []) listener();
    },
  };
}

export function openStoreView(_parts, { loaded }) {
  const names = new Map();
  const rows = Array.from({ length: loaded }, (_, i) =>
    messageRow(WATCHED, i + 1, i + 1, senderOfRun(i + 1)),
  );
  const store = createStore(rows);
  const Row = memo(function Row({ id }) {
    const message = useSyncExternalStore(
      (listener) => store.subscribeTo(id, listener),
      () => store.message(id),
    );
    return line({ ...message, name: names.get(message.sender_id) ?? message.sender_id });
  });
  function List() {
    const ids = useSyncExternalStore(store.subscribe, store.ids);
    const rows = ids.map((id) => h(Row, { key: id, id }));
    return h('div', { className: 'list' }, h('div', null, rows));
  }
  return {
    element: h(List),
    make: (what, version) => confabChange(what, version, loaded),
    receive({ message, profile }) {
      names.set(profile.id, profile.display_name);
      store.put(message);
    },
  };
}
