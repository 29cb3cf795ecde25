/** Which language to speak, and the file with its texts: on their way before the page is. */

import { readPreferences, shelfOf } from "../preferences.ts";

export const LANGUAGES = ["en", "de"] as const;
export type Language = (typeof LANGUAGES)[number];
/** The Fluent pattern of each message by its key. */
export type Patterns = Readonly<Record<string, string>>;

/** The language to speak: what was chosen, else the first that the browser asks for. */
export function languageFor(chosen: string, asked: readonly string[]): Language {
  for (const wish of [chosen, ...asked]) {
    const short = wish.toLowerCase().split("-")[0];
    const found = LANGUAGES.find((language) => language === short);
    if (found) return found;
  }
  return "en";
}

/** The language that was chosen in this browser, or that it asks for. */
export function languageHere(window: Window): Language {
  return languageFor(readPreferences(shelfOf(window)).language, window.navigator.languages);
}

/** Fetch the patterns of a language; each has a file of its own. */
export async function loadPatterns(language: Language): Promise<Patterns> {
  const { default: patterns } =
    language === "de" ? await import("virtual:texts/de") : await import("virtual:texts/en");
  return patterns;
}
