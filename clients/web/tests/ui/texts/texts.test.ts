import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

import { catalogue, namesIn, patternsOf } from "../../../build/catalogue.ts";
import { languageFor, type Language } from "../../../src/ui/texts/language.ts";
import { Texts, unisolated } from "../../../src/ui/texts/texts.ts";

function texts(language: Language): Texts {
  return new Texts(language, patternsOf(catalogue(language)));
}

describe("texts", () => {
  test("are filled in, isolated where they are shown and plain in names", () => {
    const de = texts("de");
    expect(de.text("web-line-of", { name: "Wei", text: "Hallo" })).toBe(
      "\u2068Wei\u2069: \u2068Hallo\u2069",
    );
    expect(de.label("web-line-of", { name: "Wei", text: "Hallo" })).toBe("Wei: Hallo");
    expect(de.label("web-unread", { count: 1 })).toBe("1 ungelesene Nachricht");
    expect(texts("en").label("web-unread", { count: 2 })).toBe("2 unread messages");
  });

  test("may be shown without what is not known", () => {
    const said = { key: "system-removed", filling: { who: "Wei" } } as const;
    expect(unisolated(texts("de").said(said))).toBe("Wei ist nicht mehr in dieser Unterhaltung.");
  });

  test("are the key where a newer version has another text", () => {
    const key = "system-of-tomorrow" as "system-joined";
    expect(texts("en").said({ key, filling: {} })).toBe("system-of-tomorrow");
  });

  test("count and name days by what is stored as text", () => {
    const said = (filling: Readonly<Record<string, string>>): string =>
      unisolated(texts("de").said({ key: "trust-newcomers-days", filling }));
    expect(said({ days: "1" })).toContain("am Tag vor ihrem Kommen");
    expect(said({ days: "30" })).toContain("die letzten 30 Tage");
    const added = (day: string): string =>
      unisolated(
        texts("de").said({ key: "notice-own-device-added", filling: { day, called: "" } }),
      );
    expect(added("2026-11-03")).toContain("Seit dem 3. November 2026 gibt es");
    expect(added("2026-11-03")).toContain("ein weiteres Gerät von Ihnen.");
    expect(added("2026-19-99")).toContain("Seit dem 2026-19-99 gibt es");
  });

  test("name no command of a terminal where something has happened to the account", () => {
    const chosen = catalogue("de").filter(({ id: { name } }) => /^(?:alarm|notice)-/u.test(name));
    const said = chosen.map(({ id: { name: key } }) => texts("de").said({ key, filling: {} }));
    expect(said.filter((text) => /`teamchat |\(teamchat |F\d/u.test(text))).toEqual([]);
  });

  test("what is filled in is data", () => {
    const said = texts("en").label("web-line-of", { name: "{ web-product }", text: "<b>" });
    expect(said).toBe("{ web-product }: <b>");
  });

  test.each([
    ["auto", ["de-AT", "en"], "de"],
    ["auto", ["fr-FR", "de"], "de"],
    ["auto", ["fr-FR"], "en"],
    ["auto", [], "en"],
    ["en", ["de-DE"], "en"],
  ])("the language of %s and %j is %s", (chosen, asked, spoken) => {
    expect(languageFor(chosen, asked)).toBe(spoken);
  });

  test("a page loads only those that its sources name", () => {
    const named = namesIn([fileURLToPath(new URL("../../../src/ui", import.meta.url))]);
    expect(named("web-sign-in")).toBe(true);
    expect(named("tui-state-queued")).toBe(true);
    expect(named("tui-help-heading")).toBe(false);
    expect(named("cli-welcome")).toBe(false);
  });
});
