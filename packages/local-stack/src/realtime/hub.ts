import type { Broadcast, Encoded, Frame, Serializer } from './wire/messages.js';

/** A channel of one socket, as the fan-out sees it. */
export interface Member {
  readonly serializer: Serializer;
  /** The topic as its client knows it. */
  readonly topic: string;
  /** Whether it may get broadcasts. */
  canReadBroadcast: boolean;
  /** Whether it may get presence diffs; null when that has not been asked yet. */
  canReadPresence: boolean | null;
  /** Ids of messages it got by replay. */
  readonly replayed: ReadonlySet<string>;
  /** Hands a frame to the socket, past the channel. */
  send(frame: Frame): void;
  /** A message was for it; the channel counts it and may be closed for the rate of them. */
  countDelivery(): void;
  /** A presence diff for a member of which it is not known whether it may get it. */
  offerPresenceDiff(text: string): void;
}

export interface Hub {
  /** Adds a member to a channel; answers how to remove it. */
  join(channel: string, member: Member): () => void;
  /**
   * Gives a message to all members but `from`. False when trying to encode it for a member failed: the members
   * after that one did not get it, and the sender's channel crashes.
   */
  broadcast(channel: string, message: Broadcast, from?: Member): boolean;
  /** Gives a presence diff to those who may read presence. Answers how many got it. */
  presenceDiff(channel: string, text: string): number;
}

/** A public and a private channel of one name are two channels. */
export function channelKey(topic: string, isPrivate: boolean): string {
  return `${isPrivate ? 'private' : 'public'}:${topic}`;
}

/** The members of all channels, and the fan-out to them. A message is encoded once per version. */
export function createHub(): Hub {
  const channels = new Map<string, Set<Member>>();

  function encoderFor(message: Broadcast): (member: Member) => Encoded {
    const encoded = new Map<Serializer, Encoded>();
    return (member) => {
      const known = encoded.get(member.serializer);
      if (known !== undefined) return known;
      const made = member.serializer.broadcast(member.topic, message);
      encoded.set(member.serializer, made);
      return made;
    };
  }

  return {
    join(channel, member) {
      const members = channels.get(channel) ?? new Set();
      channels.set(channel, members);
      members.add(member);
      return () => {
        members.delete(member);
        if (members.size === 0 && channels.get(channel) === members) channels.delete(channel);
      };
    },

    broadcast(channel, message, from) {
      const encode = encoderFor(message);
      const id = message.kind === 'user' ? message.meta?.id : undefined;
      // A copy: a delivery may close the channel it was for.
      for (const member of [...(channels.get(channel) ?? [])]) {
        if (member === from || !member.canReadBroadcast) continue;
        if (id !== undefined && member.replayed.has(id)) continue;
        const { frame, problem } = encode(member);
        if (frame !== undefined) member.send(frame);
        // It counts for the rate also when nothing could be sent.
        member.countDelivery();
        if (problem === 'invalid') return false;
      }
      return true;
    },

    presenceDiff(channel, text) {
      const encode = encoderFor({ kind: 'json', event: 'presence_diff', text, isObject: true });
      let delivered = 0;
      for (const member of [...(channels.get(channel) ?? [])]) {
        if (member.canReadPresence === null) {
          member.offerPresenceDiff(text);
        } else if (member.canReadPresence) {
          const { frame } = encode(member);
          if (frame !== undefined) member.send(frame);
          delivered += 1;
        }
      }
      return delivered;
    },
  };
}
