/** The roster: who is in an epoch, and whether that is who was in the one before. */

import { expect, test } from "vitest";

import { members, type GroupState } from "../../../src/mls/group/index.ts";
import { rosterOf } from "../../../src/mls/group/state.ts";
import { PROPOSAL_REMOVE } from "../../../src/mls/messages/proposals.ts";
import { add, bundleOf, founded, person } from "../../support/people.ts";

async function afterBobs(newKey: boolean): Promise<readonly [GroupState, GroupState]> {
  const crew = await founded(["alice", "bob", "carol"]);
  const before = crew.get("alice");
  const owner = newKey ? await person("bob") : crew.people.get("bob");
  if (owner === undefined) throw new Error("bob is unknown");
  const remove = { proposal_type: PROPOSAL_REMOVE, removed: crew.leaf("bob") } as const;
  const pending = await crew.commit("carol", [remove, add(await bundleOf(owner))]);
  await crew.accept("carol", pending);
  return [before, crew.get("alice")];
}

test("a roster is handed on while nobody has changed", async () => {
  const [before, after] = await afterBobs(false);
  expect(after.roster).toBe(before.roster);
  expect(rosterOf(after.tree)).not.toBe(before.roster);
});

test("one of the same name at the same leaf with another key is another member", async () => {
  const [before, after] = await afterBobs(true);
  expect(after.roster).not.toBe(before.roster);
  expect(members(before).map(({ leaf }) => leaf)).toEqual(members(after).map(({ leaf }) => leaf));
  expect(members(before)[1]?.credential).toEqual(members(after)[1]?.credential);
  expect(members(before)[1]?.signature_key).not.toEqual(members(after)[1]?.signature_key);
});

test("one who is gone is in no later roster", async () => {
  const crew = await founded(["alice", "bob", "carol"]);
  const leaf = crew.leaf("bob");
  const remove = { proposal_type: PROPOSAL_REMOVE, removed: leaf } as const;
  await crew.accept("carol", await crew.commit("carol", [remove]));
  expect(crew.get("alice").roster.has(leaf)).toBe(false);
  expect(crew.get("carol").roster.has(leaf)).toBe(false);
});
