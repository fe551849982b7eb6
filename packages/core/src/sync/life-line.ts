import type { Mutation } from '../model/mutation';
import type { Logger } from '../ports';

type Became = 'queued' | 'folded' | 'cancelled' | 'attempt' | 'parked' | 'confirmed' | 'failed';

/** Tells the log what becomes of each mutation (rule E14); of a confirmed message its seq. */
export function createLifeLine(logger: Logger) {
  return ({ id, type, conversation_id }: Mutation, became: Became, detail: object = {}): void => {
    const seq = 'result' in detail ? seqOf(detail.result) : detail;
    const cause = became === 'confirmed' ? 'push-ack' : 'local';
    const all = { id, type, conversationId: conversation_id, became, ...seq };
    logger({ level: 'debug', event: 'mutation', cause, detail: all });
  };
}

function seqOf(result: unknown): object {
  return typeof result === 'object' && result !== null && 'seq' in result ? { seq: result.seq } : {};
}
