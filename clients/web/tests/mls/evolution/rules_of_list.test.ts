/** Which proposals may stand together: each rule of RFC 9420 §12.2, broken once. */

import { expect, test } from "vitest";

import { EMPTY, ascii, fromHex } from "../../../src/mls/bytes.ts";
import { type SentProposal } from "../../../src/mls/evolution/resolve.ts";
import {
  MAX_PSKS,
  checkExternalList,
  checkMemberList,
  checkPsks,
} from "../../../src/mls/evolution/rules_of_list.ts";
import {
  CONTENT_COMMIT,
  SENDER_EXTERNAL,
  SENDER_MEMBER,
  SENDER_NEW_MEMBER_COMMIT,
} from "../../../src/mls/framing/content.ts";
import { proposeAdd, proposeRemove, proposeUpdate } from "../../../src/mls/group/index.ts";
import { MAX_PROPOSALS, PROPOSAL_REFERENCE } from "../../../src/mls/messages/commit.ts";
import {
  PROPOSAL_ADD,
  PROPOSAL_EXTERNAL_INIT,
  PROPOSAL_GROUP_CONTEXT_EXTENSIONS,
  PROPOSAL_PSK,
  PROPOSAL_REINIT,
  PROPOSAL_REMOVE,
  PROPOSAL_UPDATE,
  type Proposal,
  type ReInit,
  customProposal,
} from "../../../src/mls/messages/proposals.ts";
import { Rule } from "../../../src/mls/rules.ts";
import {
  PSK_EXTERNAL,
  PSK_RESUMPTION,
  type PreSharedKeyID,
  ResumptionPSKUsage,
} from "../../../src/mls/schedule/key_names.ts";
import { DEFAULT_CAPABILITIES } from "../../../src/mls/tree/nodes.ts";
import { RatchetTree } from "../../../src/mls/tree/ratchet_tree.ts";
import { commitment, forged } from "../../support/forgery.ts";
import {
  CRYPTO,
  type Crew,
  NOW,
  REGISTRY,
  add,
  bundleOf,
  founded,
  person,
} from "../../support/people.ts";
import { refused } from "../../support/refused.ts";

const NONCE = new Uint8Array(32);
const psk = (nonce = NONCE): Proposal => ({
  proposal_type: PROPOSAL_PSK,
  psk: { psktype: PSK_EXTERNAL, psk_id: ascii("house key"), psk_nonce: nonce },
});
const REINIT: ReInit = {
  proposal_type: PROPOSAL_REINIT,
  group_id: ascii("new"),
  version: 1,
  cipher_suite: 1,
  extensions: [],
};
const remove = (removed: number): Proposal => ({ proposal_type: PROPOSAL_REMOVE, removed });
const context = (...kinds: readonly number[]): Proposal => ({
  proposal_type: PROPOSAL_GROUP_CONTEXT_EXTENSIONS,
  extensions: kinds.map((kind) => ({ extension_type: kind, extension_data: EMPTY })),
});
const INIT: Proposal = { proposal_type: PROPOSAL_EXTERNAL_INIT, kem_output: ascii("kem") };
const CUSTOM = customProposal(0xf001, ascii("hello"));

const crewOfThree = (): Promise<Crew> => founded(["alice", "bob", "dave"]);

// A state is a value, so those who change nothing share one crew.
const CREW = await crewOfThree();

async function adding(name: string): Promise<Proposal> {
  return add(await bundleOf(await person(name)));
}

async function ownUpdate(crew: Crew, name: string): Promise<Proposal> {
  const { state } = await proposeUpdate(CRYPTO, crew.get(name));
  const [made] = [...state.pending_proposals.values()];
  if (made?.proposal.proposal_type !== PROPOSAL_UPDATE) throw new Error("no Update was made");
  return made.proposal;
}

/** Alice commits `proposals`; an honest client of hers and Bob's both refuse. */
async function check(crew: Crew, rule: Rule, ...proposals: readonly Proposal[]): Promise<void> {
  const message = await forged(crew.get("alice"), commitment(...proposals));
  await refused(rule, () => crew.receive("bob", message));
  if (proposals.some((each) => each.proposal_type === PROPOSAL_UPDATE)) return;
  await refused(rule, () => crew.commit("alice", proposals));
}

test("a commit holds no Update of its committer", async () => {
  await check(CREW, Rule.COMMITTER_NOT_UPDATED, await ownUpdate(CREW, "alice"));
  // By value it counts as the committer's, whoever's leaf it is.
  await check(CREW, Rule.COMMITTER_NOT_UPDATED, await ownUpdate(CREW, "bob"));
});

test("a commit does not remove its committer", async () => {
  await check(CREW, Rule.COMMITTER_NOT_REMOVED, remove(CREW.leaf("alice")));
});

