/** A judge knows what time it is, or there is none. */

import { expect, test } from "vitest";

import { UsageError } from "../../../src/mls/errors.ts";
import { judgeOf } from "../../../src/mls/evolution/leaves.ts";
import { process, snapshot } from "../../../src/mls/group/index.ts";
import { CRYPTO, NOW, REGISTRY, founded } from "../../support/people.ts";

test.each([NaN, Infinity, -1, NOW + 0.5, 2 ** 53])("%d is no time in seconds", (now) => {
  expect(() => judgeOf(REGISTRY, now)).toThrow(UsageError);
});

test("a state that could not be stored is never given out", async () => {
  const crew = await founded(["alice", "bob"]);
  const { message } = await crew.commit("alice");
  const judge = { authentication: REGISTRY, now: NOW + 0.5 };
  await expect(process(CRYPTO, crew.get("bob"), message, judge)).rejects.toThrow(UsageError);
  const read = await process(CRYPTO, crew.get("bob"), message, { ...judge, now: NOW });
  if (read.type !== "commit") throw new Error("a commit is read");
  expect(snapshot(read.state).size).toBeGreaterThan(0);
});
