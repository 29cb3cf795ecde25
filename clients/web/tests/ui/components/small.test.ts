import { describe, expect, test } from "vitest";

import { initials } from "../../../src/ui/components/initials.ts";
import { moved } from "../../../src/ui/components/roving.ts";
import { hueOf } from "../../../src/ui/hue.ts";
import {
  keepPreferences,
  readPreferences,
  width,
  type Shelf,
} from "../../../src/ui/preferences.ts";
import { pathOf, routeOf } from "../../../src/ui/route.ts";
import { lackOf } from "../../../src/ui/support.ts";

test.each([
  ["Anna Müller", "AM"],
  ["Jean-Luc de la Tour", "JT"],
  ["  wei   zhang ", "WZ"],
  ["Ödön", "Ö"],
  ["王伟", "伟"],
  ["Werk 2", "W2"],
  ["“Anna” (Vertrieb)", "AV"],
  ["👩‍🔧", ""],
  ["", ""],
])("the letters of %s are %s", (name, letters) => {
  expect(initials(name)).toBe(letters);
});

test("a hue is the one that the terminal has (tests/terminal/test_web_tokens.py)", () => {
  expect(["anna", "wei", "王伟", ""].map(hueOf)).toEqual([0, 4, 0, 10]);
});

test.each([
  ["ArrowDown", 0, 3, 1],
  ["ArrowDown", 2, 3, 2],
  ["ArrowUp", 0, 3, 0],
  ["End", 0, 3, 2],
  ["Home", 2, 3, 0],
  ["Tab", 1, 3, null],
  ["ArrowDown", -1, 0, null],
])("%s from %i of %i leads to %s", (key, place, count, to) => {
  expect(moved(key, place, count)).toBe(to);
});

test.each([
  ["/", { page: "list" }],
  ["/settings", { page: "settings" }],
  ["/c/Ab_-9", { page: "conversation", id: "Ab_-9" }],
] as const)("the address %s is read and written", (path, route) => {
  expect(routeOf(path)).toEqual(route);
  expect(pathOf(route)).toBe(path);
});

test.each(["/c/", "/c/a/b", "/c/%2e%2e", `/c/${"a".repeat(65)}`, "/join", "//evil.example"])(
  "the address %s is the list",
  (path) => {
    expect(routeOf(path)).toEqual({ page: "list" });
  },
);

describe("preferences", () => {
  const usual = {
    theme: "auto",
    language: "auto",
    enter: "auto",
    notify: "unasked",
    notice: "plain",
    listWidth: 320,
    alarmsSeen: 0,
    lockDeclined: false,
    installOffered: false,
    wishesDeclined: [],
  };

  function shelf(kept: string | null): Shelf & { kept: string | null } {
    return {
      kept,
      getItem() {
        return this.kept;
      },
      setItem(_, value) {
        this.kept = value;
      },
    };
  }

  test.each([
    null,
    "",
    "{",
    "null",
    "[]",
    '{"theme":"pink","listWidth":"wide"}',
    '{"__proto__":1}',
  ])("%j on the shelf is as usual", (kept) => {
    expect(readPreferences(shelf(kept))).toEqual(usual);
  });

  test("are found again", () => {
    const place = shelf(null);
    const chosen = {
      theme: "dark",
      language: "de",
      enter: "breaks",
      notify: "declined",
      notice: "names",
      listWidth: 300,
      alarmsSeen: 7,
      lockDeclined: true,
      installOffered: true,
      wishesDeclined: ["w1"],
    } as const;
    keepPreferences(place, chosen);
    expect(readPreferences(place)).toEqual(chosen);
    expect(readPreferences(null)).toEqual(usual);
  });

  test("a full shelf costs the choice and nothing else", () => {
    const full: Shelf = {
      getItem: () => null,
      setItem() {
        throw new Error("QuotaExceededError");
      },
    };
    expect(() => {
      keepPreferences(full, readPreferences(full));
    }).not.toThrow();
  });

  test("the width of the list has bounds", () => {
    expect([width(10), width(1e9), width(300.4), width(Number.NaN)]).toEqual([280, 360, 300, 320]);
  });
});

describe("a browser", () => {
  const modern = {
    isSecureContext: true,
    crypto: {},
    indexedDB: {},
    Worker: {},
    BroadcastChannel: {},
    structuredClone: {},
    navigator: { locks: {} },
  };

  test("that has everything lacks nothing", () => {
    expect(lackOf(modern)).toBeNull();
  });

  test("that keeps nothing is told so, be it that it refuses even to say that", () => {
    expect(lackOf({ ...modern, indexedDB: null })).toBe("storage");
    const refusing = {
      get indexedDB(): never {
        throw new Error("blocked");
      },
    };
    const entries = Object.entries(modern).filter(([key]) => key !== "indexedDB");
    Object.setPrototypeOf(refusing, Object.fromEntries(entries));
    expect(lackOf(refusing)).toBe("storage");
  });

  test("without https is told so before anything else", () => {
    expect(lackOf({ ...modern, isSecureContext: false, navigator: {} })).toBe("insecure");
  });

  test.each(["crypto", "Worker", "BroadcastChannel", "structuredClone", "navigator"])(
    "without %s is too old",
    (name) => {
      const entries = Object.entries(modern).filter(([key]) => key !== name);
      expect(lackOf(Object.fromEntries(entries))).toBe("old");
    },
  );
});
