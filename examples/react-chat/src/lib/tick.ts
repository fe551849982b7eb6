import type { Message } from './types';

/** How far an own message has come. */
export type Tick = 'pending' | 'sent' | 'delivered' | 'read';

export interface Receipts {
  readonly readByAllSeq: number;
  readonly deliveredToAllSeq: number;
}

export function tickOf(message: Message, { readByAllSeq, deliveredToAllSeq }: Receipts): Tick | null {
  if (!message.isOwn || message.status === 'failed' || message.deletedAt !== null) return null;
  if (message.status === 'pending' || message.hasPendingChange) return 'pending';
  if (message.seq === null) return 'sent';
  if (message.seq <= readByAllSeq) return 'read';
  return message.seq <= deliveredToAllSeq ? 'delivered' : 'sent';
}
