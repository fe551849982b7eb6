// stream-chat without its network: its client and the state of one channel, by its own methods.
import { StreamChat } from 'stream-chat';

import { ME, peerMessage, peerUser } from './rows.mjs';

/** Client and channel; `more(seq)` is what a message says otherwise. */
export function createPeer({ loaded, first = 1, skip = () => false, more = () => ({}) }) {
  const client = new StreamChat('key', { disableCache: true, logger: () => undefined });
  client.userID = ME;
  client.user = peerUser(0);
  client._user = client.user;
  const channel = client.channel('messaging', 'watched');
  channel.initialized = true;
  const messages = [];
  for (let seq = first; messages.length < loaded; seq += 1)
    if (!skip(seq)) messages.push(peerMessage(seq, more(seq)));
  channel.state.addMessagesSorted(JSON.parse(JSON.stringify(messages)), false, true, true, 'latest');
  if (channel.state.messages.length !== loaded)
    throw new Error('unable to measure; the peer did not take the messages');
  return { client, channel };
}

export function openPeer(options) {
  const { state } = createPeer(options).channel;
  return {
    receive(message) {
      state.addMessageSorted(message);
      return state.messages;
    },
    edit(message) {
      state.addMessageSorted(message, false, false);
      return state.messages;
    },
    react(reaction, message) {
      state.addReaction(reaction, message);
      return state.messages;
    },
    shown: () => state.messages,
  };
}
