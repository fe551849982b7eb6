import { Lexer, Tokenizer, type MarkedToken, type Token, type Tokens } from 'marked';

/** Lines of code between fences; one that nothing closes goes on to the end. */
const FENCE = /^(`{3,})(?!`)(?:[ \t]*[\w+#.-]*[ \t]*\n)?([^]*?[^\s`][^]*?)(?:\n?\1`*|$)/;
/** The rest of a line, as far as lines of code that begin and end in it. */
const LINE = /^(?:.(?:(?!(`{3,})(?!`)[^]*?[^\s`][^]*?\1).)*)?/;
const QUOTE = /^> [^\n]*(?:\n>(?: [^\n]*)?(?=\n|$))*/;
const MAX_QUOTES = 4;
const ITEM = '[-*] (?![-* \\t]*(?:\\n|$))|\\d{1,3}[.)] ';
/** Items, one a line, and what is indented below them. */
const LIST = new RegExp(`^(?:${ITEM})[^\\n]*(?:\\n(?: *(?:${ITEM})| {2,}\\S)[^\\n]*)*`);

/** Languages without blanks between their words: there a mark stands next to a letter. */
const UNSPACED =
  '\\p{scx=Han}\\p{scx=Hira}\\p{scx=Kana}\\p{scx=Hang}\\p{scx=Thai}\\p{scx=Lao}\\p{scx=Khmr}\\p{scx=Mymr}';
const AROUND = `\\s\\p{So}\\p{Cs}\\p{Cf}\\ufe0f–—"'*_~,;:!?…${UNSPACED}`;
/** What may stand before the mark that opens a bold, italic or struck text, and after the one that closes it. */
const BEFORE = new RegExp(`^[${AROUND}\\p{Ps}\\p{Pi}]?$`, 'u');
const AFTER = new RegExp(`^(?:[${AROUND}\\p{Pe}\\p{Pf}.]|$)`, 'u');
/** Something to mark: not the eyes of a *_*. */
const WORDS = /[\p{L}\p{N}\p{So}\p{Emoji_Presentation}\ufdd0]/u;

/**
 * What people write in chats of Markdown: bold, italic and struck text, code, links, lists and quotes. All else stays as
 * it was written, and so do marks inside of words (`snake_case_name`, `2*3*4`), in paths and before nothing. A line ends
 * what began in it: an answer below a quote is no part of it.
 */
class ChatTokenizer extends Tokenizer {
  override fences(src: string): Tokens.Code | undefined {
    const [raw, , text] = FENCE.exec(src) ?? [];
    return raw === undefined || text === undefined ? undefined : { type: 'code', raw, text };
  }

  override blockquote(src: string): Tokens.Blockquote | undefined {
    const [raw] = QUOTE.exec(src) ?? [];
    if (raw === undefined || src.startsWith('> '.repeat(MAX_QUOTES))) return undefined;
    const text = raw.replace(/^> ?/gm, '');
    return { type: 'blockquote', raw, text, tokens: this.lexer.blockTokens(text, []) };
  }

  override list(src: string): Tokens.List | undefined {
    const [lines] = LIST.exec(src) ?? [];
    return lines === undefined ? undefined : super.list(lines);
  }

  override paragraph(src: string): Tokens.Paragraph | undefined {
    const text = LINE.exec(src)?.[0] ?? '';
    const raw = src[text.length] === '\n' ? `${text}\n` : text;
    return { type: 'paragraph', raw, text, tokens: this.lexer.inline(raw) };
  }

  override text(src: string): Tokens.Text | undefined {
    const { raw, text } = this.paragraph(src) ?? { raw: '', text: '' };
    return { type: 'text', raw, text, tokens: this.lexer.inline(text) };
  }

  override emStrong(src: string, maskedSrc: string, prevChar = ''): Tokens.Em | Tokens.Strong | undefined {
    // `__init__` is a name.
    if (src.startsWith('__') || !mayBegin(src, maskedSrc)) return undefined;
    const token = super.emStrong(src, maskedSrc, prevChar);
    return token && isApart(token, src) ? token : undefined;
  }

  override del(src: string, maskedSrc: string, prevChar = ''): Tokens.Del | undefined {
    // One alone says "about": ~10 to ~20.
    if (!src.startsWith('~~') || !mayBegin(src, maskedSrc)) return undefined;
    const token = super.del(src, maskedSrc, prevChar);
    return token && isApart(token, src) ? token : undefined;
  }

  override space() {
    return undefined;
  }
  override code() {
    return undefined;
  }
  override heading() {
    return undefined;
  }
  override lheading() {
    return undefined;
  }
  override hr() {
    return undefined;
  }
  override html() {
    return undefined;
  }
  override def() {
    return undefined;
  }
  override table() {
    return undefined;
  }
  override escape() {
    return undefined;
  }
  override tag() {
    return undefined;
  }
  override reflink() {
    return undefined;
  }
  override br() {
    return undefined;
  }
  override autolink() {
    return undefined;
  }
  override url() {
    return undefined;
  }
}

/** Whether what stands before the rest of a line lets a mark open there; in the middle of marks none does. */
function mayBegin(src: string, line: string): boolean {
  const before = line.charAt(line.length - src.length - 1);
  return before !== src[0] && BEFORE.test(before);
}

function isApart({ raw, text }: Tokens.Em | Tokens.Strong | Tokens.Del, src: string): boolean {
  const marked = text.replace(/^[*_~]+|[*_~]+$/g, '');
  return WORDS.test(marked) && marked.trim() === marked && AFTER.test(src.charAt(raw.length));
}

/** There are no others: nothing was added to what `marked` knows. */
export const isToken = (token: Token): token is MarkedToken => token.type !== '';

export const tokensOf = (text: string): Token[] =>
  new Lexer({ gfm: true, tokenizer: new ChatTokenizer() }).lex(text);
