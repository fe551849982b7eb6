import { derive, type Readable } from '../lib/readable';
import type { MessageKinds } from '../model/kinds';
import { changesIn } from '../model/pending';
import type { Message } from '../model/view';
import type { FeatureDeps } from './feature';

/** Messages on pages that were read once, by id; null for those the user has deleted for themselves. */
export type FoundView<K extends MessageKinds> = ReadonlyMap<string, Message<K> | null>;

/** As they are now, with what is pending of them (rule E6.25). */
export function createFoundView<K extends MessageKinds>({
  engine,
  sources,
}: FeatureDeps<K>): Readable<FoundView<K>> {
  const place = { threadRootId: null };
  return derive([engine.applier.found.messages, sources.outbox, sources.overlay], (rows, outbox, overlay) => {
    const pending = rows.length > 0 ? [...outbox.lanes()].flatMap((id) => changesIn(outbox.lane(id))) : [];
    // What is to be sent comes after whatever is newer: it is not among them.
    const shown = overlay.messages({ pages: [rows], hasNewer: true }, pending, place);
    const byId = new Map<string, Message<K> | null>(rows.map(({ id }) => [id, null]));
    for (const message of shown) byId.set(message.id, message);
    return byId;
  });
}