test("a client is added once", async () => {
  const carol = await person("carol");
  const adds = [add(await bundleOf(carol)), add(await bundleOf(carol))];
  await check(CREW, Rule.ADD_CLIENT_ONCE, ...adds);
});

test("a member is not added again, but may be removed and added at once", async () => {
  const crew = await crewOfThree();
  const bob = crew.people.get("bob");
  if (bob === undefined) throw new Error("Bob is missing");
  const bundle = await bundleOf(bob);
  await check(crew, Rule.ADD_NOT_A_MEMBER, add(bundle));
  const pending = await crew.commit("alice", [remove(crew.leaf("bob")), add(bundle)]);
  await crew.accept("alice", pending);
  expect(crew.states.has("bob")).toBe(false);
  crew.set("bob", await crew.join(pending, bundle));
  crew.agree();
});

const BROKEN: readonly (readonly [string, Rule, readonly Proposal[]])[] = [
  ["a leaf is changed once", Rule.ONE_CHANGE_PER_LEAF, [remove(1), remove(1)]],
  ["a pre-shared key is named once", Rule.PSK_UNIQUE, [psk(), psk()]],
  ["a psk_nonce has its length", Rule.PSK_NONCE_LENGTH, [psk(ascii("short"))]],
  ["extensions are replaced once", Rule.ONE_GROUP_CONTEXT_EXTENSIONS, [context(), context()]],
  ["a ReInit is alone", Rule.REINIT_ALONE, [REINIT, await adding("carol")]],
  ["a ReInit keeps the version", Rule.REINIT_VERSION, [{ ...REINIT, version: 0 }]],
  ["an ExternalInit is for external commits", Rule.EXTERNAL_INIT_PLACE, [INIT]],
  ["a custom proposal is for those who know it", Rule.PROPOSAL_TYPE_SUPPORTED, [CUSTOM]],
  ["a Remove names a member", Rule.REMOVE_MEMBER, [remove(3)]],
  ["a Remove names no leaf outside", Rule.REMOVE_MEMBER, [remove(4_000_000_000)]],
  ["a member supports the extensions", Rule.LEAF_SUPPORTS_GROUP_CONTEXT, [context(0xf002)]],
];

test.each(BROKEN)("%s", async (_, rule, proposals) => {
  await check(CREW, rule, ...proposals);
});

test.each([ResumptionPSKUsage.REINIT, ResumptionPSKUsage.BRANCH])(
  "keys for new groups are for new groups: usage %s",
  async (usage) => {
    const { group_id: psk_group_id, epoch: psk_epoch } = CREW.get("alice").context;
    const psk_nonce = NONCE;
    const name = { psktype: PSK_RESUMPTION, usage, psk_group_id, psk_epoch, psk_nonce } as const;
    await check(CREW, Rule.PSK_USAGE, { proposal_type: PROPOSAL_PSK, psk: name });
  },
);

test("an Update and its repetition do not meet, and a path is asked for", async () => {
  const crew = await crewOfThree();
  const made = await proposeUpdate(CRYPTO, crew.get("bob"));
  for (const name of ["alice", "dave"]) await crew.hear(name, made.message);
  const item = { type: PROPOSAL_REFERENCE, reference: made.ref } as const;
  for (const [proposals, rule] of [
    [[item, item], Rule.ONE_CHANGE_PER_LEAF],
    [[item], Rule.PATH_REQUIRED],
  ] as const) {
    const commit = { proposals, path: null };
    const message = await forged(crew.get("alice"), { content_type: CONTENT_COMMIT, commit });
    await refused(rule, () => crew.receive("dave", message));
  }
});

test("an Update is sent by its member", async () => {
  const proposal = await ownUpdate(CREW, "bob");
  const sender = { sender_type: SENDER_EXTERNAL, sender_index: 0 } as const;
  await refused(Rule.UPDATE_BY_MEMBER, () => {
    checkMemberList([{ sender, proposal }], 0, CREW.get("alice").tree);
  });
});

test("a reference must be known", async () => {
  const item = { type: PROPOSAL_REFERENCE, reference: ascii("nothing") } as const;
  const commit = { proposals: [item], path: null };
  const message = await forged(CREW.get("alice"), { content_type: CONTENT_COMMIT, commit });
  await refused(Rule.PROPOSAL_REFERENCE_KNOWN, () => CREW.receive("bob", message));
});

test("a path is demanded of a Remove and of an empty commit", async () => {
  for (const proposals of [[remove(CREW.leaf("dave"))], []]) {
    const message = await forged(CREW.get("alice"), commitment(...proposals));
    await refused(Rule.PATH_REQUIRED, () => CREW.receive("bob", message));
  }
});

