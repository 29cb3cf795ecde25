/**
 * The texts that people read, of one language, out of the catalogue that all clients share.
 *
 * What is filled in is data and may run in another direction than the text: it is isolated. In
 * attributes, which screen readers spell out, it is not.
 */

import { FluentBundle, FluentResource, type Message } from "@fluent/bundle";

import type { Said } from "../../bridge/core.ts";
import type { Arguments } from "./keys.ts";
import { type Language, loadPatterns, type Patterns } from "./language.ts";

export type { Said };

export type TextKey = keyof Arguments;
export type Filling = Readonly<Record<string, string | number>>;
export type Given<Key extends TextKey> = [Arguments[Key]] extends [never]
  ? []
  : [Readonly<Record<Arguments[Key], string | number>>];

/** Arguments that a text may be shown without; it then chooses the variant of this name. */
const ABSENT: Filling = {
  by: "nobody",
  "by-own": "no",
  "who-own": "no",
  detail: "nothing",
  called: "nothing",
  remover: "nothing",
};

/** Arguments that say how many: what is stored with a line is text, and Fluent counts numbers. */
const COUNTS: ReadonlySet<string> = new Set([
  ...["approved", "count", "days", "expected", "hours", "joined", "kib", "lines", "most", "size"],
  ...["quorum", "threshold"],
]);
/** More digits are no count of ours. */
const COUNT = /^\d{1,15}$/u;
const DATE = /^\d{4}-\d{2}-\d{2}$/u;

/** What the browser says in its own way stands under this and the key, as in Python's catalogue. */
const PLACE = "web-";

export class Texts {
  readonly language: Language;
  #patterns: Patterns;
  readonly #bundle: FluentBundle;
  readonly #days: Intl.DateTimeFormat;

  /** @param patterns - The Fluent pattern of each message; what is never said is never read. */
  constructor(language: Language, patterns: Patterns) {
    this.language = language;
    this.#patterns = patterns;
    this.#bundle = new FluentBundle(language, { useIsolating: true });
    this.#days = new Intl.DateTimeFormat(language === "de" ? "de-DE" : "en-GB", {
      dateStyle: "long",
      timeZone: "UTC",
    });
  }

  /** Add what is only said by what has just been loaded. */
  more(patterns: Readonly<Record<Language, Patterns>>): void {
    this.#patterns = { ...this.#patterns, ...patterns[this.language] };
  }

  /** The text of a key with its arguments filled in, for what is shown. */
  text<Key extends TextKey>(key: Key, ...given: Given<Key>): string {
    return this.said({ key, filling: given[0] ?? {} });
  }

  /** The same without marks of direction, for names of controls. */
  label<Key extends TextKey>(key: Key, ...given: Given<Key>): string {
    return unisolated(this.text(key, ...given));
  }

  /** The text that somebody else has chosen; its key if a newer version has chosen it. */
  said({ key, filling }: Said): string {
    const pattern = this.#patternOf(PLACE + key) ?? this.#patternOf(key);
    return pattern ? this.#bundle.formatPattern(pattern, this.#filled(filling), []) : key;
  }

  #patternOf(key: string): Message["value"] {
    if (!Object.hasOwn(this.#patterns, key)) return null;
    if (!this.#bundle.hasMessage(key)) {
      this.#bundle.addResource(new FluentResource(`${key} =${this.#patterns[key] ?? ""}`));
    }
    return this.#bundle.getMessage(key)?.value ?? null;
  }

  #filled(filling: Filling): Filling {
    const given = Object.entries(filling).filter(([name, value]) => !(name in ABSENT) || value);
    return { ...ABSENT, ...Object.fromEntries(given.map((each) => this.#worded(...each))) };
  }

  /** A count as a number, and a day in words that is written as an entry of the directory has it. */
  #worded(name: string, value: string | number): readonly [string, string | number] {
    if (typeof value === "number") return [name, value];
    if (COUNTS.has(name) && COUNT.test(value)) return [name, Number(value)];
    const day = name === "day" && DATE.test(value) ? Date.parse(value) : Number.NaN;
    return [name, Number.isNaN(day) ? value : this.#days.format(day)];
  }
}

/** Take the marks of direction away that isolate what was filled in. */
export function unisolated(text: string): string {
  return text.replace(/[\u2066-\u2069]/gu, "");
}

/** Fetch the texts of a language. */
export async function loadTexts(language: Language): Promise<Texts> {
  return new Texts(language, await loadPatterns(language));
}
