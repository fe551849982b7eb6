// stream-chat-react's list, not virtualised, with rows as small as those of the other sides.
import { createElement, memo } from 'react';
import { Channel, Chat, MessageList, useMessageContext } from 'stream-chat-react';

import { createPeer } from '../client/peer-side.mjs';
import { line, rendered } from './line.mjs';
import { peerChange, peerSenderOfRun } from './events.mjs';

const h = createElement;

/** An app's own row, memoised by the app. */
const Row = memo(function Row({ message }) {
  const reactions = Object.entries(message.reaction_groups ?? {});
  return line({
    name: message.user?.name,
    content: message.text,
    reactions: reactions.map(([emoji, { count }]) => ({ emoji, count })),
  });
});

/** The component the list gives each message to. */
function Message() {
  rendered.wrappers += 1;
  return h(Row, { message: useMessageContext().message });
}

export function openStreamView(_parts, { loaded }) {
  const { client, channel } = createPeer({ loaded, more: peerSenderOfRun });
  // Connected, as far as it asks.
  client.wsPromise = Promise.resolve();
  const { now } = Date;
  let later = 0;
  // The list takes changes at most twice a second: by its clock, one arrives every second.
  Date.now = () => now() + later;
  return {
    element: h(Chat, { client }, h(Channel, { channel }, h(MessageList, { Message }))),
    make: (what, version) => peerChange(what, version, loaded),
    receive(event) {
      later += 1000;
      client.dispatchEvent(event);
    },
  };
}
