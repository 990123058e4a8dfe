/** Texts taken apart: where the words that were looked for stand, and what an answer quotes. */

export interface Piece {
  /** Place of its first character. */
  at: number;
  text: string;
  marked: boolean;
}

interface Span {
  from: number;
  to: number;
}

/** Cuts a text by spans that count Unicode scalar values, not UTF-16 units. */
export function pieces(text: string, spans: readonly Span[]): Piece[] {
  const characters = Array.from(text);
  const found: Piece[] = [];
  const add = (from: number, to: number, marked: boolean) => {
    if (from < to) found.push({ at: from, text: characters.slice(from, to).join(""), marked });
  };
  let at = 0;
  for (const { from, to } of [...spans].sort((one, other) => one.from - other.from)) {
    const start = Math.max(at, from);
    add(at, start, false);
    add(start, Math.min(to, characters.length), true);
    at = Math.max(at, Math.min(to, characters.length));
  }
  add(at, characters.length, false);
  return found;
}

/** Of spans in a whole text those inside a part of it, counted from where that begins. */
export function spansIn(whole: string, spans: readonly Span[], part: string): Span[] {
  const at = part && spans.length > 0 ? whole.indexOf(part) : -1;
  if (at < 0) return [];
  const begin = Array.from(whole.slice(0, at)).length;
  const end = begin + Array.from(part).length;
  return spans
    .filter(({ from, to }) => from >= begin && to <= end)
    .map(({ from, to }) => ({ from: from - begin, to: to - begin }));
}

/** The part of a long text around its first mark, of about `most` characters. */
export function around(text: string, spans: readonly Span[], most: number) {
  const characters = Array.from(text);
  const first = spans.reduce((least, span) => Math.min(least, span.from), characters.length);
  if (characters.length <= most) return { text, spans: [...spans] };
  const begin =
    spans.length === 0 ? 0 : Math.max(0, Math.min(first - 30, characters.length - most));
  const end = Math.min(characters.length, begin + most);
  const lead = begin > 0 ? "…" : "";
  const shift = begin - lead.length;
  return {
    text: lead + characters.slice(begin, end).join("") + (end < characters.length ? "…" : ""),
    spans: spans
      .filter((span) => span.from >= begin && span.from < end)
      .map((span) => ({ from: span.from - shift, to: Math.min(span.to, end) - shift })),
  };
}

export interface Quote {
  name: string;
  quoted: string;
  answer: string;
}

const LONG_FORM = "这是一条引用/回复消息：";
const QUOTE = /^([\s\S]*?)(?:」|")\n[ \r]*(?:-[ \r]*){5,}(?:\n([\s\S]*))?$/;

/** WeCom writes what is quoted into the text, in one of two forms; `null` if it quotes nothing. */
export function quoteOf(text: string): Quote | null {
  const rest = text.startsWith(LONG_FORM)
    ? text.slice(LONG_FORM.length).replace(/^[\r\n]+/, "")
    : text;
  const opened = rest === text ? rest.startsWith("「") : rest.startsWith('"');
  const found = opened ? QUOTE.exec(rest.slice(1)) : null;
  if (!found) return null;
  const inner = found[1] ?? "";
  const colon = inner.indexOf("：");
  return {
    name: colon < 0 ? "" : inner.slice(0, colon),
    quoted: inner.slice(colon + 1).replace(/^[\r\n]+/, ""),
    answer: found[2] ?? "",
  };
}
