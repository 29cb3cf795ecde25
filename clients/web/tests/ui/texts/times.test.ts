import { describe, expect, test } from "vitest";

import { localeFor, Times } from "../../../src/ui/texts/times.ts";

const NEAR = { today: "Heute", yesterday: "Gestern" };
const NOON = Date.UTC(2026, 10, 20, 11, 5); // a Friday

describe("times", () => {
  test.each([
    ["de", ["de-AT", "en"], "de-AT"],
    ["en", ["de-DE", "en-US"], "en-US"],
    ["en", ["de-DE"], "en-GB"],
    ["de", ["de"], "de-DE"],
    ["de", [], "de-DE"],
  ] as const)("the texts in %s and a browser of %j make %s", (language, asked, locale) => {
    expect(localeFor(language, asked)).toBe(locale);
  });

  test("hours are those of the region, not of the language", () => {
    expect(new Times("en-GB", "Europe/Berlin").time(NOON)).toBe("12:05");
    expect(new Times("en-US", "Europe/Berlin").time(NOON)).toMatch(/^12:05\sPM$/u);
  });

  test("it is another day elsewhere", () => {
    const late = Date.UTC(2026, 10, 20, 23, 30);
    expect(new Times("de-DE", "Europe/Berlin").dayKey(late)).toBe("2026-11-21");
    expect(new Times("de-DE", "America/Chicago").dayKey(late)).toBe("2026-11-20");
  });

  test("days near by have names, others a date, with its year if it is another", () => {
    const times = new Times("de-DE", "Europe/Berlin");
    const day = (days: number): string => times.day(NOON - days * 86_400_000, NOON, NEAR);
    expect([day(0), day(1), day(2), day(400)]).toEqual([
      "Heute",
      "Gestern",
      "Mittwoch, 18. November",
      "Donnerstag, 16. Oktober 2025",
    ]);
  });

  test.each([
    ["2026-03-30T09:00:00Z", "2026-03-28T23:30:00Z"], // an hour is missing in between
    ["2026-10-26T09:00:00Z", "2026-10-25T00:30:00Z"], // an hour is there twice
  ])("yesterday of %s is yesterday across a change of the clocks", (now, then) => {
    const times = new Times("de-DE", "Europe/Berlin");
    expect(times.day(Date.parse(then), Date.parse(now), NEAR)).toBe("Gestern");
  });

  test("the list says as little as tells when", () => {
    const times = new Times("de-DE", "Europe/Berlin");
    const brief = (days: number): string => times.brief(NOON - days * 86_400_000, NOON, NEAR);
    expect([brief(0), brief(1), brief(4), brief(30)]).toEqual([
      "12:05",
      "Gestern",
      "Mo",
      "21.10.26",
    ]);
  });

  test("the time elsewhere is said where it differs", () => {
    const times = new Times("de-DE", "Europe/Berlin");
    expect(times.timeIn("Asia/Shanghai", NOON)).toBe("19:05");
    expect(times.differs("Asia/Shanghai", NOON)).toBe(true);
    expect(times.differs("Europe/Paris", NOON)).toBe(false);
    expect(times.timeIn("Nowhere/Land", NOON)).toBe("");
  });
});
