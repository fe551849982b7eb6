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

const places = new WeakMap<Page, ReadonlyMap<string, number>>();
const answers = new WeakMap<Page, ReadonlyMap<string, readonly number[]>>();
const NO_ANSWERS: ReadonlyMap<string, readonly number[]> = new Map();

/** Where each message is in a page, by its id. Made once per page, when it is first asked for. */
export function placesIn(page: Page): ReadonlyMap<string, number> {
  const known = places.get(page);
  if (known) return known;
  const made = new Map(page.map(({ id }, i) => [id, i]));
  places.set(page, made);
  return made;
}

/** Where the rows are in a page that answer a message, by its id. Made once per page; of most pages there is little to make. */
export function answersIn(page: Page): ReadonlyMap<string, readonly number[]> {
  const known = answers.get(page);
  if (known) return known;
  let made: Map<string, number[]> | undefined;
  for (let i = 0; i < page.length; i++) {
    const to = page[i]?.replyToId;
    if (to === null || to === undefined) continue;
    made ??= new Map();
    const others = made.get(to);
    if (others) others.push(i);
    else made.set(to, [i]);
  }
  answers.set(page, made ?? NO_ANSWERS);
  return made ?? NO_ANSWERS;
}

/** The page with each reply to a message as `change` makes it; the same page when nothing changes. */
export function withAnswers(
  page: Page,
  quotedId: string,
  change: (reply: MessageRecord) => MessageRecord,
): Page {
  let next: MessageRecord[] | undefined;
  for (const i of answersIn(page).get(quotedId) ?? []) {
    const reply = page[i];
    const changed = reply && change(reply);
    if (changed && changed !== reply) (next ??= page.slice())[i] = changed;
  }
  return next ?? page;
}
