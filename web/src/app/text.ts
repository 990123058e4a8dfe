/**
 * The words of the product, in the viewer's language.
 *
 * Invariant: no page writes a word itself; every string comes from `text/` at
 * the root of the repository, which the server reads too.
 */

import type shared from "../../../text/zh/shared.json";
import type ui from "../../../text/zh/ui.json";

export type Language = "zh" | "en";
export type Key = keyof typeof ui | keyof typeof shared;
export type Values = Record<string, string | number>;
export type Catalogue = Readonly<Record<string, string>>;

const files = import.meta.glob<Catalogue>("../../../text/*/*.json", { import: "default" });

/** All strings of one language. Each language is a separate download. */
export async function loadCatalogue(language: Language): Promise<Catalogue> {
  const wanted = Object.entries(files).filter(([path]) => path.includes(`/text/${language}/`));
  const parts = await Promise.all(wanted.map(([, load]) => load()));
  return Object.assign({}, ...parts);
}

/** `{name}`, or by number `{name, plural, one {# row} other {# rows}}`, as in ICU's messages. */
const PLACE = /\{(\w+)(?:, plural,((?: \w+ \{[^{}]*\})+))?\}/g;

/** Puts values in the place of `{name}`. A name without a value stays visible. */
export function fill(template: string, values: Values = {}, locale = "en"): string {
  const shown = (value: string | number) =>
    typeof value === "number" ? new Intl.NumberFormat(locale).format(value) : value;
  return template.replace(PLACE, (whole, name: string, forms: string | undefined) => {
    const value = values[name];
    if (value === undefined) return whole;
    if (forms === undefined) return shown(value);
    const known = new Map([...forms.matchAll(/(\w+) \{([^{}]*)\}/g)].map((m) => [m[1], m[2]]));
    // What was written as a number before is only told from one.
    const form = typeof value === "number" ? new Intl.PluralRules(locale).select(value) : "";
    const said = known.get(value === "1" ? "one" : form) ?? known.get("other") ?? "#";
    return said.replace("#", shown(value));
  });
}

export interface Text {
  language: Language;
  /** A string whose key the compiler knows. */
  t(key: Key, values?: Values): string;
  /** A string whose key is made at run time; `undefined` when there is none. */
  find(key: string, values?: Values): string | undefined;
  /** What follows `prefix` in the keys that begin with it. */
  endings(prefix: string): string[];
  number(value: number): string;
  /** "3 hours ago"; within a minute, in words. */
  ago(at: number, now: number): string;
  /** Date and time to the second in the viewer's zone. */
  exact(at: number): string;
  day(at: number): string;
  /** Day and minute, for narrow places. */
  short(at: number): string;
}

const LOCALES: Record<Language, string> = { zh: "zh-CN", en: "en-GB" };

const STEPS: ReadonlyArray<[Intl.RelativeTimeFormatUnit, number]> = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

export function createText(language: Language, catalogue: Catalogue): Text {
  const locale = LOCALES[language];
  const numbers = new Intl.NumberFormat(locale);
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "always" });
  const exact = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "medium" });
  const day = new Intl.DateTimeFormat(locale, { dateStyle: "medium" });
  const short = new Intl.DateTimeFormat(locale, {
    month: "numeric",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
  });
  const find = (key: string, values?: Values) => {
    const template = catalogue[key];
    return template === undefined ? undefined : fill(template, values, locale);
  };
  return {
    language,
    find,
    t: (key, values) => find(key, values) ?? key,
    endings: (prefix) =>
      Object.keys(catalogue)
        .filter((key) => key.startsWith(prefix))
        .map((key) => key.slice(prefix.length)),
    number: (value) => numbers.format(value),
    ago: (at, now) =>
      Math.abs(at - now) < 60
        ? (find(at > now ? "ui.time.soon" : "ui.time.just_now") ?? exact.format(at * 1000))
        : relativeTime(relative, at - now),
    exact: (at) => exact.format(at * 1000),
    day: (at) => day.format(at * 1000),
    short: (at) => short.format(at * 1000),
  };
}

function relativeTime(format: Intl.RelativeTimeFormat, seconds: number): string {
  for (const [unit, length] of STEPS) {
    if (Math.abs(seconds) >= length) return format.format(Math.trunc(seconds / length), unit);
  }
  return format.format(0, "second");
}
