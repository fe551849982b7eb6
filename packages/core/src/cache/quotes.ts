import type { MessageRecord, ReplyRecord } from '../model/records';

type Page = readonly MessageRecord[];

/** As many characters as the server quotes. */
export function quotedText(content: string | null): string | null {
  return content && [...content.slice(0, 400)].slice(0, 200).join('');
}

/** A message as a reply to it quotes it. */
export function quoteOf({
  id,
  seq,
  version,
  senderId,
  kind,
  content,
  deletedAt,
}: MessageRecord): ReplyRecord {
  return { id, seq, version, senderId, kind, content: quotedText(content), deletedAt };
}

/** The newer of two quotes of one message. */
export function newerQuote(known: ReplyRecord, other: ReplyRecord): ReplyRecord {
  return other.version > known.version ? other : known;
}

/** A reply that quotes a message as that is now; the same reply when it does so already. */
export function quoting(reply: MessageRecord, quoted: MessageRecord): MessageRecord {
  const { replyTo } = reply;
  if (quoted.isHidden) return replyTo ? { ...reply, replyTo: null } : reply;
  // A message that events show to everybody may still be one that this user may not see quoted.
  if (reply.isHidden || (!replyTo && quoted.isHidden === null)) return reply;
  if (replyTo && (replyTo.version >= quoted.version || isSameQuote(replyTo, quoted))) return reply;
  return { ...reply, replyTo: quoteOf(quoted) };
}

/** Reactions and pins give a message a new version and change no quote of it. */
function isSameQuote({ content, deletedAt }: ReplyRecord, quoted: MessageRecord): boolean {
  return deletedAt === quoted.deletedAt && content === quotedText(quoted.content);
}

/** Where things are in a page of rows. */
interface PageIndex {
  readonly byId: ReadonlyMap<string, number>;
  /** The rows that answer a message, by its id. */
  readonly answers: ReadonlyMap<string, readonly number[]>;
}

const indexes = new WeakMap<Page, PageIndex>();

/** Made once per page, when it is first asked for. */
export function indexOf(page: Page): PageIndex {
  const known = indexes.get(page);
  if (known) return known;
  const answers = new Map<string, number[]>();
  page.forEach(({ replyToId }, i) => {
    if (replyToId === null) return;
    const others = answers.get(replyToId);
    if (others) others.push(i);
    else answers.set(replyToId, [i]);
  });
  const made = { byId: new Map(page.map(({ id }, i) => [id, i])), answers };
  indexes.set(page, made);
  return made;
}

/** The page with each reply to a message as `change` makes it; the same page when nothing changes. */
export function withAnswers(
  page: Page,
  quotedId: string,
  change: (reply: MessageRecord) => MessageRecord,
): Page {
  let next: MessageRecord[] | undefined;
  for (const i of indexOf(page).answers.get(quotedId) ?? []) {
    const reply = page[i];
    const changed = reply && change(reply);
    if (changed && changed !== reply) (next ??= page.slice())[i] = changed;
  }
  return next ?? page;
}
