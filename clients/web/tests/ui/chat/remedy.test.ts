import { expect, test } from "vitest";

import type { Opened } from "../../../src/ui/core.ts";
import { remedyOf } from "../../../src/ui/chat/remedy.ts";
import { CONVERSATIONS, HELD, WITH } from "../stage/people.ts";

function opened(id: string, more: Partial<Opened> = {}): Opened {
  const conversation = CONVERSATIONS.find((each) => each.id === id);
  if (!conversation) throw new Error("no such conversation on the stage");
  return {
    conversation,
    zone: null,
    members: WITH[id] ?? [],
    lines: [],
    hasEarlier: false,
    lacksEarlier: false,
    unreadFrom: null,
    answering: null,
    change: null,
    notice: null,
    writable: true,
    standing: "member",
    manages: true,
    history: null,
    historyDays: 0,
    encryption: null,
    newcomers: [],
    changed: [],
    ...more,
  };
}

test.each([
  ["a group in which all is well, whatever key somebody has", opened("werk"), null],
  ["who came in unseen", opened("qs", HELD.qs), "newcomers"],
  ["another key that stops it", opened("leyla", HELD.leyla), "compare"],
  ["another key between two", opened("leyla"), "compare"],
  ["what is broken", opened("ohne", HELD.ohne), "rejoin"],
  ["what was left", opened("leyla", { ...HELD.leyla, standing: "left" }), null],
  ["what has not begun yet", opened("leyla", { standing: "waiting" }), null],
])("%s", (_, shown, type) => {
  expect(remedyOf(shown)?.type ?? null).toBe(type);
});

test("a changed key comes before those who came in, as the notice has it", () => {
  const both = opened("qs", { ...HELD.qs, ...HELD.leyla });
  expect(remedyOf(both)).toMatchObject({ type: "compare", person: { id: "leyla" } });
});
