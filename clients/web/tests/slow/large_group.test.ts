/** A group of a thousand, which takes a few seconds. */

import { expect, test } from "vitest";

import { ascii } from "../../src/mls/bytes.ts";
import { encrypt, members } from "../../src/mls/group/index.ts";
import { PROPOSAL_REMOVE } from "../../src/mls/messages/proposals.ts";
import { CRYPTO, add, bundleOf, founded, person } from "../support/people.ts";

test("a thousand are added at once, and all but two removed", { timeout: 60_000 }, async () => {
  const crew = await founded(["m0"]);
  const bundles = await Promise.all(
    Array.from({ length: 1000 }, async (_, at) => bundleOf(await person(`m${at + 1}`))),
  );
  const pending = await crew.commit("m0", bundles.map(add));
  await crew.accept("m0", pending);
  for (const place of [0, 499, 999]) {
    const bundle = bundles[place];
    if (bundle !== undefined) crew.set(`m${place + 1}`, await crew.join(pending, bundle));
  }
  crew.agree();
  expect(members(crew.get("m1")).length).toBe(1001);
  await crew.accept("m1000", await crew.commit("m1000"));
  crew.agree();
  const keep = new Set([crew.leaf("m0"), crew.leaf("m1")]);
  const removes = members(crew.get("m0"))
    .filter(({ leaf }) => !keep.has(leaf))
    .map(({ leaf }) => ({ proposal_type: PROPOSAL_REMOVE, removed: leaf }) as const);
  await crew.accept("m1", await crew.commit("m1", removes));
  expect([...crew.states.keys()].sort()).toEqual(["m0", "m1"]);
  crew.agree();
  expect(crew.get("m0").tree.leafCount).toBe(2);
  const [, message] = await encrypt(CRYPTO, crew.get("m0"), ascii("just us"));
  expect((await crew.receive("m1", message)).type).toBe("application");
});
