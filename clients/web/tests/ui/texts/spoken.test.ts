/**
 * No text that the web client can show speaks of the terminal: of its commands or its keys. And what
 * brings one back, the recovery words, has that one name.
 */

import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

import { catalogue, LANGUAGES, namesIn, patternsOf } from "../../../build/catalogue.ts";

const SOURCES = fileURLToPath(new URL("../../../src", import.meta.url));
const COMMAND =
  /[`„“"']teamchat [a-z]|\bteamchat --|--(?:lost-key|new-key|json|profile|offline)\b/u;
/** What a phone has not got, and a keyboard has for other things in a browser. */
const KEY = /\bF\d{1,2}\b|\b(?:Esc|Strg|Ctrl)\b/u;
const OTHER_NAME = /Wiederherstellungs(?:schlüssel|code)|recovery (?:key|code)/iu;

/** Every text that the web client can show, in its own way where it has one. */
function shown(language: string): readonly (readonly [string, string])[] {
  const [named, messages] = [namesIn([SOURCES]), catalogue(language)];
  const own = new Set(messages.map(({ id }) => id.name));
  const needed = messages.filter(({ id: { name } }) => named(name) && !own.has(`web-${name}`));
  return Object.entries(patternsOf(needed));
}

describe.each(LANGUAGES)("what is shown in %s", (language) => {
  const texts = shown(language);

  test("is not little", () => {
    expect(texts.length).toBeGreaterThan(300);
  });

  test("names no command of the terminal", () => {
    expect(texts.filter(([, text]) => COMMAND.test(text))).toEqual([]);
  });

  test("names no key", () => {
    expect(texts.filter(([, text]) => KEY.test(text))).toEqual([]);
  });

  test("calls the recovery words nothing else", () => {
    expect(texts.filter(([, text]) => OTHER_NAME.test(text))).toEqual([]);
  });
});
