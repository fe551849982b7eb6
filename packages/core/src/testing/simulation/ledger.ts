import type { Server } from './server';

/** A message a user has sent, as far as its sender can know. */
export interface Sent {
  /** Text that occurs in no other message. */
  readonly token: string;
  readonly user: string;
  readonly client: number;
  /** Which life of which tab, and which sign-in of it. */
  readonly session: string;
  /** Order holds among what has the same one. */
  readonly lane: string;
  readonly room: string;
  readonly rootId: string | null;
  /** A copy, which is shown only when the server has made it. */
  readonly isForward: boolean;
  /** Known once `send` has resolved. */
  id: string | null;
  /** `send` resolved while the storage worked, or it has worked since. */
  isSafe: boolean;
  /** The storage had failed, the client had said so, and what was in memory is gone. */
  isForfeit: boolean;
}

/** A change of a message that a client has acknowledged. */
export interface Change {
  readonly type: 'edit' | 'delete' | 'react' | 'unreact' | 'pin' | 'unpin' | 'hide' | 'unhide';
  readonly room: string;
  readonly messageId: string;
  /** The new text, or the emoji; empty for the rest. */
  readonly value: string;
  readonly user: string;
  readonly client: number;
  readonly session: string;
  readonly lane: string;
  mutationId: string | null;
  /** The server has taken it, as its client was told. */
  isConfirmed: boolean;
  isSafe: boolean;
  isForfeit: boolean;
}

/** A read mark that a client has acknowledged. */
export interface ReadMark {
  readonly room: string;
  readonly user: string;
  readonly seq: number;
  readonly session: string;
  isSafe: boolean;
  isForfeit: boolean;
}

/** What the server has said of one message, in the order of its versions. */
export interface Stored {
  readonly id: string;
  readonly room: string;
  readonly seq: number;
  readonly states: {
    readonly version: number;
    readonly content: string | null;
    readonly isDeleted: boolean;
  }[];
}

/** What was promised to users, and what the server did: the truth that views are checked against. */
export interface Ledger {
  readonly sent: Sent[];
  readonly changes: Change[];
  readonly reads: ReadMark[];
  /** Where a read mark may not be what there is in the end, refused or followed by another: user and conversation. */
  readonly unsureReads: Set<string>;
  /** Who has written each draft, by its text. */
  readonly drafts: Map<string, string>;
  /** Texts of drafts that a device showed and then emptied, as the server has confirmed. */
  readonly emptied: Set<string>;
  /** Who has marked everything as read, also what no device of theirs has had. */
  readonly sweepers: Set<string>;
  /** Up to where some device of a user has had a conversation: by user and conversation. */
  readonly had: Map<string, number>;
  /** Mutations the server has refused for good at least once. */
  readonly refused: Set<string>;
  /** Messages that users have given up, deleted or hidden, so that they may go. */
  readonly letGo: Set<string>;
  /** What guests on a device have left there as refused. */
  readonly leftBehind: Set<string>;
  /** What users have asked to hide from themselves: user and message. */
  readonly hidden: Set<string>;
  /** Who may have come, gone or come back: user and conversation. */
  readonly moved: Set<string>;
  readonly stored: ReadonlyMap<string, Stored>;
  /** Messages by each text they ever had. */
  readonly byContent: ReadonlyMap<string, ReadonlySet<string>>;
  /** Messages of a conversation in order, without replies in threads. */
  timeline(room: string): readonly Stored[];
  /** The newest version of a conversation. */
  version(room: string): number;
  /** Those of all conversations, as a copy. */
  versions(): ReadonlyMap<string, number>;
}

interface MessageEvent {
  readonly id: string;
  readonly seq: number;
  readonly version: number;
  readonly content: string | null;
  readonly deleted_at: string | null;
  readonly thread_root_id: string | null;
  readonly forwarded_from_id: string | null;
}

export function createLedger(server: Server): Ledger {
  const stored = new Map<string, Stored>();
  const byContent = new Map<string, Set<string>>();
  const timelines = new Map<string, Stored[]>();
  const versions = new Map<string, number>();

  const take = (room: string, version: number, message: MessageEvent) => {
    versions.set(room, Math.max(version, versions.get(room) ?? 0));
    const isReply = message.thread_root_id !== null;
    const known: Stored = stored.get(message.id) ?? { id: message.id, room, seq: message.seq, states: [] };
    // Each recipient gets an event of the same change.
    if ((known.states.at(-1)?.version ?? 0) >= version) return;
    known.states.push({ version, content: message.content, isDeleted: message.deleted_at !== null });
    if (!isReply && !stored.has(message.id)) {
      const timeline = timelines.get(room) ?? [];
      // What one is told alone, of an edit for instance, may come before what a feed says of the message.
      timeline.push(known);
      timeline.sort((one, other) => one.seq - other.seq);
      timelines.set(room, timeline);
    }
    stored.set(message.id, known);
    // A copy says what the first one said.
    if (message.content === null || message.forwarded_from_id !== null) return;
    const ids = byContent.get(message.content) ?? new Set();
    byContent.set(message.content, ids.add(message.id));
  };
  server.onEvent((_topic, { changes }) => {
    for (const { type, conversation_id, version, message } of changes)
      if (type === 'message' && message)
        take(String(conversation_id), Number(version), message as MessageEvent);
  });

  return {
    sent: [],
    changes: [],
    reads: [],
    unsureReads: new Set(),
    drafts: new Map(),
    emptied: new Set(),
    sweepers: new Set(),
    had: new Map(),
    refused: new Set(),
    letGo: new Set(),
    leftBehind: new Set(),
    hidden: new Set(),
    moved: new Set(),
    stored,
    byContent,
    timeline: (room) => timelines.get(room) ?? [],
    version: (room) => versions.get(room) ?? 0,
    versions: () => new Map(versions),
  };
}