const ALICE = { sender_type: SENDER_MEMBER, leaf_index: 0 } as const;
const JOINER = { sender_type: SENDER_NEW_MEMBER_COMMIT } as const;
const by = (sender: SentProposal["sender"], ...proposals: Proposal[]): SentProposal[] =>
  proposals.map((proposal) => ({ sender, proposal }));

test("a commit holds a bounded number of proposals", async () => {
  const { tree } = CREW.get("alice");
  const many = Array.from({ length: MAX_PROPOSALS + 1 }, () => psk());
  await refused(Rule.PROPOSALS_BOUNDED, () => {
    checkMemberList(by(ALICE, ...many), 0, tree);
  });
  await refused(Rule.PROPOSALS_BOUNDED, () => {
    checkExternalList(by(JOINER, ...many));
  });
  checkMemberList(by(ALICE, ...many.slice(1)), 0, tree);
});

test("a custom proposal is known to all who stay, and so is each of several", async () => {
  const [knowing, ignorant] = await Promise.all(
    [[0xf001], []].map(async (proposals) => {
      const capabilities = { ...DEFAULT_CAPABILITIES, proposals };
      return (await bundleOf(await person("somebody"), { capabilities })).key_package.leaf_node;
    }),
  );
  if (knowing === undefined || ignorant === undefined) throw new Error("nobody came");
  const [tree, leaf] = new RatchetTree([knowing]).addLeaf(ignorant);
  await refused(Rule.PROPOSAL_TYPE_SUPPORTED, () => {
    checkMemberList(by(ALICE, CUSTOM), 0, tree);
  });
  checkMemberList(by(ALICE, CUSTOM, remove(leaf)), 0, tree);
  await refused(Rule.PROPOSAL_TYPE_SUPPORTED, () => {
    const unknown = customProposal(0xf002, EMPTY);
    checkMemberList(by(ALICE, CUSTOM, unknown, remove(leaf)), 0, tree);
  });
});

test("pre-shared keys are counted in a uint16", async () => {
  const names = Array.from({ length: MAX_PSKS + 1 }, (_, number): PreSharedKeyID => ({
    psktype: PSK_EXTERNAL,
    psk_id: fromHex(number.toString(16).padStart(8, "0")),
    psk_nonce: NONCE,
  }));
  await refused(Rule.PSK_COUNT, () => {
    checkPsks(names, 32);
  });
  checkPsks(names.slice(1), 32);
});

const EXTERNAL: readonly (readonly [string, Rule, readonly Proposal[]])[] = [
  ["no ExternalInit", Rule.EXTERNAL_COMMIT_ONE_INIT, [remove(1)]],
  ["two ExternalInits", Rule.EXTERNAL_COMMIT_ONE_INIT, [INIT, INIT]],
  ["two Removes", Rule.EXTERNAL_COMMIT_PROPOSALS, [INIT, remove(1), remove(2)]],
  ["extensions", Rule.EXTERNAL_COMMIT_PROPOSALS, [INIT, context()]],
  ["a ReInit", Rule.EXTERNAL_COMMIT_PROPOSALS, [INIT, REINIT]],
  ["an Add", Rule.EXTERNAL_COMMIT_PROPOSALS, [INIT, await adding("carol")]],
  ["a custom proposal", Rule.EXTERNAL_COMMIT_PROPOSALS, [INIT, CUSTOM]],
];

test.each(EXTERNAL)("an external commit with %s is refused", async (_, rule, proposals) => {
  await refused(rule, () => {
    checkExternalList(by(JOINER, ...proposals));
  });
});

test("an external commit holds an ExternalInit, a Remove and pre-shared keys", () => {
  expect(() => {
    checkExternalList(by(JOINER, psk(), INIT, remove(1), psk(EMPTY)));
  }).not.toThrow();
});

test("pending proposals of others are taken up", async () => {
  const crew = await crewOfThree();
  const bundle = await bundleOf(await person("carol"));
  const judge = { authentication: REGISTRY, now: NOW };
  const made = await proposeAdd(CRYPTO, crew.get("bob"), bundle.key_package, judge);
  const also = await proposeRemove(CRYPTO, made.state, crew.leaf("dave"));
  crew.set("bob", also.state);
  for (const { message } of [made, also]) {
    for (const name of ["alice", "dave"]) await crew.hear(name, message);
  }
  const types = [...crew.get("alice").pending_proposals.values()].map(
    ({ proposal }) => proposal.proposal_type,
  );
  expect(types).toEqual([PROPOSAL_ADD, PROPOSAL_REMOVE]);
  const pending = await crew.commit("alice");
  await crew.accept("alice", pending);
  crew.set("carol", await crew.join(pending, bundle));
  crew.agree();
  expect(crew.states.has("dave")).toBe(false);
});
