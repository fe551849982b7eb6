import { fail, requireData } from './arguments';
import { isBlank } from '../../lib/blank';
import { requireContent, requireMember } from './checks';
import { emitDraft } from './events';
import type { DraftRow } from './rows';
import type { Db, Member } from './state';
import { draftWire } from './wire';

export interface DraftArguments {
  readonly content: string | null;
  readonly savedAt: number | null;
  readonly data: unknown;
  readonly threadRootId: string | null;
  readonly replyToId: string | null;
}

const MINUTE = 60_000_000;

export function saveDraft(db: Db, me: string, conversationId: string | null, args: DraftArguments): DraftRow {
  const doing = 'save the draft';
  const { content, savedAt: given, threadRootId, replyToId } = args;
  const member = requireMember(db, conversationId, me, doing);
  if (given === null || !Number.isFinite(given))
    return fail('invalid', `unable to ${doing}; saved_at must be a time`);
  requireContent(db, content, false, doing);
  const data = requireData(args.data, db.settings.max_data_bytes, doing);
  if (threadRootId !== null && !isSeen(db, member, threadRootId, true))
    fail('not_found', `unable to ${doing}; the root of the thread does not exist`);
  if (replyToId !== null && !isSeen(db, member, replyToId, false))
    fail('not_found', `unable to ${doing}; the message it replies to does not exist`);

  const { conversation } = member;
  const { drafts } = db.user(me);
  const placeId = threadRootId ?? conversation.id;
  const known = drafts.get(placeId);
  const now = db.now();
  // The clock of a device that is ahead would otherwise keep all others from saving.
  const savedAt = given > now + MINUTE ? now : given;
  if (known && known.savedAt >= savedAt) return draftWire(known);
  const isEmpty = isBlank(content);
  const draft = {
    userId: me,
    conversation,
    threadRootId,
    content: isEmpty ? null : content,
    data: isEmpty ? {} : data,
    replyToId: isEmpty ? null : replyToId,
    savedAt,
    changed: db.xid(),
  };
  drafts.set(placeId, draft);
  const row = draftWire(draft);
  emitDraft(db, me, row);
  return row;
}

function isSeen(db: Db, { conversation, visibleFromSeq }: Member, id: string, isRoot: boolean): boolean {
  const message = db.messages.get(id);
  return (
    message?.conversation === conversation &&
    message.seq >= visibleFromSeq &&
    (message.threadRootId === null || !isRoot)
  );
}

/** Those that hold something, in conversations the caller is still in, the last saved first. */
export function listDrafts(db: Db, me: string, maxRows: number): { readonly drafts: DraftRow[] } {
  const found = [...db.user(me).drafts.values()]
    .filter(
      ({ content, conversation }) => content !== null && conversation.members.get(me)?.state === 'joined',
    )
    .sort((a, b) => b.savedAt - a.savedAt);
  return { drafts: found.slice(0, maxRows).map(draftWire) };
}
