/** What is asked of a proposal before it is remembered. */

import { expect, test } from "vitest";

import { ascii, toHex } from "../../../src/mls/bytes.ts";
import { judgeOf } from "../../../src/mls/evolution/leaves.ts";
import { remember } from "../../../src/mls/evolution/remember.ts";
import { type SentProposal } from "../../../src/mls/evolution/resolve.ts";
import { SENDER_EXTERNAL, SENDER_MEMBER, type Sender } from "../../../src/mls/framing/content.ts";
import { ownLeafNode } from "../../../src/mls/group/state.ts";
import { MAX_PROPOSALS } from "../../../src/mls/messages/commit.ts";
import { PROPOSAL_REMOVE, PROPOSAL_UPDATE } from "../../../src/mls/messages/proposals.ts";
import { Rule } from "../../../src/mls/rules.ts";
import { NOW, REGISTRY, founded } from "../../support/people.ts";
import { refused } from "../../support/refused.ts";

const JUDGE = judgeOf(REGISTRY, NOW);
const STATE = (await founded(["alice"])).get("alice");
const ALICE: Sender = { sender_type: SENDER_MEMBER, leaf_index: 0 };
const REF = ascii("ref");

function remove(removed: number): SentProposal {
  return { sender: ALICE, proposal: { proposal_type: PROPOSAL_REMOVE, removed } };
}

function update(sender: Sender, leaf = ownLeafNode(STATE)): SentProposal {
  return { sender, proposal: { proposal_type: PROPOSAL_UPDATE, leaf_node: leaf } };
}

test("a proposal is remembered beside the others", async () => {
  const [first, second] = [remove(1), remove(2)];
  const before = new Map([[toHex(ascii("1")), first]]);
  const after = await remember(before, ascii("2"), second, STATE.tree, JUDGE);
  expect([...after.values()]).toEqual([first, second]);
  expect([...before.values()]).toEqual([first]);
});

test.each<Sender>([
  { sender_type: SENDER_EXTERNAL, sender_index: 0 },
  { sender_type: SENDER_MEMBER, leaf_index: 1 },
  { sender_type: SENDER_MEMBER, leaf_index: 99 },
])("an Update is remembered of a member only, not of %o", async (sender) => {
  await refused(Rule.UPDATE_BY_MEMBER, () =>
    remember(new Map(), REF, update(sender), STATE.tree, JUDGE),
  );
});

test("a new key is asked about at once", async () => {
  const leaf = { ...ownLeafNode(STATE), signature_key: new Uint8Array(32) };
  await refused(Rule.CREDENTIAL_NOT_AUTHENTICATED, () =>
    remember(new Map(), REF, update(ALICE, leaf), STATE.tree, JUDGE),
  );
});

test("there is room for so many, and for one that is there already", async () => {
  const many = Array.from({ length: MAX_PROPOSALS }, (_, n) => [`${n}`, remove(n)] as const);
  const full = new Map(many);
  await refused(Rule.PROPOSALS_BOUNDED, () => remember(full, REF, remove(1), STATE.tree, JUDGE));
  const again = new Map([...many.slice(1), [toHex(REF), remove(1)] as const]);
  expect((await remember(again, REF, remove(1), STATE.tree, JUDGE)).size).toBe(MAX_PROPOSALS);
});
