import { expect, test } from "vitest";

import { takeBackNotices, type Registry } from "../../../src/ui/locking/notices.ts";

function showing(closed: string[]): Registry {
  const notices = ["Wei Zhang", "Jörg Weiß"].map((name) => ({ close: () => closed.push(name) }));
  const getNotifications = () => Promise.resolve(notices);
  return { getRegistration: () => Promise.resolve({ getNotifications }) };
}

test("every notice is taken back", async () => {
  const closed: string[] = [];
  await takeBackNotices(showing(closed));
  expect(closed).toEqual(["Wei Zhang", "Jörg Weiß"]);
});

test.each([
  undefined,
  { getRegistration: () => Promise.resolve(undefined) },
  { getRegistration: () => Promise.resolve({}) },
  { getRegistration: () => Promise.reject(new Error("refused")) },
])("where there are none, nothing happens", async (registry) => {
  await takeBackNotices(registry);
});
